/*
 * Approvals that tidying has kept in the log before their refs went (rows of the kind `kept`): each
 * is a signed tag, with the keys that its person had in the policy then.  So the signatures can be
 * verified whatever the policy says today, and without the repository's objects.
 */
#ifndef HOOKS_WITNESS_KEPT_H
#define HOOKS_WITNESS_KEPT_H

#include <stddef.h>

#include "common/state/cut.h"

/* What came of it. */
struct kept_check {
	int64_t after;             /* in: rows behind that number are looked at */
	size_t good, unknown, bad; /* signatures; unknown: by no key that was kept with it */
	int64_t row;               /* the first bad one's; 0: none */
	char why[320];             /* and what is wrong with it */
};

/* Verifies all that are kept in a log and its archives.  0 or -1. */
int kept_verify(const struct log_archives *archives, struct kept_check *out, struct fault *f);

#endif
