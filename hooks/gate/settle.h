/*
 * Settling what has landed: an approval lets the same content in once.
 *
 * What approvals have allowed is pending until a push finds that the ref has come to it:
 * post-receive of the same push, or whatever push comes next.
 */
#ifndef HOOKS_GATE_SETTLE_H
#define HOOKS_GATE_SETTLE_H

#include "hooks/gate/session.h"

/*
 * What was allowed on the ref by approvals and has landed meanwhile is used up, before anything
 * else is allowed; `now` is what the ref is at.  In a transaction.  0 or -1.
 */
int settle_update(struct session *session, struct state *state, const struct ref_update *update,
	const struct oid *now, struct fault *f);

/* Whether something that was allowed on the ref waits to be settled.  0 or -1. */
int settle_waits(
	struct session *session, const struct ref_update *update, bool *pending, struct fault *f);

/*
 * Settles what landed (post-receive): approvals that were used, holds that are done; *wrote says
 * whether there was anything to write.  0 or -1.
 */
int settle_landed(struct session *session, bool *wrote, struct fault *f);

#endif
