/*
 * Rule `agent-refs`: an agent updates the refs that it was given, and no others.
 *
 * Whose doing an update is, is told by the account and by the commits on the first-parent line of
 * what is new; what a merge brings in was brought by whoever made the merge.
 *
 * Every layer's grant must permit, and each that does not objects: one that only observes hides
 * none that enforces.
 */
#include <stdio.h>

#include "rules/rule/rule.h"

/* The starting entry's grant of a layer does not bind a verified agent that has its own there. */
static bool is_replaced(const struct attributed_agent *who, const struct grant *grant)
{
	for (size_t i = 0; who->verified && who->entry && i < who->entry->grant_count; i++)
		if (who->entry->grants[i].layer == grant->layer && who->entry->grants[i].refs >= 0)
			return true;
	return false;
}

static bool refuses(const struct policy *policy, const struct granted *granted, const char *ref)
{
	const struct attributed_agent *who = granted->who;
	const struct grant *grant = granted->grant;

	return grant->refs >= 0 && !(granted->entry != who->entry && is_replaced(who, grant)) &&
	       !pattern_set_has(policy->scopes, grant->refs, span_of(ref));
}

/* Each grant that refuses objects: what one layer only observes does not speak for another. */
static int judge_refs(const struct rule_case *c, const struct granted *granted, struct fault *f)
{
	char detail[512];

	if (!refuses(c->policy, granted, c->update->target))
		return 0;
	(void)snprintf(detail, sizeof(detail), "%s may not update this ref", granted->who->name);
	return rule_object(c,
		&(struct objection){ .rule = "agent-refs",
			.action = ACTION_DENY,
			.observe = granted->grant->observe,
			.allowed = c->policy->scope_texts[granted->grant->refs],
			.detail = detail },
		f);
}

bool rule_refuses_ref(const struct policy *policy, const struct attributed_agent *who,
	const char *ref, struct grants_asked asked)
{
	const struct agent *start = policy_agent(policy, "*");
	const struct agent *const entries[] = { start, who->entry != start ? who->entry : NULL };

	for (size_t e = 0; e < 2; e++)
		for (size_t g = 0; entries[e] && g < entries[e]->grant_count; g++) {
			const struct granted granted = { who, entries[e], &entries[e]->grants[g] };

			if (granted.grant->layer < asked.above &&
				(asked.observed || !granted.grant->observe) &&
				refuses(policy, &granted, ref))
				return true;
		}
	return false;
}

int rule_agent_refs(const struct rule_case *c, struct fault *f)
{
	return rule_each_grant(c, judge_refs, f);
}
