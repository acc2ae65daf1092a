/* One run of verifying (verify.h): what git says of the clone, and what its notes are worth. */
#ifndef HOOKS_ATTEST_VERIFYING_H
#define HOOKS_ATTEST_VERIFYING_H

#include "common/base/oid.h"
#include "common/tlog/dsse.h"
#include "hooks/attest/verify.h"

struct verifying {
	const struct verify_asked *asked;
	struct dsse_keys keys;
	json_t *landings; /* by commit, lists of landings whose statements are good */
	json_t *problems;
	struct fault *fault;
};

/* A landing as it was verified has: commit, ref, old, new, count, previous, digest, level, ... */

/* Asks git in the clone; *answered is false when it says no.  0 or -1. */
int verifying_git(const struct verifying *v, const char *const *arguments, struct span input,
	struct buf *out, bool *answered);

/* Adds a sentence to what is wrong. */
void verifying_problem(struct verifying *v, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Verifies the notes of these commits (an object that has them as members), and fills in
 * v->landings.  0 or -1.
 */
int verifying_read(struct verifying *v, const json_t *commits);

/* Verifies a note of the commit, and puts its landings into v->landings. */
void verifying_note(struct verifying *v, const char *commit, struct span note);

/* A member that is text, "" where there is none. */
const char *verifying_text(const json_t *object, const char *name);

#endif
