/*
 * Rule `agent-rewrite`: agents neither delete nor rewind governed refs, unless they were told that
 * they may.
 *
 * Who was told is asked layer by layer, as for scopes: what the starting entry `*` says is said of
 * every agent, a verified agent's own entry stands in its place, and what is only claimed never
 * gets more than `*` has.  Some layer must say that it may, and none that it may not.
 */
#include <stdio.h>

#include "rules/rule/rule.h"

static enum rewrite said(const struct agent *agent, enum layer layer)
{
	for (size_t i = 0; agent && i < agent->grant_count; i++)
		if (agent->grants[i].layer == layer)
			return agent->grants[i].rewrite;
	return REWRITE_UNSAID;
}

/* What one layer says of the agent. */
static enum rewrite said_of(
	const struct rule_case *c, const struct attributed_agent *who, enum layer layer)
{
	enum rewrite own = said(who->entry, layer), all = said(policy_agent(c->policy, "*"), layer);

	if (own != REWRITE_UNSAID && (who->verified || own == REWRITE_NO))
		return own;
	return all;
}

static bool may_rewrite(const struct rule_case *c, const struct attributed_agent *who)
{
	bool told = false;

	for (enum layer layer = 0; layer < LAYER_COUNT; layer++) {
		enum rewrite rewrite = said_of(c, who, layer);

		if (rewrite == REWRITE_NO)
			return false;
		told = told || rewrite == REWRITE_YES;
	}
	return told;
}

int rule_agent_rewrite(const struct rule_case *c, struct fault *f)
{
	if (!(c->deletes || c->rewinds) || !rule_governed(c, LAYER_COUNT))
		return 0;
	for (size_t i = 0; i < c->who->count; i++) {
		const struct attributed_agent *who = &c->who->agents[i];
		char detail[512];

		if (may_rewrite(c, who))
			continue;
		(void)snprintf(detail, sizeof(detail), "%s may not %s this ref", who->name,
			c->deletes ? "delete" : "rewind");
		if (rule_deny(c, "agent-rewrite", detail, f) < 0)
			return -1;
	}
	return 0;
}
