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

/*
 * Ends what is awaited: a row that says what became of it, unless the landing of a hold has one;
 * events that waited for it are sent or forgotten.  In a transaction.  0 or -1.
 */
int settle_outcome(struct session *session, struct state *state, const struct awaited *what,
	bool landed, struct fault *f);

/* What was allowed of this push does not land: another hook has refused it.  0 or -1. */
int settle_lost(struct session *session, struct fault *f);

/* Whether something that was allowed on the ref waits to be settled.  0 or -1. */
int settle_waits(
	struct session *session, const struct ref_update *update, bool *pending, struct fault *f);

/*
 * Settles what landed (post-receive): approvals that were used, holds that are done; *wrote says
 * whether there was anything to write.  0 or -1.
 */
int settle_landed(struct session *session, bool *wrote, struct fault *f);

/*
 * Writes down which debts of broken glass are paid by the approvals that are there now, and tells
 * of it.  0 or -1: the next time does it.
 */
int settle_debts(struct session *session, struct fault *f);

#endif
