/*
 * What approvals allow, they allow once: on a repository that several servers serve, each of which
 * has a state of its own, once on all of them together.  So before it lands the host's
 * `countersign-fleet` is asked to take the use, a row in the fleet's database of which there can be
 * but one; it answers through a socket beside the site's policy.
 *
 *	use <repository> <digest of ref and flagged transitions> <how often they landed before> \
 *		<old>..<new> <git directory>
 *
 * is the question, a line, and the answer is a line, too: `taken`, `used <host> <how often>`, or
 * `down`.  What agents spend of budgets is asked for in the same way (hooks/gate/budget.h):
 *
 *	spend <repository> <agent, in hex> <0, or 1: claimed> <pushes> <commits> \
 *		<p or c with <amount>/<seconds>, with commas; or -> <git directory>
 *
 * is answered `taken`, `over`, or `down`.
 */
#ifndef COMMON_FLEET_FLEET_USE_H
#define COMMON_FLEET_FLEET_USE_H

#include "common/facts/facts.h"

#define FLEET_SOCKET "fleet.socket"
#define FLEET_USE_SECONDS 5 /* the most that a push waits */
#define FLEET_USE_LINE 8192

/* Asks this host's service, and takes a line of answer; "" when there was none in time. */
void fleet_ask(const char *etc, const char *question, char answer[FLEET_USE_LINE]);

/*
 * How often the set has landed on the ref through other hosts, as far as a refusal has told it
 * here: beside what has landed here, so that a push that is under way is not kept from landing by
 * what was told meanwhile.  0 or -1.
 */
int fleet_use_elsewhere(
	struct state *state, const struct verdict *verdict, int64_t *landed, struct fault *f);

/*
 * Takes the uses of all that approvals have allowed, where the policy says that the repository is
 * shared.  0, or -1: one has landed through another host, which is remembered here, so that the
 * same change is held anew; or nobody answered.
 */
int fleet_use_take(
	const struct facts *facts, const struct verdict *verdicts, size_t count, struct fault *f);

#endif
