/*
 * Boxes of check lists: `[ ] by hand [x] Generated with Claude Code`.  What stands behind a box is
 * said where somebody has ticked it.  Texts are folded (fold.h); time is linear in them.
 */
#ifndef COMMON_TEXT_TICKBOX_H
#define COMMON_TEXT_TICKBOX_H

#include <stdbool.h>

#include "common/base/span.h"

/* Whether the line begins with a box. */
bool tickbox_begins(struct span line);

/* Takes the next part that stands behind a ticked box off the line.  False: there is none. */
bool tickbox_next(struct span *line, struct span *said);

#endif
