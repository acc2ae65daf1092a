/*
 * Makes C tables and the matcher's database of rules/data/credentials/NAME.json, at build time.
 *
 *	gen_credentials credentials_data.c NAME.json...
 *
 * The database is compiled for the plainest machine of this architecture, not for this one.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs.h>
#include <math.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "rules/credential/kind.h"
#include "rules/generate/places.h"
#include "rules/generate/source.h"

#define PATTERNS_MAX 4096
#define LITERAL_MAX 100
#define BEFORE_MAX 512
#define ENTROPY_MAX 8 /* bits that a byte can hold */

#define NAME(id, name, function) name,
static const char *const checks[] = { CREDENTIAL_CHECKS(NAME) NULL };
#undef NAME
static const char *const confidences[] = { "low", "medium", "high", NULL };

static const struct source_field fields[] = {
	{ "id", .type = FIELD_NAME, .needed = true },
	{ "what", .type = FIELD_TEXT, .needed = true },
	{ "literals", .type = FIELD_TEXTS },
	{ "names", .type = FIELD_TEXTS },
	{ "find", .type = FIELD_TEXT },
	{ "regex", .type = FIELD_TEXT, .needed = true },
	{ "before", .type = FIELD_COUNT, .least = 1, .most = BEFORE_MAX },
	{ "nocase", .type = FIELD_FLAG },
	{ "left", .type = FIELD_FLAG },
	{ "right", .type = FIELD_FLAG },
	{ "check", .type = FIELD_CHOICE, .choices = checks + 1 },
	{ "nearby", .type = FIELD_TEXT },
	{ "must", .type = FIELD_FLAG },
	{ "judged", .type = FIELD_FLAG },
	{ "entropy", .type = FIELD_TENTHS, .least = 0.1, .most = ENTROPY_MAX },
	{ "confidence", .type = FIELD_CHOICE, .needed = true, .choices = confidences },
	{ "revoke", .type = FIELD_TEXT, .needed = true },
	{ "match", .type = FIELD_PARTS, .needed = true, .least = 2 },
	{ "nomatch", .type = FIELD_PARTS, .needed = true, .least = 2 },
	{ .key = NULL },
};

static json_t *places; /* see places.h; NULL when there is none */

static char *patterns[PATTERNS_MAX];
static unsigned pattern_flags[PATTERNS_MAX], pattern_ids[PATTERNS_MAX];
static struct credential_trigger triggers[PATTERNS_MAX];
static unsigned pattern_count;

static void add(const char *expression, unsigned flags, struct credential_trigger trigger)
{
	if (pattern_count == PATTERNS_MAX)
		source_die("more than %d literals", PATTERNS_MAX);
	patterns[pattern_count] = strdup(expression);
	if (!patterns[pattern_count])
		source_die("out of memory");
	pattern_flags[pattern_count] = flags;
	pattern_ids[pattern_count] = pattern_count;
	triggers[pattern_count++] = trigger;
}

void literal_add(const char *text, bool nocase, enum trigger_action action, size_t kind)
{
	char escaped[512];
	size_t at = 0, len = strlen(text);

	if (!len || len > LITERAL_MAX)
		source_die("literal `%s' is empty or too long", text);
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(escaped + at, 5, "\\x%02x", (unsigned char)text[i]);
	add(escaped, nocase ? HS_FLAG_CASELESS : 0,
		(struct credential_trigger){
			(unsigned char)action, (unsigned char)len, (unsigned short)kind });
}

static unsigned flags_of(json_t *row)
{
	static const struct {
		const char *key;
		unsigned flag;
	} known[] = { { "nocase", KIND_NOCASE }, { "must", KIND_MUST }, { "judged", KIND_JUDGED },
		{ "left", KIND_ANY_LEFT }, { "right", KIND_ANY_RIGHT } };
	unsigned flags = json_object_get(row, "names") ? KIND_NAMED : 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (json_is_true(json_object_get(row, known[i].key)))
			flags |= known[i].flag;
	return flags;
}

static struct credential_kind kind_of(json_t *row)
{
	return (struct credential_kind){
		.id = source_text(row, "id"),
		.regex = source_text(row, "regex"),
		.before = (unsigned)json_integer_value(json_object_get(row, "before")),
		.check = source_index(checks, source_text(row, "check")),
		.flags = flags_of(row),
		.entropy_tenth =
			(unsigned)lround(10 * json_number_value(json_object_get(row, "entropy"))),
		.confidence = source_index(confidences, source_text(row, "confidence")),
	};
}

/* The expression must be one, and an empty text none of it. */
static void check_regex(const struct credential_kind *kind)
{
	int error;
	PCRE2_SIZE offset;
	unsigned char why[128];
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)kind->regex, PCRE2_ZERO_TERMINATED,
		KIND_REGEX_OPTIONS(kind), &error, &offset, NULL);
	pcre2_match_data *match = pcre2_match_data_create(2, NULL);

	if (!code) {
		(void)pcre2_get_error_message(error, why, sizeof(why));
		source_die("%s: `regex' at %zu: %s", kind->id, offset, why);
	}
	if (!match)
		source_die("out of memory");
	if (pcre2_match(code, (PCRE2_SPTR) "", 0, 0, 0, match, NULL) >= 0)
		source_die("%s: `regex' fits an empty text", kind->id);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
}

/* `a|b`, of which no word is empty. */
static void check_nearby(const char *id, const char *words)
{
	size_t len = words ? strlen(words) : 0;

	if (words && (*words == '|' || words[len - 1] == '|' || strstr(words, "||")))
		source_die("%s: `nearby' has an empty word", id);
}

/* What fields say of each other. */
static void check_row(json_t *row, const struct credential_kind *kind)
{
	int ways = !!json_object_get(row, "literals") + !!json_object_get(row, "names") +
		   !!json_object_get(row, "find");

	if (ways != 1)
		source_die("%s: it is found by one of `literals', `names' and `find'", kind->id);
	if (json_object_get(row, "find") && !kind->before)
		source_die("%s: `find' tells where it ends: `before' is missing", kind->id);
	if (kind->flags & KIND_MUST && !kind->check)
		source_die("%s: `must' needs a `check'", kind->id);
	if (kind->flags & KIND_NAMED && (kind->before || kind->flags & KIND_NOCASE))
		source_die("%s: `before' and `nocase' say nothing with `names'", kind->id);
	check_nearby(kind->id, source_text(row, "nearby"));
	check_regex(kind);
}

static void add_triggers(json_t *row, size_t number, unsigned flags)
{
	bool named = flags & KIND_NAMED;
	const char *find = source_text(row, "find");
	size_t i;
	json_t *one;

	if (find)
		add(find, flags & KIND_NOCASE ? HS_FLAG_CASELESS : 0,
			(struct credential_trigger){ TRIGGER_KIND, 0, (unsigned short)number });
	json_array_foreach(json_object_get(row, named ? "names" : "literals"), i, one)
		literal_add(json_string_value(one), named || flags & KIND_NOCASE,
			named ? TRIGGER_NAMED : TRIGGER_KIND, number);
}

/* Reads all rows of all files into one list. */
static json_t *read_kinds(int count, char **files)
{
	json_t *all = json_array(), *seen = json_object();

	for (int i = 0; i < count; i++) {
		json_t *rows = source_open(files[i]), *row;
		size_t n;

		if (json_object_size(rows) && !places)
			places_check(places = rows);
		else if (!json_array_size(rows))
			source_die("it is not a list of kinds, or empty");
		json_array_foreach(rows, n, row)
		{
			const char *id = source_text(row, "id");
			struct credential_kind kind;

			source_check(row, id ? id : "a row", fields);
			kind = kind_of(row);
			source_once(seen, "kind", id);
			check_row(row, &kind);
			add_triggers(row, json_array_size(all), kind.flags);
			if (json_array_append(all, row) < 0)
				source_die("out of memory");
		}
	}
	json_decref(seen);
	return all;
}

/* Examples are kept in parts, so that no scanner takes the data for a leak. */
static void write_example(FILE *out, json_t *parts)
{
	size_t i;
	json_t *part;

	json_array_foreach(parts, i, part)
	{
		output_string(out, json_string_value(part));
		fputc(' ', out);
	}
}

static void write_kinds(FILE *out, json_t *rows)
{
	static const char *const texts[] = { "id", "what", "revoke", "regex", "nearby" };
	size_t n;
	json_t *row;

	fputs("static const struct credential_kind kinds[] = {\n", out);
	json_array_foreach(rows, n, row)
	{
		struct credential_kind kind = kind_of(row);

		fputs("\t{ ", out);
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			output_field(out, row, texts[i]);
		fprintf(out, "%u, %u, %u, %u, %d, ", kind.before, (unsigned)kind.check, kind.flags,
			kind.entropy_tenth, (int)kind.confidence);
		write_example(out, json_object_get(row, "match"));
		fputs(", ", out);
		write_example(out, json_object_get(row, "nomatch"));
		fputs(" },\n", out);
	}
	fputs("};\n\n", out);
}

static void write_triggers(FILE *out)
{
	fputs("static const struct credential_trigger triggers[] = {\n", out);
	for (unsigned i = 0; i < pattern_count; i++)
		fprintf(out, "\t{ %u, %u, %u },\n", triggers[i].action, triggers[i].length,
			triggers[i].index);
	fputs("};\n\n", out);
}

/* Compiles all that is looked for. */
static hs_database_t *compile(void)
{
	hs_platform_info_t plain = { 0 };
	hs_database_t *database;
	hs_compile_error_t *error;

	if (hs_compile_multi((const char *const *)patterns, pattern_flags, pattern_ids,
		    pattern_count, HS_MODE_BLOCK, &plain, &database, &error) != HS_SUCCESS)
		source_die("`%s': %s", error->expression >= 0 ? patterns[error->expression] : "",
			error->message);
	return database;
}

/* Tells whether the pattern that is looked for was among those found. */
static int on_found(
	unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	unsigned *sought = context;

	(void)from, (void)to, (void)flags;
	if (id == *sought)
		*sought = pattern_count;
	return 0;
}

/* A literal behind those bytes is found by the matcher that is there. */
static void check_literal(
	const hs_database_t *database, hs_scratch_t *scratch, unsigned n, const char *behind)
{
	char text[LITERAL_MAX + 64] = "";
	size_t at = strlen(behind);
	unsigned byte, sought = n;

	memcpy(text, behind, at);
	for (const char *p = patterns[n]; sscanf(p, "\\x%2x", &byte) == 1; p += 4)
		text[at++] = (char)byte;
	if (hs_scan(database, text, (unsigned)at, 0, scratch, on_found, &sought) != HS_SUCCESS ||
		sought != pattern_count)
		source_die("this Hyperscan (%s) does not find `%s': take another version of it "
			   "(of Vectorscan on arm64 5.4.11, as in Debian 13)",
			hs_version(), text + strlen(behind));
}

/*
 * What the matcher passes over nobody sees: Vectorscan 5.4.9 on arm64 passes over letters that are
 * repeated, by what stands before them.
 */
static void check_matcher(const hs_database_t *database)
{
	static const char *const behind[] = { "", "\n", " ", "\"", "=",
		"                                        ",
		"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n" };
	hs_scratch_t *scratch = NULL;

	if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
		source_die("out of memory");
	for (unsigned n = 0; n < pattern_count; n++)
		for (size_t b = 0; b < sizeof(behind) / sizeof(behind[0]); b++)
			if (strncmp(patterns[n], "\\x", 2) == 0)
				check_literal(database, scratch, n, behind[b]);
	hs_free_scratch(scratch);
}

static void write_database(FILE *out, hs_database_t *database)
{
	char *bytes;
	size_t size;

	if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS)
		source_die("the database cannot be serialised");
	fputs("static const unsigned char database[] __attribute__((aligned(64))) = {", out);
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%s%u,", i % 20 ? "" : "\n", (unsigned char)bytes[i]);
	fputs("\n};\n\n", out);
	free(bytes);
	hs_free_database(database);
}

int main(int argc, char **argv)
{
	hs_database_t *database;
	json_t *rows;
	FILE *out;

	if (argc < 3)
		source_die("usage: gen_credentials OUTPUT.c NAME.json...");
	rows = read_kinds(argc - 2, argv + 2);
	places_check_pairs(places, rows);
	places_add(places);
	database = compile();
	check_matcher(database);
	out = output_open(argv[1]);
	fputs("#include \"rules/credential/call_site.h\"\n", out);
	fputs("#include \"rules/credential/kind.h\"\n\n", out);
	write_kinds(out, rows);
	places_write(out, places, rows);
	write_triggers(out);
	write_database(out, database);
	fprintf(out,
		"const struct credential_data credential_data = { kinds, %zu, triggers, %u,\n"
		"\ttwos, %zu, database, sizeof(database) };\n",
		json_array_size(rows), pattern_count,
		json_array_size(json_object_get(places, "pairs")));
	output_close(out);
	json_decref(rows);
	return 0;
}
