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

/* What one layer says of the agent. */
static enum rewrite said_of(
	const struct rule_case *c, const struct attributed_agent *who, enum layer layer)
{
	const struct grant *own = rule_grant(who->entry, layer),
			   *all = rule_grant(policy_agent(c->policy, "*"), layer);

	if (own && own->rewrite != REWRITE_UNSAID && (who->verified || own->rewrite == REWRITE_NO))
		return own->rewrite;
	return all ? all->rewrite : REWRITE_UNSAID;
}

/* Where nobody said that it may, every layer that governs objects; else those that said no. */
static int judge_agent(
	const struct rule_case *c, const struct attributed_agent *who, struct fault *f)
{
	enum rewrite said[LAYER_COUNT];
	bool told = false;
	char detail[512];

	for (size_t i = 0; i < LAYER_COUNT; i++) {
		said[i] = said_of(c, who, (enum layer)i);
		told = told || said[i] == REWRITE_YES;
	}
	(void)snprintf(detail, sizeof(detail), "%s may not %s this ref", who->name,
		c->deletes ? "delete" : "rewind");
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if ((!told || said[i] == REWRITE_NO) &&
			rule_deny_by(c, (enum layer)i, "agent-rewrite", detail, f) < 0)
			return -1;
	return 0;
}

int rule_agent_rewrite(const struct rule_case *c, struct fault *f)
{
	if (!(c->deletes || c->rewinds))
		return 0;
	for (size_t i = 0; i < c->who->count; i++)
		if (judge_agent(c, &c->who->agents[i], f) < 0)
			return -1;
	return 0;
}
