/*
 * Reads messages, one JSON object a line (`message`, and where it matters `author`, `committer`),
 * and prints for each whom it is marked with: ids with commas between, `-` for nobody.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mark/marks.h"

struct seen {
	const char *agents[64];
	size_t count;
};

static int see(void *context, const char *agent, enum identified_by by)
{
	struct seen *seen = context;

	(void)by;
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->agents[i], agent) == 0)
			return 0;
	if (seen->count < sizeof(seen->agents) / sizeof(seen->agents[0]))
		seen->agents[seen->count++] = agent;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* `Name <address>` */
static struct person_line person(json_t *value)
{
	const char *text = json_string_value(value), *open = text ? strrchr(text, '<') : NULL;

	if (!open)
		return (struct person_line){ .name = span_of("Ada Example"),
			.email = span_of("ada@example.org") };
	return (struct person_line){ .name = { text, (size_t)(open - text) - (open > text) },
		.email = { open + 1, strcspn(open + 1, ">") } };
}

static void look(struct marks *marks, json_t *sample)
{
	struct fault f = { 0 };
	struct seen seen = { 0 };
	const json_t *message = json_object_get(sample, "message");
	struct commit commit = {
		.message = { json_string_value(message), json_string_length(message) },
		.author = person(json_object_get(sample, "author")),
		.committer = person(json_object_get(sample, "committer")),
	};

	if (marks_of_commit(marks, &commit, see, &seen, &f) < 0) {
		fprintf(stderr, "%s\n", f.text);
		exit(2);
	}
	qsort(seen.agents, seen.count, sizeof(seen.agents[0]), by_name);
	for (size_t i = 0; i < seen.count; i++)
		printf("%s%s", i ? "," : "", seen.agents[i]);
	puts(seen.count ? "" : "-");
}

int main(void)
{
	struct fault f = { 0 };
	struct marks *marks;
	char *line = NULL;
	size_t cap = 0;

	if (marks_new(&marks, NULL, 0, &f) < 0)
		return 2;
	while (getline(&line, &cap, stdin) > 0) {
		json_t *sample = json_loads(line, JSON_ALLOW_NUL, NULL);

		if (!sample)
			return 2;
		look(marks, sample);
		json_decref(sample);
	}
	free(line);
	marks_free(marks);
	return 0;
}
