/* One run of attesting (attest.h): what it works on, and which landings are due. */
#ifndef HOOKS_ATTEST_ATTESTING_H
#define HOOKS_ATTEST_ATTESTING_H

#include "common/facts/landing.h"
#include "hooks/attest/attest.h"
#include "hooks/attest/ledger.h"

struct attesting {
	const struct attest_terms *terms;
	const char *git_dir;
	struct landings landings;
	struct repo *repo;
	struct state *state;
	char id[33], *uri;
	char gap[512]; /* attesting_gap()'s sentence */
	json_t *lines; /* for notes_ref_add() */
	json_t *kept;  /* files that are still waited for */
	struct fault *fault;
};

/* Opens repository and state, and finds out what others know it by; for attesting_close().  */
int attesting_open(struct attesting *a);

/* Closes them. */
void attesting_close(struct attesting *a);

/* The ref's landings that have come to what it is at now and are not attested yet.  0 or -1. */
int attesting_chain(struct attesting *a, const char *ref, const struct ledger *ledger, json_t *out);

/*
 * The files of landings of the ref that are done with these, as far as they lie there: by name, for
 * a clock that is set back makes no file older than what was attested.
 */
json_t *attesting_done(const struct attesting *a, const char *ref, const struct ledger *ledger,
	const json_t *chain);

/* What happened to the ref before its first landing that nobody judged; NULL: nothing did. */
const char *attesting_gap(struct attesting *a, const struct ledger *ledger, const json_t *first);

/* Adds to the landing who approved it, by which keys, and whether two people stand for it. */
int attesting_approvals(struct attesting *a, json_t *landing);

/* Takes away what was left of what has landed, or never will. */
void attesting_drop(struct attesting *a);

#endif
