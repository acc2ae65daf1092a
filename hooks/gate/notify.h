/*
 * Telling people: which event a decision is, put into the outbox in the decision's own transaction.
 */
#ifndef HOOKS_GATE_NOTIFY_H
#define HOOKS_GATE_NOTIFY_H

#include "hooks/gate/session.h"

/* A verdict as it was logged. */
struct notice {
	const struct verdict *verdict;
	const char *json, *time, *log; /* the verdict object, RFC 3339, hash of the log row */
	bool known;     /* a hold that was open, or a refusal that was told already: nothing new */
	int64_t awaits; /* row of the log that has to land before an approval is told; 0: none */
};

/* Puts the event, if the verdict is one, into the outbox.  In a transaction.  0 or -1. */
int notify_verdict(const struct session *session, struct state *state, const struct notice *notice,
	struct fault *f);

/* The same for a hold that has landed; `json` is what is told about it. */
int notify_landed(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f);

/* The same for a debt that was paid. */
int notify_paid(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f);

/* The same for what could not be judged: it was denied. */
int notify_fault(const struct session *session, struct state *state, const struct notice *notice,
	const char *ref, struct fault *f);

/* The same for a hold that was found without a row: it was held. */
int notify_found(const struct session *session, struct state *state, const char *ref,
	const struct notice *notice, struct fault *f);

/* A hold that waits for people, and whom it waits for. */
struct reminder {
	const struct hold_row *hold;
	names asked;
};

/* The same for a hold that people are reminded of: to them it is told. */
int notify_reminded(const struct session *session, struct state *state,
	const struct reminder *reminder, const struct notice *notice, struct fault *f);

/*
 * Starts a deliverer when the policy has webhooks.  What can't be started now is delivered later.
 */
void notify_start(const struct session *session);

#endif
