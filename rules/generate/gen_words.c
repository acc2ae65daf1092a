/*
 * Makes C lists and tables of rules/data/words.json, at build time.
 *
 *	gen_words words_data.c words.json
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/generate/source.h"

#define WORDS_MAX 2000
#define LENGTH_MAX 63

static const struct source_field root_fields[] = {
	{ "lists", .type = FIELD_OBJECT, .needed = true },
	{ "tables", .type = FIELD_OBJECT, .needed = true },
	{ .key = NULL },
};

/* What words of a table can say: a constant of C. */
static const struct {
	const char *meaning, *constant;
} meanings[] = {
	{ "config", "TEXT_CONFIG" },
	{ "code", "TEXT_CODE" },
	{ "test", "TEXT_TEST" },
	{ "locale", "TEXT_LOCALE" },
	{ "lock", "TEXT_LOCK" },
	{ "table", "TEXT_TABLE" },
	{ "shell", "TEXT_SHELL" },
	{ "plain", "TEXT_PLAIN" },
	{ "patch", "TEXT_PATCH" },
	{ "rows", "TEXT_ROWS" },
	{ "password", "NAMED_PASSWORD" },
	{ "no_password", "NAMED_NO_PASSWORD" },
	{ "token", "NAMED_TOKEN" },
	{ "before_pattern", "NAMED_BEFORE_PATTERN" },
	{ "key", "NAMED_KEY" },
	{ "before_key", "NAMED_BEFORE_KEY" },
	{ "weak", "NAMED_WEAK" },
	{ "tail", "NAMED_TAIL" },
	{ "never", "NAMED_NEVER" },
	{ "public", "NAMED_PUBLIC" },
	{ "secret", "NAMED_SECRET" },
	{ "open_key", "NAMED_OPEN_KEY" },
	{ "auth", "NAMED_AUTH" },
	{ "any", "1" },
};
#define MEANINGS (sizeof(meanings) / sizeof(meanings[0]))

struct word_entry {
	const char *text;
	uint32_t meanings; /* bits by their place */
};

static struct word_entry entries[WORDS_MAX];
static size_t entry_count;

static bool by_end; /* what words of the table at hand are sorted by */

static unsigned char letter_of(const struct word_entry *entry)
{
	return (unsigned char)entry->text[by_end ? strlen(entry->text) - 1 : 0] & 127;
}

static int by_letter(const void *a, const void *b)
{
	const struct word_entry *x = a, *y = b;
	int order = letter_of(x) - letter_of(y);

	return order ? order : strcmp(x->text, y->text);
}

static size_t meaning_of(const char *table, const char *name)
{
	for (size_t i = 0; i < MEANINGS; i++)
		if (strcmp(meanings[i].meaning, name) == 0)
			return i;
	source_die("%s: unknown meaning `%s'", table, name);
}

/* Adds what the word says; a word of a table can say several things. */
static void add(const char *table, const char *text, size_t meaning)
{
	size_t i = 0, len = strlen(text);

	if (len > LENGTH_MAX)
		source_die("%s: `%s' is too long", table, text);
	for (const char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			source_die("%s: `%s' is not in small letters", table, text);
	while (i < entry_count && strcmp(entries[i].text, text) != 0)
		i++;
	if (i == WORDS_MAX)
		source_die("%s: more than %d words", table, WORDS_MAX);
	entry_count = i == entry_count ? i + 1 : entry_count;
	entries[i].text = text;
	entries[i].meanings |= UINT32_C(1) << meaning;
}

static void read_table(const char *table, json_t *groups)
{
	const char *name;
	json_t *group, *word;
	size_t i;

	by_end = strlen(table) > 5 && strcmp(table + strlen(table) - 5, "_ends") == 0;
	memset(entries, 0, sizeof(entries));
	entry_count = 0;
	json_object_foreach(groups, name, group)
	{
		size_t meaning = meaning_of(table, name);

		json_array_foreach(group, i, word) add(table, json_string_value(word), meaning);
	}
	qsort(entries, entry_count, sizeof(entries[0]), by_letter);
}

static void write_starts(FILE *out)
{
	size_t at = 0;

	for (unsigned letter = 0; letter <= 128; letter++) {
		while (at < entry_count && letter_of(&entries[at]) < letter)
			at++;
		fprintf(out, "%zu, ", at);
	}
}

static void write_table(FILE *out, const char *table)
{
	fprintf(out, "static const struct word table_%s[] = {\n", table);
	for (size_t i = 0; i < entry_count; i++) {
		const char *separator = "";

		fputs("\t{ ", out);
		output_string(out, entries[i].text);
		fprintf(out, ", %zu, ", strlen(entries[i].text));
		for (size_t m = 0; m < MEANINGS; m++)
			if (entries[i].meanings >> m & 1) {
				fprintf(out, "%s%s", separator, meanings[m].constant);
				separator = " | ";
			}
		fprintf(out, ", %d },\n", entries[i].text[strlen(entries[i].text) - 1]);
	}
	fprintf(out, "};\nconst struct word_table words_%s = { table_%s, %zu, { ", table, table,
		entry_count);
	write_starts(out);
	fputs("} };\n\n", out);
}

static void write_list(FILE *out, const char *name, json_t *list)
{
	size_t i;
	json_t *word;

	fprintf(out, "const char *const words_%s[] = { ", name);
	json_array_foreach(list, i, word)
	{
		output_string(out, json_string_value(word));
		fputs(", ", out);
	}
	fputs("NULL };\n\n", out);
}

/* Names become those of C. */
static void check_name(const char *name)
{
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name) || !*name)
		source_die("`%s' is not a name in small letters and `_'", name);
}

static void check(json_t *root)
{
	const char *name;
	json_t *table;

	source_check(root, "words", root_fields);
	source_check_texts(json_object_get(root, "lists"), "lists");
	json_object_foreach(json_object_get(root, "lists"), name, table) check_name(name);
	json_object_foreach(json_object_get(root, "tables"), name, table)
	{
		check_name(name);
		if (!json_object_size(table))
			source_die("%s: it is not an object, or empty", name);
		source_check_texts(table, name);
		read_table(name, table);
	}
}

int main(int argc, char **argv)
{
	const char *name;
	json_t *root, *one;
	FILE *out;

	if (argc != 3)
		source_die("usage: gen_words OUTPUT.c words.json");
	root = source_open(argv[2]);
	check(root);
	out = output_open(argv[1]);
	fputs("#include \"rules/credential/scan.h\"\n#include \"rules/credential/words.h\"\n\n",
		out);
	json_object_foreach(json_object_get(root, "lists"), name, one) write_list(out, name, one);
	json_object_foreach(json_object_get(root, "tables"), name, one)
	{
		read_table(name, one);
		write_table(out, name);
	}
	output_close(out);
	json_decref(root);
	return 0;
}
