/*
 * Rule `delegated`: the policy file that lies in the default branch is changed by whoever pushes only with the
 * approval of the people that a layer above named (`delegates`).
 */
#include "rules/rule.h"

int rule_delegated(const struct rule_case *c, struct fault *f)
{
	struct rule rule = { .approvers = c->policy->delegates, .approvals = 1 };

	if (!c->change || !*c->policy->delegates || strcmp(c->update->target, c->head) != 0 ||
		!span_is(c->folded, ".countersign.json"))
		return 0;
	return rule_object(c,
		&(struct objection){ .rule = "delegated",
			.action = ACTION_HOLD,
			.detail = "the delegated policy changes",
			.configured = &rule },
		f);
}
