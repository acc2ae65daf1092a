/* Whose changes a rule looks at: `by`. */
#include <string.h>

#include "common/mark/marks.h"
#include "common/policy/load.h"

static int by_check(struct policy_loading *l, const struct json_at *at)
{
	const char *name = json_at_text(at);
	struct typo near = typo_begin(name ? name : "");
	size_t count;
	const struct catalogue_agent *catalogue = catalogue_agents(&count);

	if (name && strcmp(name, "*") == 0)
		return policy_wrong(
			l, at, "'*' names no agent here: say \"by\": \"agents\" for all of them");
	if (name && (strcmp(name, "agents") == 0 || strcmp(name, "anyone") == 0))
		return policy_wrong(l, at, "'%s' stands alone: say \"by\": \"%s\"", name, name);
	if (name && policy_index_find(&l->index, INDEX_PERSON, name))
		return policy_wrong(l, at,
			"'%s' is a person, and a rule can name agents alone: say \"by\": "
			"\"anyone\" for people as well",
			name);
	if (!name || !*name || policy_index_find(&l->index, INDEX_AGENT, name) ||
		catalogue_find(name))
		return 0;
	for (size_t i = 0; i < l->agent_count; i++)
		typo_offer(&near, l->agents[i].name);
	for (size_t i = 0; i < count; i++)
		typo_offer(&near, catalogue[i].id);
	return policy_unknown(l, at, "agent", &near);
}

int policy_read_by(
	struct policy_loading *l, const struct json_at *at, const struct field *field, void *out)
{
	static const struct choice choices[] = { { "agents", BY_AGENTS }, { "anyone", BY_ANYONE },
		{ NULL, 0 } };
	struct policy_by *by = out;
	struct field word = *field;
	names list = NULL;
	int choice = BY_AGENTS;

	if (json_at_kind(at) != JSON_KIND_LIST) {
		word.detail = choices;
		if (policy_read_choice(l, at, &word, &choice) < 0)
			return -1;
		by->by = (enum by)choice;
		return 0;
	}
	if (policy_read_words(l, at, field, &list) < 0)
		return -1;
	for (size_t i = 0; i < json_at_count(at); i++) {
		struct json_at item = json_at_item(at, i);

		if (by_check(l, &item) < 0)
			return -1;
	}
	if (json_at_count(at) == 0)
		return policy_wrong(l, at, "must not be empty");
	*by = (struct policy_by){ BY_NAMED, list ? list : by->names };
	return 0;
}
