#include "rules/rules.h"

typedef int rule_judge(const struct rule_case *c, struct fault *f);

static rule_judge *const table[] = {
	NULL,
};

int rules_judge(const struct rule_case *c, struct fault *f)
{
	for (rule_judge *const *judge = table; *judge; judge++)
		if ((*judge)(c, f) < 0)
			return -1;
	return 0;
}
