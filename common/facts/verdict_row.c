#include "common/facts/verdict_row.h"

#include <string.h>

/* Whether a list of names with commas has the name. */
static bool has_name(const char *list, const char *name)
{
	size_t len = strlen(name);

	if (strcmp(name, "*") == 0)
		return list && *list;
	while (list && *list) {
		size_t part = strcspn(list, ",");

		if (part == len && strncmp(list, name, len) == 0)
			return true;
		list += part;
		list += strspn(list, ", ");
	}
	return false;
}

bool verdict_row_took_part(const json_t *verdict, const char *agent)
{
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(verdict, "agents"), i,
		name) if (has_name(json_string_value(name), agent)) return true;
	return false;
}

bool verdict_row_names_agent(const json_t *verdict, const char *agent)
{
	json_t *finding;
	size_t i;

	if (has_name(json_string_value(json_object_get(verdict, "agent")), agent))
		return true;
	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		if (has_name(json_string_value(json_object_get(finding, "agent")), agent) ||
			verdict_row_took_part(finding, agent))
			return true;
	}
	return false;
}

/* Whether the text, "a or b", has the name among its own. */
static bool lists(const struct buf *text, const char *name)
{
	static const char or [] = " or ";
	size_t len = strlen(name);

	for (const char *at = text->len ? text->data : NULL; at; at = strstr(at, or)) {
		at += at == text->data ? 0 : strlen(or);
		if (strncmp(at, name, len) == 0 &&
			(!at[len] || strncmp(at + len, or, strlen(or)) == 0))
			return true;
	}
	return false;
}

void verdict_row_add_approvers(struct buf *text, const json_t *finding)
{
	const json_t *value;
	size_t i;

	json_array_foreach(json_object_get(finding, "approvers"), i, value)
	{
		const char *name = json_string_value(value);

		if (name && !lists(text, name))
			buf_addf(text, "%s%s", text->len ? " or " : "", name);
	}
}
