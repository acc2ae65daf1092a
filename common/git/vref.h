/*
 * The end of the update side where gitolite runs it as a VREF.  Behind whatever a VREF has said
 * gitolite's own update hook puts a line with FATAL, how the VREF ended, and nothing that anybody
 * could do about it.  A refusal that the pusher has been told of needs no second word.
 */
#ifndef COMMON_GIT_VREF_H
#define COMMON_GIT_VREF_H

#include "common/base/env.h"

/*
 * Ends gitolite's update hook, if that is what runs us, by the signal that git passes over without
 * a word: the ref is refused, as it would be by our exit status.  Else does nothing.
 */
void vref_refused(const struct env *env);

#endif
