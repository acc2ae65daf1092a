#include "rules/generate/source.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *source = "generate"; /* being read */
static const char *output;              /* being written */

void source_die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", source);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (output)
		(void)unlink(output);
	exit(1);
}

/*
 * What is read lasts as long as the program, which ends when it has written its table: to a
 * sanitizer that is no leak.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

json_t *source_open(const char *file)
{
	json_error_t error;
	json_t *root;

	source = file;
	root = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		source_die("%d:%d: %s", error.line, error.column, error.text);
	return root;
}

static bool is_text(json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || !*text)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static const char *name_problem(json_t *value)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *text = json_string_value(value);
	size_t len = text ? strlen(text) : 0;

	return len && strchr(first, *text) &&
			       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == len
		       ? NULL
		       : "is not a name in small letters, digits, `-' and `.'";
}

static const char *choice_problem(json_t *value, const char *const *choices)
{
	const char *text = json_string_value(value);

	while (text && *choices && strcmp(*choices, text) != 0)
		choices++;
	return text && *choices ? NULL : "is not one of those that are known";
}

static const char *texts_problem(json_t *list)
{
	json_t *one;
	size_t i;

	if (!json_array_size(list))
		return "is not a list, or empty";
	json_array_foreach(list, i, one)
	{
		if (!is_text(one))
			return "has something in it that is not a text";
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(list, k), one))
				return "has a text twice";
	}
	return NULL;
}

static const char *map_problem(json_t *map)
{
	const char *key;
	json_t *value;

	if (!json_is_object(map))
		return "is not an object";
	json_object_foreach(map, key,
		value) if (!*key ||
			   !is_text(value)) return "has something in it that is not a text";
	return NULL;
}

static const char *date_problem(json_t *value)
{
	static const char form[] = "0000-00-00";
	const char *text = json_string_value(value);

	for (size_t i = 0; text && i < sizeof(form); i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			text = NULL;
	if (!text || atoi(text + 5) < 1 || atoi(text + 5) > 12 || atoi(text + 8) < 1 ||
		atoi(text + 8) > 31)
		return "is not a date such as 2026-11-29";
	return NULL;
}

static const char *parts_problem(json_t *list, const struct source_field *field)
{
	json_t *one;
	size_t i;

	if (!json_is_array(list) || (double)json_array_size(list) < field->least)
		return "is not a list, or has too few parts";
	json_array_foreach(list, i, one)
	{
		if (!json_string_length(one))
			return "has a part that is not a text, or empty";
	}
	return NULL;
}

static const char *number_problem(json_t *value, const struct source_field *field)
{
	double number = json_number_value(value);

	if (field->type == FIELD_COUNT ? !json_is_integer(value) : !json_is_number(value))
		return field->type == FIELD_COUNT ? "is not a whole number" : "is not a number";
	if (number < field->least || number > field->most)
		return "is out of range";
	return fabs(number * 10 - nearbyint(number * 10)) > 1e-9 ? "has more than one decimal"
								 : NULL;
}

static const char *problem(json_t *value, const struct source_field *field)
{
	switch (field->type) {
	case FIELD_TEXT:
		return is_text(value) ? NULL : "is not a text, or empty";
	case FIELD_NAME:
		return name_problem(value);
	case FIELD_CHOICE:
		return choice_problem(value, field->choices);
	case FIELD_TEXTS:
		return texts_problem(value);
	case FIELD_PARTS:
		return parts_problem(value, field);
	case FIELD_FORMS:
		return is_text(value) ? NULL : texts_problem(value);
	case FIELD_FLAG:
		return json_is_boolean(value) ? NULL : "is neither true nor false";
	case FIELD_COUNT:
	case FIELD_TENTHS:
		return number_problem(value, field);
	case FIELD_LIST:
		return json_array_size(value) ? NULL : "is not a list, or empty";
	case FIELD_OBJECT:
		return json_object_size(value) ? NULL : "is not an object, or empty";
	case FIELD_MAP:
		return map_problem(value);
	case FIELD_DATE:
		return date_problem(value);
	}
	return "is of no type";
}

static const struct source_field *field_find(const struct source_field *fields, const char *key)
{
	while (fields->key && strcmp(fields->key, key) != 0)
		fields++;
	return fields->key ? fields : NULL;
}

void source_check(json_t *object, const char *where, const struct source_field *fields)
{
	const char *key, *wrong;
	json_t *value;

	if (!json_is_object(object))
		source_die("%s is not an object", where);
	json_object_foreach(object, key, value)
	{
		const struct source_field *field = field_find(fields, key);

		if (!field)
			source_die("%s: unknown key `%s'", where, key);
		wrong = problem(value, field);
		if (wrong)
			source_die("%s: `%s' %s", where, key, wrong);
	}
	for (; fields->key; fields++)
		if (fields->needed && !json_object_get(object, fields->key))
			source_die("%s: `%s' is missing", where, fields->key);
}

void source_once(json_t *seen, const char *kind, const char *name)
{
	if (json_object_get(seen, name))
		source_die("%s `%s' is there twice", kind, name);
	if (json_object_set_new(seen, name, json_true()) < 0)
		source_die("out of memory");
}

void source_check_texts(json_t *object, const char *where)
{
	const char *name;
	json_t *list;

	json_object_foreach(object, name, list)
	{
		const char *wrong = texts_problem(list);

		if (wrong)
			source_die("%s: `%s' %s", where, name, wrong);
	}
}

unsigned source_index(const char *const *list, const char *text)
{
	unsigned i = 0;

	while (text && strcmp(list[i], text) != 0)
		i++;
	return text ? i : 0;
}

const char *source_text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

FILE *output_open(const char *file)
{
	FILE *out = fopen(file, "w");

	source = file;
	if (!out)
		source_die("cannot be written");
	output = file;
	return out;
}

void output_string(FILE *out, const char *text)
{
	if (!text) {
		fputs("NULL", out);
		return;
	}
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

void output_field(FILE *out, json_t *object, const char *key)
{
	output_string(out, source_text(object, key));
	fputs(", ", out);
}

void output_close(FILE *out)
{
	if (ferror(out) || fclose(out) != 0)
		source_die("cannot be written");
	output = NULL;
}
