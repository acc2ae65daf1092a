/*
 * Rule `scope`: an agent's changes lie inside the paths that it was given.
 *
 * Every layer's grant must permit.  A claimed agent gets what the starting entry `*` and its own
 * entry both permit; a verified agent's own entry stands in place of the starting one, layer by
 * layer.
 */
#include <stdio.h>

#include "rules/rule/rule.h"

/* Whether the agent's own entry stands in place of the starting entry's scope in that layer. */
static bool replaces(const struct attributed_agent *who, enum layer layer)
{
	const struct grant *own = who->verified ? rule_grant(who->entry, layer) : NULL;

	return own && own->scope >= 0 && !own->scope_narrows;
}

/* A list of `!` patterns alone has everything but what they take back. */
static bool permits(const struct rule_case *c, const struct grant *grant)
{
	int index = c->permitting[grant->scope];

	return grant->scope_narrows ? index != LIST_TAKEN_BACK : index >= 0;
}

static int judge_grants(const struct rule_case *c, const struct attributed_agent *who,
	const struct agent *entry, struct fault *f)
{
	for (size_t i = 0; entry && i < entry->grant_count; i++) {
		const struct grant *grant = &entry->grants[i];
		char detail[512];

		if (grant->scope < 0 || !rule_governed(c, grant->layer) || permits(c, grant))
			continue;
		if (entry != who->entry && replaces(who, grant->layer))
			continue;
		(void)snprintf(detail, sizeof(detail), "outside the scope of %s%s", who->name,
			who->verified
				? ""
				: " (claimed: a verified key or account may have a wider one)");
		if (rule_object(c,
			    &(struct objection){ .rule = "scope",
				    .agent = who->name,
				    .action = grant->scope_action,
				    .observe = grant->observe,
				    .allowed = c->policy->scope_texts[grant->scope],
				    .detail = detail },
			    f) < 0)
			return -1;
	}
	return 0;
}

int rule_scope(const struct rule_case *c, struct fault *f)
{
	const struct agent *start = policy_agent(c->policy, "*");

	for (size_t i = 0; i < c->who->count; i++) {
		const struct attributed_agent *who = &c->who->agents[i];

		if (judge_grants(c, who, start, f) < 0)
			return -1;
		if (who->entry && who->entry != start && judge_grants(c, who, who->entry, f) < 0)
			return -1;
	}
	return 0;
}
