/* Who owns a path: the lines of a CODEOWNERS file that are about it, as each forge counts them. */
#include <stdlib.h>
#include <string.h>

#include "common/path/codeowners_private.h"

#define STEPS_MAX UINT64_C(2000000000) /* of all questions together */

static const char *const nobody[] = { NULL };

static int answer_add(struct codeowners *o, names owners)
{
	for (names name = owners; name && *name; name++) {
		const char **grown;
		size_t i = 0;

		while (i < o->answer_count && strcasecmp(o->answer[i], *name) != 0)
			i++;
		if (i < o->answer_count)
			continue;
		grown = realloc(o->answer, (o->answer_count + 2) * sizeof(*grown));
		if (!grown)
			return -1;
		o->answer = grown;
		grown[o->answer_count++] = *name;
		grown[o->answer_count] = NULL;
	}
	return 0;
}

/* Whether the line is about the path: 1, 0, -1: it cannot be told. */
static int is_about(struct codeowners *o, size_t index, struct span path)
{
	const struct codeowners_line *line = &o->lines[index];
	int has;

	if (line->kind == LINE_UNKNOWN)
		return -1;
	if (o->syntax != CODEOWNERS_GITEA)
		return codeowners_pattern_has(o, line->pattern, path);
	has = codeowners_expression_has(o, index, path);
	return has < 0 ? -1 : has != (line->kind == LINE_EXCLUDES);
}

/*
 * The last line of the section that is about the path: its index and 1, 0: none is, -1: it cannot
 * be told.
 */
static int decide(struct codeowners *o, size_t section, struct span path, size_t *index)
{
	for (size_t i = o->count; i-- > 0;) {
		int about;

		if (o->lines[i].section != section)
			continue;
		about = is_about(o, i, path);
		*index = i;
		if (about)
			return about;
	}
	return 0;
}

static int unknown(struct codeowners_answer *out, const struct codeowners_line *line)
{
	*out = (struct codeowners_answer){ .owners = nobody,
		.uncertain = "a line of CODEOWNERS is not understood",
		.line = line->number };
	return 0;
}

/* Gitea's: all lines that are about it. */
static int answer_all(struct codeowners *o, struct span path, struct codeowners_answer *out)
{
	for (size_t i = 0; i < o->count; i++) {
		int about = is_about(o, i, path);

		if (about < 0)
			return unknown(out, &o->lines[i]);
		if (about && answer_add(o, o->lines[i].owners) < 0)
			return -1;
		if (about)
			out->line = o->lines[i].number;
	}
	return 0;
}

/* One pass over the sections that are (or are not) optional. */
static int answer_sections(
	struct codeowners *o, struct span path, bool optional, struct codeowners_answer *out)
{
	for (size_t s = 0; s < o->section_count; s++) {
		const struct codeowners_section *section = &o->sections[s];
		const struct codeowners_line *line;
		size_t index = 0;
		int about;

		if (section->optional != optional)
			continue;
		about = decide(o, s, path, &index);
		if (about < 0)
			return unknown(out, &o->lines[index]);
		if (!about || (line = &o->lines[index])->kind == LINE_EXCLUDES)
			continue;
		out->line = line->number;
		if (section->approvals > out->approvals && !optional)
			out->approvals = section->approvals;
		if (answer_add(o, *line->owners ? line->owners : section->owners) < 0)
			return -1;
	}
	return 0;
}

int codeowners_of(
	struct codeowners *o, struct span path, struct codeowners_answer *out, struct fault *f)
{
	int status;

	*out = (struct codeowners_answer){ .owners = nobody, .uncertain = o->uncertain };
	if (!out->uncertain && o->steps > STEPS_MAX)
		out->uncertain = "CODEOWNERS takes too long to be read";
	if (out->uncertain)
		return 0;
	o->answer_count = 0;
	if (o->syntax == CODEOWNERS_GITEA)
		status = answer_all(o, path, out);
	else
		status = answer_sections(o, path, false, out);
	if (status == 0 && !out->uncertain && !o->answer_count && o->syntax == CODEOWNERS_GITLAB)
		status = answer_sections(o, path, true, out);
	if (status == 0 && !out->uncertain && o->answer_count)
		out->owners = (names)o->answer;
	return status < 0 ? fault_memory(f) : 0;
}
