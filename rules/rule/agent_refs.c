/*
 * Rule `agent-refs`: an agent updates the refs that it was given, and no others.
 *
 * Whose doing an update is, is told by the account and by the commits on the first-parent line of
 * what is new; what a merge brings in was brought by whoever made the merge.
 */
#include <stdio.h>

#include "rules/rule/rule.h"

static const struct grant *refusing(const struct rule_case *c, const struct agent *agent)
{
	for (size_t i = 0; agent && i < agent->grant_count; i++) {
		const struct grant *grant = &agent->grants[i];

		if (grant->refs >= 0 && !pattern_set_has(c->policy->scopes, grant->refs,
						span_of(c->update->target)))
			return grant;
	}
	return NULL;
}

/* The starting entry's grant of a layer does not bind a verified agent that has its own there. */
static const struct grant *refusing_start(
	const struct rule_case *c, const struct attributed_agent *who)
{
	const struct agent *start = policy_agent(c->policy, "*");

	for (size_t i = 0; start && i < start->grant_count; i++) {
		const struct grant *grant = &start->grants[i];
		bool replaced = false;

		for (size_t j = 0; who->verified && who->entry && j < who->entry->grant_count; j++)
			if (who->entry->grants[j].layer == grant->layer &&
				who->entry->grants[j].refs >= 0)
				replaced = true;
		if (!replaced && grant->refs >= 0 &&
			!pattern_set_has(
				c->policy->scopes, grant->refs, span_of(c->update->target)))
			return grant;
	}
	return NULL;
}

int rule_agent_refs(const struct rule_case *c, struct fault *f)
{
	for (size_t i = 0; i < c->who->count; i++) {
		const struct attributed_agent *who = &c->who->agents[i];
		const struct grant *grant = refusing(c, who->entry);
		char detail[512];

		if (!grant)
			grant = refusing_start(c, who);
		if (!grant)
			continue;
		(void)snprintf(detail, sizeof(detail), "%s may not update this ref", who->name);
		if (rule_object(c,
			    &(struct objection){ .rule = "agent-refs",
				    .action = ACTION_DENY,
				    .observe = grant->observe,
				    .detail = detail },
			    f) < 0)
			return -1;
	}
	return 0;
}
