/*
 * What the generators share: a data file is read strictly, and C text is written.
 *
 *	source_open(file)		the file that complaints name from now on, as JSON
 *	source_check(object, ...)	it has a table's fields, each of its type, and no others
 *	output_open(), output_string(), output_close()
 *
 * A generator ends at the first thing that it does not understand, with exit status 1, one line
 * that names the file and the place, and no output: whatever builds was understood in full.
 */
#ifndef RULES_GENERATE_SOURCE_H
#define RULES_GENERATE_SOURCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum field_type {
	FIELD_TEXT,   /* not empty, no control characters */
	FIELD_NAME,   /* small letters, digits, `-` and `.`, beginning with a letter or digit */
	FIELD_CHOICE, /* one of `choices` */
	FIELD_TEXTS,  /* a list of such texts, none of them twice */
	FIELD_PARTS,  /* a list of any texts that are not empty, to be joined */
	FIELD_FORMS,  /* a text or a list of texts */
	FIELD_FLAG,   /* true or false */
	FIELD_COUNT,  /* a whole number */
	FIELD_TENTHS, /* a number with at most one decimal */
	FIELD_LIST,   /* a list that is not empty, of anything */
	FIELD_OBJECT, /* an object that is not empty, of anything */
	FIELD_MAP,    /* an object of texts, which may be empty */
	FIELD_DATE,   /* 2026-11-29 */
};

struct source_field {
	const char *key; /* NULL: the end of the table */
	enum field_type type;
	bool needed;
	double least, most;         /* of a number, and how many parts; most 0: no such limits */
	const char *const *choices; /* the last is NULL */
};

/* Says what is wrong with the file, takes the output back and ends the program. */
void source_die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Reads the file; it lives until the program ends. */
json_t *source_open(const char *file);

/* Checks that it is an object of the fields in the table. */
void source_check(json_t *object, const char *where, const struct source_field *fields);

/* Checks that each member of the object is a list of texts. */
void source_check_texts(json_t *object, const char *where);

/* The place of the text in the list, which has it; 0 for none. */
unsigned source_index(const char *const *list, const char *text);

/* Notes the name; it must be the first of that kind. */
void source_once(json_t *seen, const char *kind, const char *name);

/* The text of a field that was checked; NULL when it is not there. */
const char *source_text(json_t *object, const char *key);

/* Begins the output. */
FILE *output_open(const char *file);

/*
 * Writes a C string literal, or NULL; octal for all but plain ASCII: that cannot run on into what
 * follows.
 */
void output_string(FILE *out, const char *text);

/* Writes what a field that was checked holds; NULL when it is not there. */
void output_field(FILE *out, json_t *object, const char *key);

/* Ends the output. */
void output_close(FILE *out);

#endif
