/* Everybody whom policies tell apart. */
#include <string.h>

#include "hooks/reason/differ.h"

/* Whether the agent can be known by more than what commits claim. */
static bool can_be_verified(const struct policy *const *policies, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		const struct agent *agent = policy_agent(policies[i], name);

		if (agent && (agent->key_count || *agent->accounts || agent->catalogued))
			return true;
	}
	return false;
}

static bool seen_before(const struct policy *const *policies, size_t policy, const char *name)
{
	for (size_t i = 0; i < policy; i++)
		if (policy_agent(policies[i], name))
			return true;
	return false;
}

static int each_named(const struct policy *const *policies, size_t count, const char *name,
	int (*each)(void *context, const struct differ_who *who), void *context)
{
	int status = each(context, &(struct differ_who){ name, false });

	if (status == 0 && can_be_verified(policies, count, name))
		status = each(context, &(struct differ_who){ name, true });
	return status;
}

/* Agents that only rules name. */
static int each_by(const struct policy *const *policies, size_t count,
	int (*each)(void *context, const struct differ_who *who), void *context)
{
	int status = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < policies[i]->rule_count; k++)
			for (names name = policies[i]->rules[k].by_names; status == 0 && *name;
				name++)
				if (!seen_before(policies, count, *name))
					status = each_named(policies, count, *name, each, context);
	return status;
}

int differ_everybody(const struct policy *const *policies, size_t count,
	int (*each)(void *context, const struct differ_who *who), void *context)
{
	int status = each(context, &(struct differ_who){ NULL, false });

	if (status == 0)
		status = each(context, &(struct differ_who){ "*", false });
	for (size_t i = 0; status == 0 && i < count; i++)
		for (size_t k = 0; status == 0 && k < policies[i]->agent_count; k++) {
			const char *name = policies[i]->agents[k].name;

			if (strcmp(name, "*") == 0 || seen_before(policies, i, name))
				continue;
			status = each_named(policies, count, name, each, context);
		}
	return status == 0 ? each_by(policies, count, each, context) : status;
}
