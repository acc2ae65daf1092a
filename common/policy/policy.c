#include "common/policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "common/policy/index.h"

#define ACCOUNT_MAX 512 /* bytes that are compared */

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

/* The account as the index has it, cut where it is longer than any. */
static void account_fold(char out[ACCOUNT_MAX], const char *account)
{
	size_t len;

	account += strspn(account, " \t");
	len = strlen(account);
	while (len && (account[len - 1] == ' ' || account[len - 1] == '\t'))
		len--;
	if (len >= ACCOUNT_MAX)
		len = ACCOUNT_MAX - 1;
	for (size_t i = 0; i < len; i++)
		out[i] = account[i] >= 'A' && account[i] <= 'Z' ? (char)(account[i] + 32)
								: account[i];
	out[len] = '\0';
}

bool policy_same_account(const char *a, const char *b)
{
	char folded[2][ACCOUNT_MAX];

	account_fold(folded[0], a);
	account_fold(folded[1], b);
	return strcmp(folded[0], folded[1]) == 0;
}

const struct index_entry *policy_index_account(
	const struct policy_index *index, const char *account)
{
	char folded[ACCOUNT_MAX];

	account_fold(folded, account);
	return policy_index_find(index, INDEX_ACCOUNT, folded);
}

int policy_index_add_account(
	struct policy_index *index, struct arena *arena, const struct index_entry *entry)
{
	struct index_entry folded = *entry;
	char name[ACCOUNT_MAX];

	account_fold(name, entry->name);
	folded.name = arena_strdup(arena, name);
	return folded.name ? policy_index_add(index, arena, &folded) : -1;
}

const struct agent *policy_account_agent(const struct policy *policy, const char *account)
{
	const struct index_entry *entry = policy_index_account(policy->index, account);

	return entry && entry->of_agent ? &policy->agents[entry->which] : NULL;
}

const struct person *policy_account_person(const struct policy *policy, const char *account)
{
	const struct index_entry *entry = policy_index_account(policy->index, account);

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

bool policy_governs(const struct policy *policy, const char *ref)
{
	for (size_t i = 0; i < policy->group_count; i++)
		if (policy_group_governs(policy, &policy->groups[i], ref))
			return true;
	return false;
}
