#include "rules/rule/rules.h"

typedef int rule_judge(const struct rule_case *c, struct fault *f);

static rule_judge *const table[] = {
	rule_stopped,
	rule_agent_refs,
	rule_agent_rewrite,
	rule_agent_expired,
	rule_unattributed,
	rule_scope,
	rule_protected_path,
	rule_recognised,
	rule_hidden_text,
	rule_delegated,
	rule_credentials,
};

int rules_judge(const struct rule_case *c, struct fault *f)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i](c, f) < 0)
			return -1;
	return 0;
}
