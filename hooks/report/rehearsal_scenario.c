/* What a scenario says of itself: the comments at its top. */
#include <stdlib.h>
#include <string.h>

#include "hooks/report/rehearsal.h"

#define SCENARIO_MAX ((size_t)64 << 10)
#define LINES_MAX 10

static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return strndup(name, strlen(name) - (span_ends(span_of(name), ".sh") ? 3 : 0));
}

static int read_must(struct scenario *scenario, const char *word, struct fault *f)
{
	static const char *const words[] = {
		[MUST_REFUSE] = "refuse", [MUST_LAND] = "land", [MUST_ANY] = "any"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0) {
			scenario->must = (enum must)i;
			return 0;
		}
	return fault_set(f, FAULT_ADMIN, "%s: must: wants refuse, land or any, not '%s'",
		scenario->path, word);
}

static int add_line(struct scenario *scenario, const char *value, struct fault *f)
{
	char **grown =
		scenario->line_count < LINES_MAX
			? realloc(scenario->lines, (scenario->line_count + 1) * sizeof(*grown))
			: NULL;

	if (!grown)
		return fault_set(f, FAULT_ADMIN, "%s: too many lines of policy", scenario->path);
	scenario->lines = grown;
	grown[scenario->line_count] = strdup(value);
	return grown[scenario->line_count++] ? 0 : fault_memory(f);
}

/* `# key: value` */
static int read_comment(struct scenario *scenario, const char *line, struct fault *f)
{
	if (strncmp(line, "# title: ", 9) == 0 && !scenario->title)
		scenario->title = strdup(line + 9);
	else if (strncmp(line, "# part: ", 8) == 0 && !scenario->part)
		scenario->part = strdup(line + 8);
	else if (strncmp(line, "# must: ", 8) == 0)
		return read_must(scenario, line + 8, f);
	else if (strncmp(line, "# line: ", 8) == 0)
		return add_line(scenario, line + 8, f);
	return 0;
}

int scenario_read(struct scenario *out, const char *path, struct fault *f)
{
	struct buf text = BUF_INIT(SCENARIO_MAX);
	char *line, *rest;
	int status;

	*out = (struct scenario){ .path = strdup(path), .name = name_of(path) };
	status = out->path && out->name ? file_read(path, &text, f) : fault_memory(f);
	rest = text.data;
	while (status == 0 && (line = strsep(&rest, "\n")) && line[0] == '#')
		status = read_comment(out, line, f);
	if (status == 0 && (!out->title || !out->part))
		status = fault_set(
			f, FAULT_ADMIN, "%s: does not begin with '# title: ' and '# part: '", path);
	buf_release(&text);
	return status;
}

void scenario_release(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->line_count; i++)
		free(scenario->lines[i]);
	free(scenario->lines);
	free(scenario->path);
	free(scenario->name);
	free(scenario->title);
	free(scenario->part);
	*scenario = (struct scenario){ 0 };
}
