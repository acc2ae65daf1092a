/*
 * One run of a hook, or of a command that judges as a hook would: the facts, the judge, and what
 * the gate adds to them.
 *
 *	session_of_push()	for a push that git has called a hook for
 *	session_judge()		for each of its refs
 *	session_close()
 *
 * A command makes its own push: session_open(), facts.push, session_push().
 */
#ifndef HOOKS_GATE_SESSION_H
#define HOOKS_GATE_SESSION_H

#include "common/facts/facts.h"
#include "hooks/gate/syslog_copy.h"
#include "hooks/judge/judge.h"

struct session {
	struct facts facts;
	struct judge *judge;
	double began;               /* when the hook took it up, by deadline_clock() */
	int64_t new_holds;          /* that this push would open */
	struct budget_push *budget; /* of hooks/gate/budget.h; NULL until it is asked for */
	struct buf syslog;          /* rows for syslog, until they are committed */
};

/* Gathers the facts of the push, which goes over to the session, and makes the judge.  0 or -1. */
int session_of_push(
	struct session *session, const struct env *env, struct push *push, struct fault *f);

/* Gathers the facts that there are without a push; choice NULL: those of a push.  0 or -1. */
int session_open(struct session *session, const struct env *env, const struct facts_choice *choice,
	struct fault *f);

/* Makes the judge for the push that was put into session->facts.push.  `dry` as in struct facts. */
int session_push(struct session *session, bool dry, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void session_close(struct session *session);

/*
 * Judges one update of the push and concludes the verdict, which the caller has initialised.
 * Unless it is a dry push, a repository that has no state gets it when something was flagged: the
 * digest carries the repository's own id.  0 or -1.
 */
int session_judge(struct session *session, struct verdict *verdict, struct fault *f);

#endif
