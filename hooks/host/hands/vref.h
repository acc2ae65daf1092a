/*
 * gitolite's VREF where only root may put it: in gitolite's own folder, which root finds by
 * itself.
 */
#ifndef HOOKS_HOST_HANDS_VREF_H
#define HOOKS_HOST_HANDS_VREF_H

#include "hooks/host/hands/hands.h"

/*
 * Puts it there or takes it out, as the end of a repository's process asks.  0, or -1 when it
 * could not, which is said.
 */
int vref_change(const struct terms *terms, int end);

#endif
