/*
 * Rule `history`: where a policy keeps history, nobody rewinds or deletes a governed branch, nor
 * moves or deletes a governed tag; agents least of all, but people neither.
 */
#include <string.h>

#include "rules/rule/rule.h"

int rule_history(const struct rule_case *c, struct fault *f)
{
	bool tag = strncmp(c->update->target, "refs/tags/", 10) == 0,
	     moves = tag && !oid_is_zero(&c->update->old) &&
		     !oid_equal(&c->update->old, &c->update->new);
	const char *detail = c->deletes ? "what is here is kept: the ref may not be deleted"
			     : moves    ? "what is here is kept: the tag may not be moved"
					: "what is here is kept: the branch may not be rewound";

	if (!c->deletes && !c->rewinds && !moves)
		return 0;
	for (size_t i = 0; i < LAYER_COUNT; i++)
		if (c->policy->layers[i].keep_history &&
			rule_deny_by(c, (enum layer)i, "history", detail, f) < 0)
			return -1;
	return 0;
}
