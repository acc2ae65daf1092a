/* Passes for the refs of a push (see common/state/pass.h). */
#ifndef HOOKS_GATE_PUSH_PASSES_H
#define HOOKS_GATE_PUSH_PASSES_H

#include "common/state/pass.h"
#include "hooks/gate/session.h"

/* What was decided on the update by an earlier pre-receive; *hold as with pass_find(). */
enum pass_answer push_passes_find(const struct session *session, const struct ref_update *update,
	char hold[PASS_HOLD_MAX + 1]);

/* Leaves for the update hook how each was decided.  0, or -1: what was left before may stay. */
int push_passes_leave(const struct session *session, const struct verdict *verdicts, size_t count,
	struct fault *f);

/* Takes back what is left for a push that is refused as a whole. */
void push_passes_revoke(
	const struct session *session, const struct verdict *verdicts, size_t count);

/* Takes back the passes of a push that has landed. */
void push_passes_landed(const struct session *session);

/* Takes back all passes of a ref on which something landed that approvals had allowed.  0 or -1. */
int push_passes_settled(const struct session *session, const char *ref, struct fault *f);

/* Takes back what the hold's approvals gave, or will not give yet: somebody has said something. */
int push_passes_reconsider(const struct session *session, const char *hold, struct fault *f);

#endif
