/*
 * findings: verdict objects and replays, a JSON object a line, as lines that can be compared: for
 * each judged update `NEW DECISION`, and for each of its findings `NEW RULE ACTION COMMIT AGENT
 * LINE PATH`.  An update without findings is passed over.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value && *value ? value : "-";
}

static void print_update(const json_t *update, const char *new)
{
	json_t *findings = json_object_get(update, "findings"), *finding;
	size_t i;

	if (!json_array_size(findings))
		return;
	printf("%s %s\n", new, text(update, "decision"));
	json_array_foreach(findings, i, finding)
		printf("%s %s %s %s %s %lld %s\n", new, text(finding, "rule"),
			text(finding, "action"), text(finding, "commit"), text(finding, "agent"),
			(long long)json_integer_value(json_object_get(finding, "line")),
			text(finding, "path"));
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) >= 0) {
		json_t *object = json_loads(line, 0, NULL), *found, *update;
		size_t i;

		if (!object) {
			(void)fprintf(stderr, "findings: no JSON: %s", line);
			return 1;
		}
		found = json_object_get(object, "found");
		json_array_foreach(found, i, update) print_update(update, text(update, "commit"));
		if (!found)
			print_update(object, text(object, "new"));
		json_decref(object);
	}
	free(line);
	return 0;
}
