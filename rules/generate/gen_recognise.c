/*
 * Makes C tables of rules/data/recognise.json, at build time.
 *
 *	gen_recognise recognise_data.c recognise.json
 */
#include <inttypes.h>
#include <string.h>

#include "rules/generate/source.h"
#include "rules/recognise/facts.h"

#define FACTS_MAX 32

#define NAME(name) #name,
#define NAME_OF(name, check) #name,
static const char *const word_names[] = { WORDS(NAME_OF) MORE_WORDS(NAME) NULL };
static const char *const where_names[] = { "anywhere", "in_root_list", "below_root", "two_below",
	"item_of", "in_item", "within", "deep", NULL };

static const struct source_field root_fields[] = {
	{ "facts", .type = FIELD_LIST, .needed = true },
	{ "kinds", .type = FIELD_LIST, .needed = true },
	{ .key = NULL },
};
static const struct source_field fact_fields[] = {
	{ "fact", .type = FIELD_NAME, .needed = true },
	{ "where", .type = FIELD_CHOICE, .needed = true, .choices = where_names },
	{ "key", .type = FIELD_TEXTS },
	{ "all", .type = FIELD_TEXTS },
	{ "any", .type = FIELD_TEXTS },
	{ "none", .type = FIELD_TEXTS },
	{ .key = NULL },
};
static const struct source_field kind_fields[] = {
	{ "class", .type = FIELD_NAME, .needed = true },
	{ "why", .type = FIELD_TEXT, .needed = true },
	{ "all", .type = FIELD_TEXTS },
	{ "any", .type = FIELD_TEXTS },
	{ "fact", .type = FIELD_NAME },
	{ "with", .type = FIELD_NAME },
	{ "tells", .type = FIELD_CHOICE, .needed = true, .choices = word_names },
	{ .key = NULL },
};

static const char *fact_names[FACTS_MAX];
static size_t fact_count;

/* The bit of a fact; of one that is new, if it may be. */
static unsigned fact_bit(const char *name, bool add)
{
	size_t i = 0;

	if (!name)
		return 0;
	while (i < fact_count && strcmp(fact_names[i], name) != 0)
		i++;
	if (i == fact_count && !add)
		source_die("there is no fact `%s'", name);
	if (i == FACTS_MAX)
		source_die("more than %d facts", FACTS_MAX);
	if (i == fact_count)
		fact_names[fact_count++] = name;
	return 1U << i;
}

/* The bits of the words in a member of the row. */
static outline_set words_of(json_t *row, const char *key)
{
	outline_set bits = 0;
	json_t *word;
	size_t i;

	json_array_foreach(json_object_get(row, key), i, word)
	{
		const char *name = json_string_value(word);
		size_t k = 0;

		while (word_names[k] && strcmp(word_names[k], name) != 0)
			k++;
		if (!word_names[k])
			source_die("`%s': there is no word `%s'", key, name);
		bits |= (outline_set)1 << k;
	}
	return bits;
}

static void check_fact(json_t *row)
{
	const char *where;
	bool keyed;

	source_check(row, "a fact", fact_fields);
	where = source_text(row, "where");
	keyed = json_object_get(row, "key");
	if (keyed && (strcmp(where, "anywhere") == 0 || strcmp(where, "in_root_list") == 0 ||
			     strcmp(where, "deep") == 0))
		source_die("%s: `key' says nothing %s", source_text(row, "fact"), where);
	if (!keyed && (strcmp(where, "two_below") == 0 || strcmp(where, "item_of") == 0 ||
			      strcmp(where, "in_item") == 0 || strcmp(where, "within") == 0))
		source_die("%s: `key' is missing", source_text(row, "fact"));
	if (!json_object_get(row, "all") && !json_object_get(row, "any") &&
		strcmp(where, "within") != 0)
		source_die("%s: it asks for no word", source_text(row, "fact"));
	(void)words_of(row, "key");
	(void)words_of(row, "all");
	(void)words_of(row, "any");
	(void)words_of(row, "none");
	(void)fact_bit(source_text(row, "fact"), true);
}

static void check_kind(json_t *row, json_t *seen)
{
	source_check(row, "a kind", kind_fields);
	source_once(seen, "kind", source_text(row, "why"));
	if (!json_object_get(row, "all") && !json_object_get(row, "any") &&
		!json_object_get(row, "fact"))
		source_die("%s: it asks for nothing", source_text(row, "why"));
	if (json_object_get(row, "with") && !json_object_get(row, "fact"))
		source_die("%s: `with' needs a `fact'", source_text(row, "why"));
	(void)words_of(row, "all");
	(void)words_of(row, "any");
	(void)fact_bit(source_text(row, "fact"), false);
	(void)fact_bit(source_text(row, "with"), false);
}

static void check(json_t *root)
{
	json_t *seen = json_object(), *row;
	size_t i;

	source_check(root, "recognise", root_fields);
	json_array_foreach(json_object_get(root, "facts"), i, row) check_fact(row);
	json_array_foreach(json_object_get(root, "kinds"), i, row) check_kind(row, seen);
	json_decref(seen);
}

static void write_words(FILE *out, json_t *row, const char *key)
{
	outline_set bits = words_of(row, key);

	fprintf(out, "WORDS_OF(%#" PRIx64 ", %#" PRIx64 "), ", (uint64_t)(bits >> 64),
		(uint64_t)bits);
}

static void write_facts(FILE *out, json_t *rows)
{
	json_t *row;
	size_t i;

	fputs("const struct recognise_fact recognise_facts[] = {\n", out);
	json_array_foreach(rows, i, row)
	{
		fprintf(out, "\t{ %u, ", source_index(where_names, source_text(row, "where")));
		write_words(out, row, "key");
		write_words(out, row, "all");
		write_words(out, row, "any");
		write_words(out, row, "none");
		fprintf(out, "%#x },\n", fact_bit(source_text(row, "fact"), false));
	}
	fprintf(out, "};\nconst size_t recognise_facts_count = %zu;\n\n", json_array_size(rows));
}

static void write_kinds(FILE *out, json_t *rows)
{
	json_t *row;
	size_t i;

	fputs("const struct recognise_kind recognise_kinds[] = {\n", out);
	json_array_foreach(rows, i, row)
	{
		fputs("\t{ ", out);
		output_field(out, row, "class");
		output_field(out, row, "why");
		write_words(out, row, "all");
		write_words(out, row, "any");
		fprintf(out, "%#x, %#x, %u },\n", fact_bit(source_text(row, "fact"), false),
			fact_bit(source_text(row, "with"), false),
			source_index(word_names, source_text(row, "tells")));
	}
	fprintf(out, "};\nconst size_t recognise_kinds_count = %zu;\n", json_array_size(rows));
}

int main(int argc, char **argv)
{
	json_t *root;
	FILE *out;

	if (argc != 3)
		source_die("usage: gen_recognise OUTPUT.c recognise.json");
	root = source_open(argv[2]);
	check(root);
	out = output_open(argv[1]);
	fputs("#include \"rules/recognise/facts.h\"\n\n", out);
	write_facts(out, json_object_get(root, "facts"));
	write_kinds(out, json_object_get(root, "kinds"));
	output_close(out);
	json_decref(root);
	return 0;
}
