/*
 * What was attested of a ref last, kept in the state as `attested:REF`: which commit and by which
 * statement, and since when each control has held without a gap.
 */
#ifndef HOOKS_ATTEST_LEDGER_H
#define HOOKS_ATTEST_LEDGER_H

#include <jansson.h>

#include "common/state/state.h"

/* The controls, as SLSA's own source tool names them. */
#define CONTROL_PROVENANCE "PROVENANCE_AVAILABLE"
#define CONTROL_CONTINUITY "CONTINUITY_ENFORCED"
#define CONTROL_TAGS "TAG_HYGIENE"
#define CONTROL_REVIEW "REVIEW_ENFORCED"

struct ledger {
	/* `new`, `previous`, `count`, `done`, `since`, `rules`; {}: nothing was attested */
	json_t *row;
};

/* Reads what is known of the ref; for ledger_release().  0 or -1. */
int ledger_read(struct ledger *out, struct state *state, const char *ref, struct fault *f);

/* Keeps it.  In a transaction.  0 or -1. */
int ledger_keep(const struct ledger *ledger, struct state *state, const char *ref, struct fault *f);

/* Frees it. */
void ledger_release(struct ledger *ledger);

/* What a landing does to the controls of its ref. */
struct continuity {
	json_t *controls; /* name to the time since which it holds, with this landing */
	json_t *rules;    /* likewise of the policy's rules that are in force there */
	json_t *lapses;   /* sentences: what had held, and does not any more */
};

/*
 * Goes on from the ledger by a landing as it was left; `gap`: what happened in between that nobody
 * judged, or NULL; then nothing that held before is claimed, and continuity begins with the next
 * landing.  For continuity_release().  0 or -1.
 */
int continuity_of(struct continuity *out, const struct ledger *ledger, const json_t *landing,
	const char *gap, struct fault *f);

/* Frees it. */
void continuity_release(struct continuity *continuity);

/* Milliseconds since 1970 as RFC 3339 in UTC. */
void ledger_time(char out[32], json_int_t milliseconds);

#endif
