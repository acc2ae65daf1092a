/*
 * The kinds of change that there are, as they occur together: one for each case that a rule can
 * tell apart.
 */
#ifndef HOOKS_REASON_KINDS_H
#define HOOKS_REASON_KINDS_H

#include "common/policy/policy.h"

struct kind_case {
	unsigned kinds;
	bool adds;
	const char *name; /* for people */
};

/* All cases; *count of them. */
const struct kind_case *kind_cases(size_t *count);

/* Whether a rule of the policy tells kinds of change apart. */
bool kinds_matter(const struct policy *policy);

#endif
