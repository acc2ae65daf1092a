/*
 * Makes a C table of rules/data/confusables.json, at build time: for each sign of ASCII the
 * characters that look like it.
 *
 *	gen_confusables confusables_data.c confusables.json
 */
#include <stdlib.h>
#include <string.h>

#include "common/path/confusable.h"
#include "rules/generate/source.h"

#define ROWS_MAX 2000
#define CHARACTER_MAX 0x10ffff

static struct confusable rows[ROWS_MAX];
static size_t count;

/* The character that `U+0391` stands for. */
static unsigned int character_of(const char *name)
{
	size_t digits = strspn(name + (*name ? 1 : 0), "+0123456789ABCDEF");
	unsigned long character;

	if (strncmp(name, "U+", 2) != 0 || digits + 1 != strlen(name) || digits < 5 || digits > 7)
		source_die("`%s' is not a character such as U+0391", name);
	character = strtoul(name + 2, NULL, 16);
	if (character < 0x80 || character > CHARACTER_MAX)
		source_die("`%s' is ASCII, or no character", name);
	return (unsigned int)character;
}

static void read_sign(const char *sign, json_t *characters)
{
	const char *name;
	json_t *words;

	if (strlen(sign) != 1 || *sign <= ' ' || *sign >= 0x7f || (*sign >= 'A' && *sign <= 'Z'))
		source_die("`%s' is not a small letter, digit or sign of ASCII", sign);
	if (!json_object_size(characters))
		source_die("`%s' is not an object, or empty", sign);
	json_object_foreach(characters, name, words)
	{
		const struct source_field fields[] = { { name, .type = FIELD_TEXT },
			{ .key = NULL } };
		json_t *one = json_pack("{s:O}", name, words);

		source_check(one, sign, fields);
		json_decref(one);
		if (count == ROWS_MAX)
			source_die("more than %d characters", ROWS_MAX);
		rows[count++] = (struct confusable){ character_of(name), *sign };
	}
}

static int by_character(const void *a, const void *b)
{
	const struct confusable *x = a, *y = b;

	return (x->character > y->character) - (x->character < y->character);
}

int main(int argc, char **argv)
{
	const char *sign;
	json_t *root, *characters;
	FILE *out;

	if (argc != 3)
		source_die("usage: gen_confusables OUTPUT.c confusables.json");
	root = source_open(argv[2]);
	if (!json_object_size(root))
		source_die("it is not an object, or empty");
	json_object_foreach(root, sign, characters) read_sign(sign, characters);
	qsort(rows, count, sizeof(rows[0]), by_character);
	for (size_t i = 1; i < count; i++)
		if (rows[i].character == rows[i - 1].character)
			source_die("U+%04X is there twice", rows[i].character);
	out = output_open(argv[1]);
	fputs("#include \"common/path/confusable.h\"\n\nconst struct confusable confusables[] = "
	      "{\n",
		out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "\t{ 0x%04x, %d },\n", rows[i].character, rows[i].ascii);
	fprintf(out, "};\nconst size_t confusable_count = %zu;\n", count);
	output_close(out);
	json_decref(root);
	return 0;
}
