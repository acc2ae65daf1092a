/*
 * JSON that an admin wrote: the one module that knows jansson's parser.
 *
 * A document is parsed strictly: one value, no duplicate keys, UTF-8, no NUL, integers that fit.
 * Its values are reached through places; a place knows the way it was reached by, so that an
 * error can say where it is: `$.rules[2].action`, line and column.  That costs nothing until it
 * is asked for: the text, which the parser has accepted already, is then scanned once more.
 *
 *	struct json_doc doc;
 *	struct json_error error;
 *	if (json_doc_parse(&doc, text, &error) < 0)
 *		...
 *	struct json_at root = json_at_root(&doc), rules;
 *	if (json_at_member(&root, "rules", &rules))
 *		...
 *	json_doc_release(&doc);
 */
#ifndef COMMON_BASE_JSON_H
#define COMMON_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"

struct json_doc {
	struct span text; /* the caller's; must outlive the document */
	void *root;
};

struct json_error {
	size_t line, column; /* counting from 1; column in characters */
	char path[512];      /* where it is, as json_at_path; may be cut */
	char text[256];
};

enum json_kind {
	JSON_KIND_OBJECT,
	JSON_KIND_LIST,
	JSON_KIND_TEXT,
	JSON_KIND_INTEGER,
	JSON_KIND_REAL,
	JSON_KIND_BOOLEAN,
	JSON_KIND_NULL,
};

/* A value, and the way to it.  Valid as long as the document and the place it was reached from. */
struct json_at {
	const struct json_doc *doc;
	const struct json_at *up; /* NULL for the root */
	const char *key;          /* in an object; NULL in a list */
	size_t index;             /* in a list */
	bool of_key;              /* means the key itself, not its value */
	const void *value;
};

/* Parses the text; *out is for json_doc_release().  0, or -1 with what is wrong and where. */
int json_doc_parse(struct json_doc *out, struct span text, struct json_error *error);

/* Frees the document; harmless on a zeroed one. */
void json_doc_release(struct json_doc *doc);

/* The place of the whole document. */
struct json_at json_at_root(const struct json_doc *doc);

/* What is there. */
enum json_kind json_at_kind(const struct json_at *at);

/* `a list`, `text`: the kind in words, for messages. */
const char *json_kind_name(enum json_kind kind);

/* The text, terminated, living as long as the document; NULL when it is something else. */
const char *json_at_text(const struct json_at *at);

/* The integer, 0 when it is something else. */
int64_t json_at_integer(const struct json_at *at);

/* Whether it is `true`. */
bool json_at_true(const struct json_at *at);

/* How many items a list, or members an object has. */
size_t json_at_count(const struct json_at *at);

/* The item of a list; index must be below json_at_count(). */
struct json_at json_at_item(const struct json_at *list, size_t index);

/* Whether the object has the member, and its place. */
bool json_at_member(const struct json_at *object, const char *key, struct json_at *out);

/* The first member of an object; false when it has none. */
bool json_at_first(const struct json_at *object, struct json_at *at);

/* From a member on to the next one of its object; false when there is none. */
bool json_at_next(struct json_at *at);

/* The place of the key by which it was reached, for errors about the key itself. */
struct json_at json_at_key(const struct json_at *at);

/* Appends the way to it as a path of RFC 9535: `$.agents["claude-code"].scope[0]`.  0 or -1. */
int json_at_path(const struct json_at *at, struct buf *out);

/* The line and the column (in characters) at which it begins, counting from 1. */
void json_at_locate(const struct json_at *at, size_t *line, size_t *column);

#endif
