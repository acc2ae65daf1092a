/* Passes for the refs of a push (see common/state/pass.h). */
#ifndef HOOKS_GATE_PASSING_H
#define HOOKS_GATE_PASSING_H

#include "common/state/pass.h"
#include "hooks/gate/session.h"

/* What was decided on the update by an earlier pre-receive; *hold as with pass_find(). */
enum pass_answer passing_ask(const struct session *session, const struct ref_update *update,
	char hold[PASS_HOLD_MAX + 1]);

/* Leaves for the update hook how each was decided.  0, or -1: what was left before may stay. */
int passing_let(const struct session *session, const struct verdict *verdicts, size_t count,
	struct fault *f);

/* Takes back what is left for a push that is refused as a whole. */
void passing_not(const struct session *session, const struct verdict *verdicts, size_t count);

/* Takes back the passes of a push that has landed. */
void passing_done(const struct session *session);

/* Takes back all passes of a ref on which something landed that approvals had allowed.  0 or -1. */
int passing_settled(const struct session *session, const char *ref, struct fault *f);

/* Takes back what the hold's approvals gave, or will not give yet: somebody has said something. */
int passing_said(const struct session *session, const char *hold, struct fault *f);

#endif
