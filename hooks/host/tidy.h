/*
 * Tidying: what is over goes from refs and tables, by the timer, and never in a push.
 *
 * In short transactions, each of which a push may wait for, and of which everything is in the log:
 *
 *	what was allowed and nobody has settled is, now
 *	holds whose refs have no row are taken up (their saving was cut short, or the state is of
 *	before them)
 *	holds that waited for longer than approvals are good, and nobody has spoken of, expire
 *	refs of holds that landed, were replaced, dropped or expired go; signed approvals of those
 *	are kept whole in the log before
 *
 * The list of what refs were (moved.h) is written anew once a day, unless there is something to
 * tell of them.
 *
 * If it dies half-way, the next one goes on.
 */
#ifndef HOOKS_HOST_TIDY_H
#define HOOKS_HOST_TIDY_H

#include <stddef.h>

#include "common/base/env.h"
#include "common/base/fault.h"

/* What was done. */
struct tidied {
	size_t settled, found, expired, cleared, kept; /* kept: approvals */
};

/* Tidies the repository at that path, as whoever runs it.  0 or -1. */
int tidy(const char *path, const struct env *env, struct tidied *out, struct fault *f);

/* From now on the refs of the repository at that path count as they are (moved.h).  0 or -1. */
int tidy_accept_refs(const char *path, struct fault *f);

#endif
