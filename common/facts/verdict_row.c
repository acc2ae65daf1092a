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
