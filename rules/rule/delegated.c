/*
 * Rule `delegated`: the policy file that lies in the default branch is changed by whoever pushes
 * only with the approval of the people that a layer above named (`delegates`).
 */
#include "rules/rule/rule.h"

int rule_delegated(const struct rule_case *c, struct fault *f)
{
	struct rule rule = { .approvers = c->policy->delegates,
		.approvals = 1,
		.layer = c->policy->delegates_layer };
	struct objection objection = { .rule = "delegated",
		.action = ACTION_HOLD,
		.observe = c->policy->observe,
		.detail = "changes the delegated policy",
		.configured = &rule };

	if (!*c->policy->delegates || strcmp(c->update->target, c->head) != 0)
		return 0;
	if (!c->commit && c->redelegates) {
		objection.action = ACTION_DENY;
		objection.detail = "would replace or remove the delegated policy";
		return rule_object(c, &objection, f);
	}
	if (!c->change || !span_is(c->folded, POLICY_DELEGATED))
		return 0;
	return rule_object(c, &objection, f);
}
