#include "rules/generate/places.h"

#include <string.h>

#include "rules/credential/call_site.h"
#include "rules/generate/source.h"

#define ARGUMENTS_MAX 9

static const struct source_field place_fields[] = {
	{ "literals", .type = FIELD_OBJECT, .needed = true },
	{ "calls", .type = FIELD_LIST, .needed = true },
	{ "commands", .type = FIELD_LIST, .needed = true },
	{ "pairs", .type = FIELD_LIST, .needed = true },
	{ .key = NULL },
};
static const char *const call_values[] = { "password", "key", "pair", "slashed", NULL };
static const char *const call_constants[] = { "CALL_PASSWORD", "CALL_KEY", "CALL_PAIR",
	"CALL_SLASHED" };
static const struct source_field call_fields[] = {
	{ "call", .type = FIELD_TEXT, .needed = true },
	{ "argument", .type = FIELD_COUNT, .needed = true, .most = ARGUMENTS_MAX },
	{ "value", .type = FIELD_CHOICE, .needed = true, .choices = call_values },
	{ .key = NULL },
};
static const char *const command_values[] = { "option", "word", "before", NULL };
static const struct source_field command_fields[] = {
	{ "command", .type = FIELD_TEXT, .needed = true },
	{ "value", .type = FIELD_CHOICE, .needed = true, .choices = command_values },
	{ "option", .type = FIELD_TEXT },
	{ "forms", .type = FIELD_TEXTS, .needed = true },
	{ "words", .type = FIELD_COUNT, .least = 1, .most = ARGUMENTS_MAX },
	{ .key = NULL },
};
static const struct source_field pair_fields[] = {
	{ "id", .type = FIELD_NAME, .needed = true },
	{ "secret", .type = FIELD_NAME, .needed = true },
	{ "third", .type = FIELD_NAME },
	{ "length", .type = FIELD_COUNT, .needed = true, .least = 16, .most = 256 },
	{ .key = NULL },
};
static const struct {
	const char *name;
	unsigned bit;
} command_forms[] = { { "spaced", SITE_SPACED }, { "attached", SITE_ATTACHED },
	{ "named", SITE_NAMED }, { "slashed", SITE_SLASHED }, { "bundled", SITE_BUNDLED },
	{ "sure", SITE_SURE } };

/* What the literals that are not of one kind begin. */
static const struct {
	const char *name;
	enum trigger_action action;
	bool nocase, says; /* `says`: a password follows, whatever is between */
} beginnings[] = {
	{ "word", TRIGGER_WORD, true, false },
	{ "said", TRIGGER_WORD, true, true },
	{ "url", TRIGGER_URL, false, false },
	{ "dsn", TRIGGER_DSN, false, false },
	{ "insert", TRIGGER_INSERT, true, false },
	{ "manifest", TRIGGER_MANIFEST, false, false },
	{ "header", TRIGGER_HEADER, true, false },
	{ "pem", TRIGGER_PEM, false, false },
	{ "pem_base64", TRIGGER_PEM_BASE64, false, false },
	{ "putty", TRIGGER_PUTTY, false, false },
	{ "jwt", TRIGGER_JWT, false, false },
};
#define BEGINNINGS (sizeof(beginnings) / sizeof(beginnings[0]))

static size_t beginning_of(const char *name)
{
	size_t i = 0;

	while (i < BEGINNINGS && strcmp(beginnings[i].name, name) != 0)
		i++;
	if (i == BEGINNINGS)
		source_die("literals: unknown key `%s'", name);
	return i;
}

/* The bits of a command's forms. */
static unsigned forms_of(json_t *row)
{
	unsigned bits = 0;
	json_t *form;
	size_t i;

	json_array_foreach(json_object_get(row, "forms"), i, form)
	{
		size_t k = 0, count = sizeof(command_forms) / sizeof(command_forms[0]);

		while (k < count && strcmp(command_forms[k].name, json_string_value(form)) != 0)
			k++;
		if (k == count)
			source_die("%s: unknown form `%s'", source_text(row, "command"),
				json_string_value(form));
		bits |= command_forms[k].bit;
	}
	return bits;
}

static void check_call(json_t *row, json_t *seen)
{
	char name[2 * LITERAL_MAX];

	source_check(row, "a call", call_fields);
	(void)snprintf(name, sizeof(name), "%s%d", source_text(row, "call"),
		(int)json_integer_value(json_object_get(row, "argument")));
	source_once(seen, "call", name);
}

static void check_command(json_t *row, json_t *seen)
{
	bool option = false;
	char name[2 * LITERAL_MAX];

	source_check(row, "a command", command_fields);
	option = strcmp(source_text(row, "value"), "option") == 0;
	if (option != !!json_object_get(row, "option"))
		source_die("%s: `option' is there if the value is one's, and only then",
			source_text(row, "command"));
	(void)forms_of(row);
	(void)snprintf(name, sizeof(name), "%s%s%s", source_text(row, "command"),
		source_text(row, "value"), option ? source_text(row, "option") : "");
	source_once(seen, "command", name);
}

void places_check(json_t *root)
{
	const char *name;
	json_t *list, *row, *seen = json_object();
	size_t i;

	source_check(root, "places", place_fields);
	source_check_texts(json_object_get(root, "literals"), "literals");
	json_object_foreach(json_object_get(root, "literals"), name, list)(void) beginning_of(name);
	json_array_foreach(json_object_get(root, "calls"), i, row) check_call(row, seen);
	if (json_array_size(json_object_get(root, "commands")) > COMMAND_SITES_MAX)
		source_die("more than %d commands", COMMAND_SITES_MAX);
	json_array_foreach(json_object_get(root, "commands"), i, row) check_command(row, seen);
	json_array_foreach(json_object_get(root, "pairs"), i, row)
		source_check(row, "a pair", pair_fields);
	json_decref(seen);
}

void places_add(json_t *places)
{
	const char *name;
	json_t *list, *row;
	size_t i;

	json_object_foreach(json_object_get(places, "literals"), name, list)
	{
		size_t b = beginning_of(name);

		json_array_foreach(list, i, row) literal_add(json_string_value(row),
			beginnings[b].nocase, beginnings[b].action, beginnings[b].says);
	}
	json_array_foreach(json_object_get(places, "calls"), i, row)
		literal_add(source_text(row, "call"), true, TRIGGER_CALL, i);
	json_array_foreach(json_object_get(places, "commands"), i, row)
		literal_add(source_text(row, "command"), true, TRIGGER_COMMAND, i);
}

static void write_calls(FILE *out, json_t *places)
{
	json_t *row;
	size_t i;

	fputs("const struct credential_call_site credential_call_sites[] = {\n", out);
	json_array_foreach(json_object_get(places, "calls"), i, row)
	{
		fputs("\t{ ", out);
		output_field(out, row, "call");
		fprintf(out, "%d, %s },\n",
			(int)json_integer_value(json_object_get(row, "argument")),
			call_constants[source_index(call_values, source_text(row, "value"))]);
	}
	fputs("\t{ NULL, 0, CALL_PASSWORD },\n};\n\n", out);
}

static void write_commands(FILE *out, json_t *places)
{
	json_t *row;
	size_t i;

	fputs("const struct credential_command_site credential_command_sites[] = {\n", out);
	json_array_foreach(json_object_get(places, "commands"), i, row)
	{
		const char *value = source_text(row, "value");

		fputs("\t{ ", out);
		output_field(out, row, "command");
		output_string(out, strcmp(value, "option") == 0 ? source_text(row, "option")
				   : strcmp(value, "word") == 0 ? ""
								: NULL);
		fprintf(out, ", %u, %d },\n", forms_of(row),
			(int)json_integer_value(json_object_get(row, "words")));
	}
	fputs("\t{ NULL, NULL, 0, 0 },\n};\n\n", out);
}

/* The number of the kind, whose row is one of those that were read. */
static size_t number_of(json_t *kinds, const char *id)
{
	size_t i;
	json_t *row;

	json_array_foreach(kinds, i, row) if (strcmp(source_text(row, "id"), id) == 0) return i;
	source_die("pairs: there is no kind `%s'", id);
}

void places_check_pairs(json_t *places, json_t *kinds)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(places, "pairs"), i, row)
	{
		(void)number_of(kinds, source_text(row, "id"));
		(void)number_of(kinds, source_text(row, "secret"));
		if (source_text(row, "third"))
			(void)number_of(kinds, source_text(row, "third"));
	}
}

static void write_pairs(FILE *out, json_t *places, json_t *kinds)
{
	json_t *row;
	size_t i;

	fputs("static const struct credential_two twos[] = {\n", out);
	json_array_foreach(json_object_get(places, "pairs"), i, row)
	{
		const char *secret = source_text(row, "secret"), *third = source_text(row, "third");

		fprintf(out, "\t{ %zu, %zu, %zu, %d },\n", number_of(kinds, source_text(row, "id")),
			number_of(kinds, secret), number_of(kinds, third ? third : secret),
			(int)json_integer_value(json_object_get(row, "length")));
	}
	fputs("\t{ 0, 0, 0, 0 },\n};\n\n", out);
}

void places_write(FILE *out, json_t *places, json_t *kinds)
{
	write_pairs(out, places, kinds);
	write_calls(out, places);
	write_commands(out, places);
}
