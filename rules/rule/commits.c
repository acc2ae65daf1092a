/*
 * Rules about who made a commit: `unattributed` and `agent-expired`.
 */
#include <stdio.h>
#include <time.h>

#include "rules/rule/rule.h"

/*
 * A layer takes nobody's word but its own and that of layers above it: whom it does not know, it
 * denies.
 */
int rule_unattributed(const struct rule_case *c, struct fault *f)
{
	static const char detail[] = "author unknown: no registered key or account";

	if (c->who->known_to == LAYER_SITE)
		return 0;
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (c->policy->layers[i].unattributed == UNATTRIBUTED_DENY &&
			c->who->known_to > (enum layer)i &&
			rule_deny_by(c, (enum layer)i, "unattributed", detail, f) < 0)
			return -1;
	return 0;
}

static int judge_expiry(const struct rule_case *c, const struct granted *granted, struct fault *f)
{
	const struct attributed_agent *who = granted->who;
	const struct grant *grant = granted->grant;
	char detail[512];

	if (!grant->expires || c->now < grant->expires)
		return 0;
	(void)snprintf(detail, sizeof(detail), "%.300s has expired and may push nothing%s",
		who->name,
		c->clock < grant->expires ? ": the server's clock has been past that date, and "
					    "was set back; see countersign status"
					  : "");
	return rule_object(c,
		&(struct objection){ .rule = "agent-expired",
			.action = ACTION_DENY,
			.observe = grant->observe,
			.detail = detail },
		f);
}

int rule_agent_expired(const struct rule_case *c, struct fault *f)
{
	return rule_each_grant(c, judge_expiry, f);
}
