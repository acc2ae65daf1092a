/*
 * Recording: what a push came to, in one transaction, durable before the hook exits.
 * A push in which nothing was found and no agent took part leaves no trace.
 */
#ifndef HOOKS_GATE_RECORD_H
#define HOOKS_GATE_RECORD_H

#include "hooks/gate/session.h"

struct recording {
	struct session *session;
	const struct verdict *verdicts;
	size_t count;
	bool refused; /* the whole push is: then nothing waits to land */
	bool denied;  /* and git throws its objects away */
};

/*
 * Whether the verdict is worth a row: something was found, an agent took part, or people approved.
 */
bool record_is_due(const struct session *session, const struct verdict *verdict);

/*
 * Writes log rows, holds, who brought which agent's commits, and events.  *wrote says
 * whether there was anything to write.  0, or -1: nothing was written, and nothing may be let
 * through.
 */
int record_push(const struct recording *recording, bool *wrote, struct fault *f);

/*
 * Writes a row about what could not be judged, and tells of it, as far as that can be done; the
 * push is refused in any case.  For what fails before record_push().
 */
void record_fault(struct session *session, const char *ref, const struct fault *why);

/*
 * The same of a push that record_push() itself has refused; where the state is what fails, nothing
 * is tried again.
 */
void record_late(struct session *session, const struct fault *why);

/* The time as rows give it: RFC 3339 in UTC, with milliseconds. */
void record_time(char text[32]);

/*
 * Records one verdict of the push, where a row is due: its row, hold, event, and what is awaited of
 * it.  In a transaction.  0 or -1.
 */
int record_verdict(const struct recording *recording, struct state *state,
	const struct verdict *verdict, struct fault *f);

/* What a row was recorded as. */
struct recorded {
	char time[32], hash[65];
	const char *key; /* of a refusal, to tell the same one by; or NULL */
	bool anew;       /* it is a row also if the same was refused before */
	bool again;      /* it was, and is a count on that row, whose hash this is */
};

/*
 * Appends the row, dated now: to the log, and to what syslog will be told; or counts it on the row
 * of the same refusal.  0 or -1.
 */
int record_append(struct session *session, struct state *state, struct log_row *row,
	struct recorded *recorded, struct fault *f);

/* Ends the transaction as its status says; only what is durable is told to syslog.  0 or -1. */
int record_finish(struct session *session, struct state *state, int status, struct fault *f);

#endif
