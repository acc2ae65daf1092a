/*
 * Rule `stopped`: of who is stopped nothing is let through, in whatever mode.  It stands before all
 * other rules, and no approval helps.
 */
#include "rules/rule/rule.h"

#include <stdio.h>

int rule_stopped(const struct rule_case *c, struct fault *f)
{
	const struct stopped *stopped = c->who->stopped;
	char detail[4096];

	if (!stopped)
		return 0;
	(void)snprintf(detail, sizeof(detail), "%s %s%s%s was stopped%s by %s on %s: %s",
		stopped->kind, strcmp(stopped->name, "*") == 0 ? "of any name" : stopped->name,
		stopped->agent ? " of agent " : "", stopped->agent ? stopped->agent : "",
		stopped->everywhere ? " on this host" : "", stopped->by, stopped->since,
		stopped->reason);
	return rule_object(c,
		&(struct objection){ .rule = "stopped", .action = ACTION_DENY, .detail = detail },
		f);
}
