/*
 * What stands on a line before something: has it come to an end, or does it go on to talk about it?
 * Texts are folded (fold.h).
 */
#ifndef COMMON_CLAUSE_H
#define COMMON_CLAUSE_H

#include <stdbool.h>

#include "common/span.h"

#define CLAUSE_BACK_MAX 64 /* how far back is looked, in bytes */

/* The last word of the text, or what of it is near enough. */
struct span clause_last_word(struct span text);

/*
 * Whether the text has come to an end, so that something new can begin behind it.  `lone`: it also
 * has where its last word is none behind which things are talked about (`strip`, `the`).
 */
bool clause_ended(struct span before, bool lone);

#endif
