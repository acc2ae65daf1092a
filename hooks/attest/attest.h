/*
 * Attesting what has landed: the deliverer's work, after a push and by the timer.
 *
 * All landings that lie there are compared with where their refs are now.  Notes are written first,
 * then rows of the log that name their digests, and what was attested of each ref, in one
 * transaction; then what was left is taken away.  If we die half-way, the same statements are made
 * once more, and are there already: nothing in them tells when they were made.
 */
#ifndef HOOKS_ATTEST_ATTEST_H
#define HOOKS_ATTEST_ATTEST_H

#include "common/base/env.h"
#include "hooks/witness/log_site.h"

struct attest_terms {
	const struct env *env;
	const struct log_site *site;
	int after; /* milliseconds in which the push that started us is over, or 0 */
};

/* Attests what has landed; without a key nothing is done.  0 or -1. */
int attest_landings(const char *git_dir, const struct attest_terms *terms, struct fault *f);

#endif
