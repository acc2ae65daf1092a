#include "common/policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "common/policy/index.h"

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	pattern_set_free(policy->scopes);
	pattern_set_free(policy->protected);
	pattern_set_free(policy->refs);
	arena_release(policy->arena);
	free(policy->arena);
	free(policy);
}

const struct agent *policy_agent(const struct policy *policy, const char *name)
{
	const struct index_entry *entry = policy_index_find(policy->index, INDEX_AGENT, name);

	return entry ? &policy->agents[entry->which] : NULL;
}

const struct person *policy_person(const struct policy *policy, const char *name)
{
	const struct index_entry *entry = policy_index_find(policy->index, INDEX_PERSON, name);

	return entry ? &policy->people[entry->which] : NULL;
}

const struct agent *policy_account_agent(const struct policy *policy, const char *account)
{
	const struct index_entry *entry = policy_index_find(policy->index, INDEX_ACCOUNT, account);

	return entry && entry->of_agent ? &policy->agents[entry->which] : NULL;
}

const struct person *policy_account_person(const struct policy *policy, const char *account)
{
	const struct index_entry *entry = policy_index_find(policy->index, INDEX_ACCOUNT, account);

	return entry && !entry->of_agent ? &policy->people[entry->which] : NULL;
}

bool policy_names_person(names list, const struct person *person)
{
	for (; *list; list++) {
		if (strcmp(*list, person->name) == 0)
			return true;
		for (names group = person->groups; *group; group++)
			if (strcmp(*list, *group) == 0)
				return true;
	}
	return false;
}

bool policy_group_governs(const struct policy *policy, const struct group *group, const char *ref)
{
	return pattern_set_has(policy->refs, group->list, span_of(ref));
}
