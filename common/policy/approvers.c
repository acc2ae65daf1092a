/* Names of approvers: people and groups. */
#include <string.h>
#include <strings.h>

#include "common/mark/marks.h"
#include "common/policy/load.h"

/* Offers all people and groups that there are. */
static void people_near(const struct policy_loading *l, struct typo *near)
{
	for (size_t i = 0; i < l->person_count; i++) {
		typo_offer(near, l->people[i].name);
		for (names group = l->people[i].groups; *group; group++)
			typo_offer(near, *group);
	}
}

int policy_approver_check(struct policy_loading *l, const struct json_at *at, bool codeowners)
{
	const char *name = json_at_text(at);
	struct typo near;

	if (!name || (codeowners && strcmp(name, "codeowners") == 0) ||
		policy_index_find(&l->index, INDEX_PERSON, name) ||
		policy_index_find(&l->index, INDEX_GROUP, name))
		return 0;
	near = typo_begin(name);
	for (size_t i = 0; i < l->person_count; i++)
		for (names email = l->people[i].emails; *email; email++)
			if (strcasecmp(*email, name) == 0)
				return policy_wrong(l, at,
					"'%s' is an address: did you mean '%s', whose it is?", name,
					l->people[i].name);
	people_near(l, &near);
	if (codeowners)
		typo_offer(&near, "codeowners");
	if (near.found)
		return policy_unknown(l, at, "person or group", &near);
	if (strcmp(name, "*") != 0 &&
		(policy_index_find(&l->index, INDEX_AGENT, name) || catalogue_find(name)))
		return policy_wrong(l, at, "'%s' is an agent, and people approve", name);
	return policy_wrong(l, at, "unknown person or group '%s': %s", name,
		strpbrk(name, "*?") || strncmp(name, "any", 3) == 0
			? "name a group that has all who may"
			: "there is nobody of that name in 'people', and no group");
}

int policy_read_people_names(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	if (policy_read_words(l, at, field, out) < 0)
		return -1;
	for (size_t i = 0; json_at_kind(at) == JSON_KIND_LIST && i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (policy_approver_check(l, &item, field->detail != NULL) < 0)
			return -1;
	}
	return 0;
}
