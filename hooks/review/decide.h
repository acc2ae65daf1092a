/*
 * A decision that is posted: first without an answer, for what there is to sign; then with the
 * passkey's answer to it, which goes into an approval tag.
 */
#ifndef HOOKS_REVIEW_DECIDE_H
#define HOOKS_REVIEW_DECIDE_H

#include "hooks/review/hold_view.h"

/*
 * Answers a post to the hold visit->id.  Nothing is believed but what the statement, written here
 * anew, says; who it is of the hooks find out by the key.  0 or -1.
 */
int decide_post(struct visit *visit, struct fault *f);

/*
 * Why the person cannot decide by a passkey here, as far as that is known before; NULL: nothing
 * stands in the way.
 */
const char *decide_obstacle(
	const struct visit *visit, const struct held *held, const struct person *person);

#endif
