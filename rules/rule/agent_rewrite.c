/*
 * Rule `agent-rewrite`: agents neither delete nor rewind governed refs, unless they were told that
 * they may.
 */
#include <stdio.h>

#include "rules/rule/rule.h"

int rule_agent_rewrite(const struct rule_case *c, struct fault *f)
{
	if (!(c->deletes || c->rewinds) || !rule_governed(c, LAYER_COUNT))
		return 0;
	for (size_t i = 0; i < c->who->count; i++) {
		const struct attributed_agent *who = &c->who->agents[i];
		char detail[512];

		if (who->entry && who->entry->rewrite && who->verified)
			continue;
		(void)snprintf(detail, sizeof(detail), "%s may not %s this ref", who->name,
			c->deletes ? "delete" : "rewind");
		if (rule_deny(c, "agent-rewrite", detail, f) < 0)
			return -1;
	}
	return 0;
}
