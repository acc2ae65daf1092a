/*
 * Whether the held commit is the one that a hold's text is about.
 */
#ifndef HOOKS_REVIEW_HELD_HELD_CHECK_H
#define HOOKS_REVIEW_HELD_HELD_CHECK_H

#include "hooks/review/held/held.h"

#define HELD_MERGED_MAX 1000 /* changes that are looked through for another rule's of the same */

/*
 * Looks for each flagged path in the held commit; of one that a later commit of the push changed
 * again, in the commits that lead to it.  Sets held->objection where the objects are not there, and
 * `elsewhere` of the changes that the tip has no more.  0 or -1.
 */
int held_check(struct held *held, const struct facts *facts, struct fault *f);

#endif
