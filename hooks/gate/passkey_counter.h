/*
 * How often a passkey has signed, as far as this repository saw it.  One that counts, and whose
 * counter has not grown since, may be a copy of somebody's: its approval is refused when it is
 * pushed.  Most passkeys do not count, since they are copied between their owner's devices.
 */
#ifndef HOOKS_GATE_PASSKEY_COUNTER_H
#define HOOKS_GATE_PASSKEY_COUNTER_H

#include "common/facts/approval.h"
#include "common/facts/verdict.h"
#include "common/state/state.h"

/* What was seen of a passkey last: the counter, and the tag that had it. */
struct passkey_counter {
	const char *fingerprint;
	uint32_t counter;
	const struct oid *tag;
};

/* Adds why the counter cannot be the passkey's, if it has gone back.  0 or -1. */
int passkey_counter_check(struct state *state, const struct passkey_counter *seen,
	struct buf *refused, struct fault *f);

/*
 * Keeps the counter of the approval that was pushed, checked once more, in a transaction.  0, or
 * -1: another push was faster.
 */
int passkey_counter_keep(struct state *state, const struct verdict *verdict, struct fault *f);

#endif
