/*
 * Which pattern of the policy a finding comes from: what an admin would change, were there too many
 * of them.
 */
#ifndef HOOKS_REPORT_REPLAY_CAUSE_H
#define HOOKS_REPORT_REPLAY_CAUSE_H

#include "common/facts/verdict.h"
#include "common/policy/policy.h"

/*
 * Appends it: `/payments/`, `class:infrastructure.ci  .github/workflows/`, `outside the scope
 * docs/`.  0 or -1.
 */
int replay_cause(const struct policy *policy, const struct finding *finding, struct buf *out,
	struct fault *f);

/*
 * The fewest people of the policy who could approve all that was flagged; those excluded are not
 * known, so not left out.
 */
size_t replay_approvals(const struct policy *policy, const struct verdict *verdict);

#endif
