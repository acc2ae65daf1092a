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

static int judge_scope(const struct rule_case *c, const struct granted *granted, struct fault *f)
{
	const struct attributed_agent *who = granted->who;
	const struct grant *grant = granted->grant;
	char detail[512];

	if (grant->scope < 0 || !rule_governed(c, grant->layer) || permits(c, grant))
		return 0;
	if (granted->entry != who->entry && replaces(who, grant->layer))
		return 0;
	(void)snprintf(detail, sizeof(detail), "outside the scope of %s%s", who->name,
		who->verified ? ""
			      : " (unverified: a verified key or account may have a wider one)");
	return rule_object(c,
		&(struct objection){ .rule = "scope",
			.agent = who->name,
			.action = grant->scope_action,
			.observe = grant->observe,
			.allowed = c->policy->scope_may[grant->scope],
			.detail = detail },
		f);
}

int rule_scope(const struct rule_case *c, struct fault *f)
{
	return rule_each_grant(c, judge_scope, f);
}
