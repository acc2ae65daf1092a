/*
 * Build-time: reads rules/data/classes/NAME.json and writes the table that common/path/classes.c
 * looks in.
 *
 *	gen_classes OUTPUT.c AGENTS.json NAME.json...
 *
 * What each agent of the catalogue obeys (`paths` in AGENTS.json) goes into the part that says
 * `agents`: one table feeds the catalogue and the class, so no agent can be in one alone.
 *
 * Unknown or missing keys, wrong types, patterns that can match nothing and patterns given twice
 * are errors, so a class file that builds is a good one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/path/classes.h"
#include "common/path/fold.h"
#include "common/path/pattern.h"
#include "rules/generate/source.h"

#define PARTS_MAX 200

static const struct source_field class_fields[] = {
	{ "name", .type = FIELD_NAME, .needed = true },
	{ "title", .type = FIELD_TEXT, .needed = true },
	{ "parts", .type = FIELD_LIST, .needed = true },
	{ .key = NULL },
};
static const struct source_field part_fields[] = {
	{ "name", .type = FIELD_NAME },
	{ "title", .type = FIELD_TEXT, .needed = true },
	{ "alone", .type = FIELD_FLAG },
	{ "content", .type = FIELD_FLAG },
	{ "existing", .type = FIELD_FLAG },
	{ "agents", .type = FIELD_FLAG },
	{ "entries", .type = FIELD_LIST, .needed = true },
	{ .key = NULL },
};
static const struct source_field entry_fields[] = {
	{ "pattern", .type = FIELD_TEXT, .needed = true },
	{ "why", .type = FIELD_TEXT, .needed = true },
	{ "beside", .type = FIELD_TEXT },
	{ "text", .type = FIELD_FLAG },
	{ .key = NULL },
};

struct source {
	struct class_part part;
	json_t *entries;
};

static json_t *agents; /* of the catalogue, by id */
static struct source sources[PARTS_MAX];
static size_t source_count;

/* Patterns that fold to the same match the same, so they count as one given twice. */
static void check_entries(json_t *entries, const char *part, json_t *seen)
{
	struct buf folded = BUF_INIT(65536);
	struct pattern_set *set = NULL;
	struct fault f = { 0 };
	json_t *entry;
	size_t i;

	if (pattern_set_new(&set, PATTERN_GENEROUS, &f) < 0 || pattern_set_list(set) < 0)
		source_die("%s: out of memory", part);
	json_array_foreach(entries, i, entry)
	{
		const char *pattern;

		source_check(entry, part, entry_fields);
		pattern = source_text(entry, "pattern");
		if (pattern_set_add(set, 0, span_of(pattern), &f) < 0)
			source_die("%s: %s: %s", part, pattern, f.text);
		buf_clear(&folded);
		if (fold_text(&folded, span_of(pattern)) < 0)
			source_die("%s: %s: cannot be folded", part, pattern);
		source_once(seen, "pattern", folded.data);
	}
	pattern_set_free(set);
	buf_release(&folded);
}

/* A part's full name: the class's own where the part has none. */
static const char *full_name(const char *class, const char *part)
{
	struct buf name = BUF_INIT(256);

	if (buf_addf(&name, "%s%s%s", class, part ? "." : "", part ? part : "") < 0)
		source_die("%s: a name is too long", class);
	return name.data;
}

/* Whether the list has the pattern already. */
static bool has_pattern(json_t *entries, const char *pattern)
{
	json_t *entry;
	size_t i;

	json_array_foreach(entries, i,
		entry) if (strcasecmp(source_text(entry, "pattern"), pattern) == 0) return true;
	return false;
}

/* The folder that is called like the agent, whether it is known to use it or not. */
static void add_folder(json_t *entries, const char *id, json_t *agent)
{
	const char *kind = source_text(agent, "kind");
	struct buf pattern = BUF_INIT(1024), why = BUF_INIT(1024);

	buf_addf(&pattern, ".%s/", id);
	buf_addf(&why, "%s: its folder", source_text(agent, "name"));
	if (pattern.failed || why.failed)
		source_die("%s: out of memory", id);
	if (strcmp(kind, "standard") != 0 && !has_pattern(entries, pattern.data) &&
		!json_object_get(json_object_get(agent, "paths"), pattern.data))
		json_array_append_new(
			entries, json_pack("{ss ss}", "pattern", pattern.data, "why", why.data));
	buf_release(&pattern);
	buf_release(&why);
}

/* Appends what the agent obeys; people's tools must have `paths`, so that nobody forgets them. */
static void add_agent(json_t *entries, const char *id, json_t *agent)
{
	json_t *paths = json_object_get(agent, "paths"), *why;
	const char *kind = source_text(agent, "kind"), *pattern;

	if (!paths && (!kind || strcmp(kind, "standard") != 0))
		source_die("%s: `paths' is missing: what it obeys in a repository, {} for nothing",
			id);
	add_folder(entries, id, agent);
	json_object_foreach(paths, pattern, why)
	{
		struct buf text = BUF_INIT(1024);

		buf_addf(&text, "%s: %s", source_text(agent, "name"), json_string_value(why));
		if (text.failed ||
			json_array_append_new(entries,
				json_pack("{ss ss}", "pattern", pattern, "why", text.data)) < 0)
			source_die("%s: out of memory", id);
		buf_release(&text);
	}
}

static void read_part(const char *class, json_t *object, json_t *seen)
{
	struct source *s = &sources[source_count];
	const char *id;
	json_t *agent;

	if (source_count++ == PARTS_MAX)
		source_die("%s: more than %d parts", class, PARTS_MAX);
	source_check(object, class, part_fields);
	s->part = (struct class_part){
		.name = full_name(class, source_text(object, "name")),
		.class = class,
		.title = source_text(object, "title"),
		.alone = json_is_true(json_object_get(object, "alone")),
		.content = json_is_true(json_object_get(object, "content")),
		.existing = json_is_true(json_object_get(object, "existing")),
	};
	s->entries = json_object_get(object, "entries");
	if (json_is_true(json_object_get(object, "agents")))
		json_object_foreach(agents, id, agent) add_agent(s->entries, id, agent);
	check_entries(s->entries, s->part.name, seen);
}

static void read_class(const char *file, json_t *names)
{
	json_t *root = source_open(file), *seen = json_object(), *part;
	const char *class;
	size_t i;

	source_check(root, "class", class_fields);
	class = source_text(root, "name");
	source_once(names, "class", class);
	json_array_foreach(json_object_get(root, "parts"), i, part) read_part(class, part, seen);
	json_decref(seen);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->part.name, ((const struct source *)b)->part.name);
}

static void write_entries(FILE *out, size_t number)
{
	json_t *entry;
	size_t i;

	fprintf(out, "static const struct class_entry entries_%zu[] = {\n", number);
	json_array_foreach(sources[number].entries, i, entry)
	{
		fputs("\t{ ", out);
		output_field(out, entry, "pattern");
		output_field(out, entry, "why");
		output_string(out, source_text(entry, "beside"));
		fprintf(out, ", %d },\n", json_is_true(json_object_get(entry, "text")));
	}
	fputs("};\n\n", out);
}

/* Where the patterns of a part are filed, among those of all parts before it. */
static void write_filed(FILE *out, size_t number, struct pattern_set *all)
{
	struct fault f = { 0 };
	json_t *entry;
	size_t i;

	fprintf(out, "static const struct pattern_filed filed_%zu[] = {\n", number);
	json_array_foreach(sources[number].entries, i, entry)
	{
		struct pattern_filed filed;

		if (pattern_set_add_class(all, 0, span_of(source_text(entry, "pattern")), &f) < 0)
			source_die("%s: %s", sources[number].part.name, f.text);
		filed = pattern_set_filed(all);
		fprintf(out, "\t{ UINT64_C(0x%016" PRIx64 "), %u, %u },\n", filed.key, filed.place,
			filed.length);
	}
	fputs("};\n\n", out);
}

static void write_part(FILE *out, size_t number)
{
	const struct source *s = &sources[number];

	fputs("\t{ ", out);
	output_string(out, s->part.name);
	fputs(", ", out);
	output_string(out, s->part.class);
	fputs(", ", out);
	output_string(out, s->part.title);
	fprintf(out, ", %d, %d, %d, entries_%zu, filed_%zu, %zu },\n", s->part.alone,
		s->part.content, s->part.existing, number, number, json_array_size(s->entries));
}

static void write_table(FILE *out)
{
	struct pattern_set *all = NULL;
	struct fault f = { 0 };

	if (pattern_set_new(&all, PATTERN_GENEROUS, &f) < 0 || pattern_set_list(all) < 0)
		source_die("out of memory");
	fputs("/* Written by gen_classes from rules/data/classes/. */\n#include "
	      "\"common/path/classes.h\"\n\n",
		out);
	fputs("extern const struct class_part class_table[];\nextern const size_t "
	      "class_table_count;\n\n",
		out);
	for (size_t i = 0; i < source_count; i++) {
		write_entries(out, i);
		write_filed(out, i, all);
	}
	pattern_set_free(all);
	fputs("const struct class_part class_table[] = {\n", out);
	for (size_t i = 0; i < source_count; i++)
		write_part(out, i);
	fprintf(out, "};\n\nconst size_t class_table_count = %zu;\n", source_count);
}

int main(int argc, char **argv)
{
	json_t *names = json_object();
	FILE *out;

	if (argc < 4)
		source_die("usage: gen_classes OUTPUT.c AGENTS.json NAME.json...");
	agents = json_object_get(source_open(argv[2]), "agents");
	for (int i = 3; i < argc; i++)
		read_class(argv[i], names);
	qsort(sources, source_count, sizeof(sources[0]), by_name);
	for (size_t i = 1; i < source_count; i++)
		if (by_name(&sources[i - 1], &sources[i]) == 0)
			source_die("two parts are called `%s'", sources[i].part.name);
	out = output_open(argv[1]);
	write_table(out);
	output_close(out);
	json_decref(names);
	return 0;
}
