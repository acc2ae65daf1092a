/*
 * Makes C tables and the matcher's database of rules/data/credentials/NAME.json, at build time.
 *
 *	gen_credentials credentials_data.c NAME.json...
 *
 * The database is compiled for the plainest machine of this architecture, not for this one.
 */
#include <hs.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/credential/call_site.h"
#include "rules/credential/kind.h"

#define PATTERNS_MAX 4096

static const char *path;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", path);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static char *patterns[PATTERNS_MAX];
static unsigned pattern_flags[PATTERNS_MAX], pattern_ids[PATTERNS_MAX];
static struct credential_trigger triggers[PATTERNS_MAX];
static unsigned pattern_count;

/* Literals that are not of one kind. */
static const struct {
	enum trigger_action action;
	const char *literal;
} own[] = {
	{ TRIGGER_WORD, "pass" },
	{ TRIGGER_WORD, "assword" },
	{ TRIGGER_WORD, "pwd" },
	{ TRIGGER_WORD, "_pat" },
	{ TRIGGER_WORD, "psw" },
	{ TRIGGER_WORD, "pw" },
	{ TRIGGER_WORD, "psk" },
	{ TRIGGER_WORD, "secret" },
	{ TRIGGER_WORD, "token" },
	{ TRIGGER_WORD, "key" },
	{ TRIGGER_WORD, "auth" },
	{ TRIGGER_WORD, "cred" },
	{ TRIGGER_WORD, "salt" },
	{ TRIGGER_WORD, "nonce" },
	{ TRIGGER_WORD, "seed" },
	{ TRIGGER_WORD, "mnemonic" },
	{ TRIGGER_WORD, "certificate" },
	{ TRIGGER_WORD, "session" },
	{ TRIGGER_WORD, "cookie" },
	{ TRIGGER_WORD, "senha" },
	{ TRIGGER_WORD, "clave" },
	{ TRIGGER_WORD, "contrasena" },
	{ TRIGGER_WORD, "kennwort" },
	{ TRIGGER_WORD, "wachtwoord" },
	{ TRIGGER_WORD, "mdp" },
	{ TRIGGER_WORD, "heslo" },
	{ TRIGGER_WORD, "haslo" },
	{ TRIGGER_URL, "://" },
	{ TRIGGER_DSN, "@tcp(" },
	{ TRIGGER_DSN, "@unix(" },
	{ TRIGGER_INSERT, "insert into" },
	{ TRIGGER_HEADER, "bearer" },
	{ TRIGGER_HEADER, "basic " },
	{ TRIGGER_PEM, "-----BEGIN" },
	{ TRIGGER_PEM, "---- BEGIN" },
	{ TRIGGER_PEM_BASE64, "LS0tLS1CRUdJTi" },
	{ TRIGGER_PEM_BASE64, "0tLS0tQkVHSU4g" },
	{ TRIGGER_PEM_BASE64, "tLS0tLUJFR0lOI" },
	{ TRIGGER_PUTTY, "PuTTY-User-Key-File-" },
	{ TRIGGER_JWT, "eyJ" },
};

/* Words that say by themselves that a password follows. */
static const char *const said[] = {
	"identified by", "mot de passe", "contrase\303\261a", "has\305\202o",
	"\320\277\320\260\321\200\320\276\320\273\321\214",             /* Russian */
	"\345\257\206\347\240\201",                                     /* Chinese */
	"\343\203\221\343\202\271\343\203\257\343\203\274\343\203\211", /* Japanese */
};

static const char *const keys[] = { "id", "what", "literals", "names", "find", "regex", "before",
	"nocase", "left", "right", "check", "nearby", "must", "judged", "entropy", "confidence",
	"revoke", "match", "nomatch" };

static void add(const char *expression, unsigned flags, struct credential_trigger trigger)
{
	if (pattern_count == PATTERNS_MAX)
		die("more than %d literals", PATTERNS_MAX);
	patterns[pattern_count] = strdup(expression);
	pattern_flags[pattern_count] = flags;
	pattern_ids[pattern_count] = pattern_count;
	triggers[pattern_count++] = trigger;
}

static void add_literal(const char *text, bool nocase, enum trigger_action action, size_t kind)
{
	char escaped[512];
	size_t at = 0, len = strlen(text);

	if (!len || len > 100)
		die("literal `%s' is empty or too long", text);
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(escaped + at, 5, "\\x%02x", (unsigned char)text[i]);
	add(escaped, nocase ? HS_FLAG_CASELESS : 0,
		(struct credential_trigger){
			(unsigned char)action, (unsigned char)len, (unsigned short)kind });
}

static const char *text_of(json_t *row, const char *key)
{
	json_t *value = json_object_get(row, key);

	if (value && !json_is_string(value))
		die("`%s' is not a string", key);
	return json_string_value(value);
}

static const char *required(json_t *row, const char *key)
{
	const char *text = text_of(row, key);

	if (!text || !*text)
		die("a row lacks `%s'", key);
	return text;
}

/* Examples are kept in parts, so that no scanner takes this file for a leak. */
static char *joined(json_t *row, const char *key)
{
	json_t *parts = json_object_get(row, key);
	char *out = calloc(1, 65536);
	size_t i;
	json_t *part;

	if (!json_is_array(parts) || json_array_size(parts) < 2)
		die("%s: `%s' is not an array of two or more parts", required(row, "id"), key);
	json_array_foreach(parts, i, part) strncat(out, json_string_value(part), 4096);
	return out;
}

static void quote(FILE *out, const char *text)
{
	if (!text) {
		fputs("NULL", out);
		return;
	}
	fputc('"', out);
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text < 32 || (unsigned char)*text > 126 || *text == '?')
			fprintf(out, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, out);
	fputc('"', out);
}

static unsigned check_of(json_t *row)
{
	const char *name = text_of(row, "check");

	for (size_t i = 0; name && i < credential_check_count; i++)
		if (strcmp(credential_check_names[i], name) == 0)
			return (unsigned)i;
	if (name)
		die("no structure check `%s'", name);
	return 0;
}

static unsigned confidence_of(json_t *row)
{
	static const char *const levels[] = { "low", "medium", "high" };
	const char *name = required(row, "confidence");

	for (unsigned i = 0; i < 3; i++)
		if (strcmp(levels[i], name) == 0)
			return i;
	die("no confidence `%s'", name);
}

static unsigned flags_of(json_t *row)
{
	unsigned flags = 0;

	flags |= json_is_true(json_object_get(row, "nocase")) ? KIND_NOCASE : 0;
	flags |= json_is_true(json_object_get(row, "must")) ? KIND_MUST : 0;
	flags |= json_is_true(json_object_get(row, "judged")) ? KIND_JUDGED : 0;
	flags |= json_object_get(row, "left") ? KIND_ANY_LEFT : 0;
	flags |= json_object_get(row, "right") ? KIND_ANY_RIGHT : 0;
	flags |= json_object_get(row, "names") ? KIND_NAMED : 0;
	return flags;
}

static void check_keys(json_t *row)
{
	const char *key;
	json_t *value;

	json_object_foreach(row, key, value)
	{
		size_t i = 0;

		while (i < sizeof(keys) / sizeof(keys[0]) && strcmp(keys[i], key) != 0)
			i++;
		if (i == sizeof(keys) / sizeof(keys[0]))
			die("unknown key `%s'", key);
	}
}

static void add_triggers(json_t *row, size_t kind, unsigned flags)
{
	json_t *list = json_object_get(row, flags & KIND_NAMED ? "names" : "literals");
	const char *find = text_of(row, "find");
	size_t i;
	json_t *one;

	if (find)
		add(find, flags & KIND_NOCASE ? HS_FLAG_CASELESS : 0,
			(struct credential_trigger){ TRIGGER_KIND, 0, (unsigned short)kind });
	else if (json_array_size(list) == 0)
		die("%s has no literals", required(row, "id"));
	json_array_foreach(list, i, one)
		add_literal(json_string_value(one), (flags & (KIND_NAMED | KIND_NOCASE)) != 0,
			flags & KIND_NAMED ? TRIGGER_NAMED : TRIGGER_KIND, kind);
}

static void write_kind(FILE *out, json_t *row, size_t number)
{
	unsigned flags = flags_of(row);
	char *match = joined(row, "match"), *nomatch = joined(row, "nomatch");
	const char *texts[] = { required(row, "id"), required(row, "what"), required(row, "revoke"),
		required(row, "regex"), text_of(row, "nearby") };

	check_keys(row);
	add_triggers(row, number, flags);
	fputs("\t{ ", out);
	for (size_t i = 0; i < 5; i++) {
		quote(out, texts[i]);
		fputs(", ", out);
	}
	fprintf(out, "%u, %u, %u, %ld, %u, ",
		(unsigned)json_integer_value(json_object_get(row, "before")), check_of(row), flags,
		lround(10 * json_number_value(json_object_get(row, "entropy"))),
		confidence_of(row));
	quote(out, match);
	fputs(", ", out);
	quote(out, nomatch);
	fputs(" },\n", out);
	free(match);
	free(nomatch);
}

static size_t write_kinds(FILE *out, int argc, char **argv)
{
	size_t count = 0;

	fputs("static const struct credential_kind kinds[] = {\n", out);
	for (int i = 2; i < argc; i++) {
		json_error_t error;
		json_t *rows = json_load_file(argv[i], JSON_REJECT_DUPLICATES, &error), *row;
		size_t n;

		path = argv[i];
		if (!json_is_array(rows))
			die("line %d: %s", error.line, error.text);
		json_array_foreach(rows, n, row) write_kind(out, row, count++);
		json_decref(rows);
	}
	fputs("};\n\n", out);
	return count;
}

static void write_triggers(FILE *out)
{
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		add_literal(own[i].literal,
			own[i].action == TRIGGER_WORD || own[i].action == TRIGGER_HEADER ||
				own[i].action == TRIGGER_INSERT,
			own[i].action, 0);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		add_literal(said[i], true, TRIGGER_WORD, 1);
	for (size_t i = 0; i < credential_call_site_count; i++)
		add_literal(credential_call_sites[i].literal, true, TRIGGER_CALL, i);
	for (size_t i = 0; i < credential_command_site_count; i++)
		add_literal(credential_command_sites[i].literal, true, TRIGGER_COMMAND, i);
	fputs("static const struct credential_trigger triggers[] = {\n", out);
	for (unsigned i = 0; i < pattern_count; i++)
		fprintf(out, "\t{ %u, %u, %u },\n", triggers[i].action, triggers[i].length,
			triggers[i].index);
	fputs("};\n\n", out);
}

static void write_database(FILE *out)
{
	hs_platform_info_t plain = { 0 };
	hs_database_t *database;
	hs_compile_error_t *error;
	char *bytes;
	size_t size;

	if (hs_compile_multi((const char *const *)patterns, pattern_flags, pattern_ids,
		    pattern_count, HS_MODE_BLOCK, &plain, &database, &error) != HS_SUCCESS)
		die("%s: %s", error->expression >= 0 ? patterns[error->expression] : "",
			error->message);
	if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS)
		die("the database cannot be serialised");
	fputs("static const unsigned char database[] __attribute__((aligned(64))) = {", out);
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%s%u,", i % 20 ? "" : "\n", (unsigned char)bytes[i]);
	fputs("\n};\n\n", out);
	free(bytes);
	hs_free_database(database);
}

int main(int argc, char **argv)
{
	size_t count;
	FILE *out;

	path = argv[0];
	if (argc < 3 || !(out = fopen(argv[1], "w")))
		die("usage: gen_credentials OUT.c NAME.json...");
	fputs("#include \"rules/credential/kind.h\"\n\n", out);
	count = write_kinds(out, argc, argv);
	write_triggers(out);
	write_database(out);
	fprintf(out,
		"const struct credential_data credential_data = { kinds, %zu, triggers, %u,\n"
		"\tdatabase, sizeof(database) };\n",
		count, pattern_count);
	if (fclose(out) != 0)
		die("cannot write");
	return 0;
}
