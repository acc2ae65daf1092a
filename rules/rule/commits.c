/*
 * Rules about who made a commit: `unattributed` and `agent-expired`.
 */
#include <stdio.h>
#include <time.h>

#include "rules/rule/rule.h"

int rule_unattributed(const struct rule_case *c, struct fault *f)
{
	if (!c->who->unattributed || !rule_governed(c, LAYER_COUNT))
		return 0;
	if (c->policy->unattributed != UNATTRIBUTED_DENY)
		return 0;
	return rule_deny(
		c, "unattributed", "neither a known key nor a known account tells who made it", f);
}

int rule_agent_expired(const struct rule_case *c, struct fault *f)
{
	for (size_t i = 0; i < c->who->count; i++) {
		const struct attributed_agent *who = &c->who->agents[i];
		char detail[512];

		if (!who->entry || !who->entry->expires || c->now < who->entry->expires)
			continue;
		(void)snprintf(
			detail, sizeof(detail), "%s has expired and may push nothing", who->name);
		if (rule_deny(c, "agent-expired", detail, f) < 0)
			return -1;
	}
	return 0;
}
