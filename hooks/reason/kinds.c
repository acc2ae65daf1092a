#include "hooks/reason/kinds.h"

static const struct kind_case cases[] = {
	{ KIND_ADD, true, "add" },
	{ KIND_MODIFY, false, "modify" },
	{ KIND_DELETE, false, "delete" },
	{ KIND_DELETE | KIND_RENAME, false, "rename away" },
	{ KIND_ADD | KIND_RENAME, true, "rename to" },
	{ KIND_MODE, false, "mode" },
	{ KIND_ADD | KIND_LINK, true, "add a link" },
	{ KIND_MODIFY | KIND_LINK, false, "modify a link" },
	{ KIND_ADD | KIND_SUBMODULE, true, "add a submodule" },
	{ KIND_MODIFY | KIND_SUBMODULE, false, "modify a submodule" },
};

const struct kind_case *kind_cases(size_t *count)
{
	*count = sizeof(cases) / sizeof(cases[0]);
	return cases;
}

bool kinds_matter(const struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].changes != KIND_ALL)
			return true;
	return false;
}
