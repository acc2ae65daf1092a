/*
 * Build-time: reads rules/data/classes/NAME.json and writes the table that common/path/classes.c looks in.
 *
 *	gen_classes OUTPUT.c NAME.json...
 *
 * Unknown or missing keys, wrong types, patterns that can match nothing and patterns given twice
 * are errors, so a class file that builds is a good one.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/path/classes.h"
#include "common/path/pattern.h"

#define PARTS_MAX 200

struct source {
	struct class_part part;
	json_t *entries;
};

static struct source sources[PARTS_MAX];
static size_t source_count;
static json_t *files;    /* all that was read: the sources point into it */
static const char *file; /* being read */

static void die(const char *where, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", file, where, what);
	exit(1);
}

static void check_keys(json_t *object, const char *const *known, const char *where)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		die(where, "not an object");
	json_object_foreach(object, key, value)
	{
		const char *const *k = known;

		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			die(key, "unknown key");
	}
}

static const char *get_string(json_t *object, const char *key, const char *where)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || !*text)
		die(where, key);
	return text;
}

static bool get_flag(json_t *object, const char *key)
{
	json_t *flag = json_object_get(object, key);

	if (flag && !json_is_boolean(flag))
		die(key, "neither true nor false");
	return json_is_true(flag);
}

static void check_entries(json_t *entries, const char *part)
{
	static const char *const known[] = { "pattern", "why", NULL };
	struct pattern_set *set = NULL;
	struct fault f = { 0 };
	json_t *seen = json_object(), *entry;
	size_t i;

	if (!json_is_array(entries) || json_array_size(entries) == 0)
		die(part, "no entries");
	if (!seen || pattern_set_new(&set, PATTERN_GENEROUS, &f) < 0 || pattern_set_list(set) < 0)
		die(part, "out of memory");
	json_array_foreach(entries, i, entry)
	{
		const char *pattern;

		check_keys(entry, known, part);
		pattern = get_string(entry, "pattern", part);
		(void)get_string(entry, "why", pattern);
		if (json_object_get(seen, pattern))
			die(pattern, "given twice");
		if (json_object_set(seen, pattern, json_true()) < 0 ||
			pattern_set_add(set, 0, span_of(pattern), &f) < 0)
			die(pattern, f.text);
	}
	pattern_set_free(set);
	json_decref(seen);
}

/* A part's full name: the class's own where the part has none. */
static const char *full_name(const char *class, const char *part)
{
	size_t size = strlen(class) + strlen(part) + 2;
	char *name = malloc(size);

	if (!name)
		die(class, "out of memory");
	(void)snprintf(name, size, "%s%s%s", class, *part ? "." : "", part);
	return name;
}

static void read_part(const char *class, json_t *object)
{
	static const char *const known[] = { "name", "title", "alone", "content", "entries", NULL };
	struct source *s = &sources[source_count++];
	const char *name = json_string_value(json_object_get(object, "name"));

	if (source_count == PARTS_MAX)
		die(class, "too many parts");
	check_keys(object, known, class);
	s->part = (struct class_part){
		.name = full_name(class, name ? name : ""),
		.class = class,
		.title = get_string(object, "title", class),
		.alone = get_flag(object, "alone"),
		.content = get_flag(object, "content"),
	};
	s->entries = json_object_get(object, "entries");
	check_entries(s->entries, s->part.name);
}

static void read_class(void)
{
	static const char *const known[] = { "name", "title", "parts", NULL };
	json_error_t error;
	json_t *root = json_load_file(file, JSON_REJECT_DUPLICATES, &error), *part;
	const char *class;
	size_t i;

	if (!root) {
		fprintf(stderr, "%s:%d:%d: %s\n", file, error.line, error.column, error.text);
		exit(1);
	}
	if (json_array_append_new(files, root) < 0)
		die("class", "out of memory");
	check_keys(root, known, "class");
	class = get_string(root, "name", "class");
	(void)get_string(root, "title", class);
	json_array_foreach(json_object_get(root, "parts"), i, part) read_part(class, part);
	if (i == 0)
		die(class, "no parts");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->part.name, ((const struct source *)b)->part.name);
}

/* Octal for all but plain ASCII: it can't run on into what follows. */
static void write_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?')
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void write_entries(FILE *out, size_t number)
{
	json_t *entry;
	size_t i;

	fprintf(out, "static const struct class_entry entries_%zu[] = {\n", number);
	json_array_foreach(sources[number].entries, i, entry)
	{
		fputs("\t{ ", out);
		write_string(out, json_string_value(json_object_get(entry, "pattern")));
		fputs(", ", out);
		write_string(out, json_string_value(json_object_get(entry, "why")));
		fputs(" },\n", out);
	}
	fputs("};\n\n", out);
}

static void write_part(FILE *out, size_t number)
{
	const struct source *s = &sources[number];

	fputs("\t{ ", out);
	write_string(out, s->part.name);
	fputs(", ", out);
	write_string(out, s->part.class);
	fputs(", ", out);
	write_string(out, s->part.title);
	fprintf(out, ", %d, %d, entries_%zu, %zu },\n", s->part.alone, s->part.content, number,
		json_array_size(s->entries));
}

static void write_table(FILE *out)
{
	fputs("/* Written by gen_classes from rules/data/classes/. */\n#include "
	      "\"common/path/classes.h\"\n\n",
		out);
	fputs("extern const struct class_part class_table[];\nextern const size_t "
	      "class_table_count;\n\n",
		out);
	for (size_t i = 0; i < source_count; i++)
		write_entries(out, i);
	fputs("const struct class_part class_table[] = {\n", out);
	for (size_t i = 0; i < source_count; i++)
		write_part(out, i);
	fprintf(out, "};\n\nconst size_t class_table_count = %zu;\n", source_count);
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc < 3) {
		fprintf(stderr, "usage: gen_classes OUTPUT.c NAME.json...\n");
		return 2;
	}
	files = json_array();
	for (int i = 2; i < argc; i++) {
		file = argv[i];
		read_class();
	}
	qsort(sources, source_count, sizeof(sources[0]), by_name);
	for (size_t i = 1; i < source_count; i++)
		if (by_name(&sources[i - 1], &sources[i]) == 0)
			die(sources[i].part.name, "two parts of that name");
	file = argv[1];
	out = fopen(file, "w");
	if (!out)
		die(file, "cannot be written");
	write_table(out);
	if (fclose(out) != 0)
		die(file, "cannot be written");
	return 0;
}
