#include "common/base/json.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/base/json_scan.h"
#include "common/base/json_slip.h"

/* Says what is wrong in words of ours, or where there are none in the parser's. */
static void error_say(struct json_error *error, struct span text, const json_error_t *wrong)
{
	size_t pos = wrong->position > 0 ? (size_t)wrong->position : 0, line, column;
	struct json_slip slip;

	if (strstr(wrong->text, "unable to decode") && !json_slip(text, &slip)) {
		(void)snprintf(error->text, sizeof(error->text),
			"a byte that is not UTF-8: save the file as UTF-8");
	} else if (!json_slip(text, &slip)) {
		(void)snprintf(error->text, sizeof(error->text), "%.150s", wrong->text);
	} else if (slip.open) {
		pos = slip.at + 1;
		json_scan_locate(text, slip.bracket, &line, &column);
		(void)snprintf(error->text, sizeof(error->text),
			"%s the '%c' at line %zu, column %zu is still open", slip.what,
			text.data[slip.bracket], line, column);
	} else {
		pos = slip.at == JSON_SLIP_WHOLE ? 0 : slip.at + 1;
		(void)snprintf(error->text, sizeof(error->text), "%s", slip.what);
	}
	json_scan_error(text, pos, error);
}

int json_doc_parse(struct json_doc *out, struct span text, struct json_error *error)
{
	json_error_t wrong;

	*out = (struct json_doc){ .text = text };
	out->root = json_loadb(text.data ? text.data : "", text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &wrong);
	if (out->root)
		return 0;
	*error = (struct json_error){ 0 };
	error_say(error, text, &wrong);
	return -1;
}

void json_doc_release(struct json_doc *doc)
{
	json_decref(doc->root);
	doc->root = NULL;
}

struct json_at json_at_root(const struct json_doc *doc)
{
	return (struct json_at){ .doc = doc, .value = doc->root };
}

enum json_kind json_at_kind(const struct json_at *at)
{
	switch (json_typeof((const json_t *)at->value)) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_LIST;
	case JSON_STRING:
		return JSON_KIND_TEXT;
	case JSON_INTEGER:
		return JSON_KIND_INTEGER;
	case JSON_REAL:
		return JSON_KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_KIND_BOOLEAN;
	case JSON_NULL:
		break;
	}
	return JSON_KIND_NULL;
}

const char *json_kind_name(enum json_kind kind)
{
	static const char *const words[] = {
		[JSON_KIND_OBJECT] = "an object",
		[JSON_KIND_LIST] = "a list",
		[JSON_KIND_TEXT] = "text",
		[JSON_KIND_INTEGER] = "a whole number",
		[JSON_KIND_REAL] = "a fraction",
		[JSON_KIND_BOOLEAN] = "true or false",
		[JSON_KIND_NULL] = "null",
	};

	return words[kind];
}

const char *json_at_text(const struct json_at *at)
{
	return json_string_value(at->value);
}

int64_t json_at_integer(const struct json_at *at)
{
	return json_integer_value(at->value);
}

bool json_at_true(const struct json_at *at)
{
	return json_is_true((const json_t *)at->value);
}

size_t json_at_count(const struct json_at *at)
{
	return json_is_array((const json_t *)at->value) ? json_array_size(at->value)
							: json_object_size(at->value);
}

struct json_at json_at_item(const struct json_at *list, size_t index)
{
	return (struct json_at){
		.doc = list->doc,
		.up = list,
		.index = index,
		.value = json_array_get(list->value, index),
	};
}

bool json_at_member(const struct json_at *object, const char *key, struct json_at *out)
{
	*out = (struct json_at){
		.doc = object->doc,
		.up = object,
		.key = key,
		.value = json_object_get(object->value, key),
	};
	return out->value != NULL;
}

/* Jansson hands out iterators for objects it may change; it changes nothing here. */
static json_t *object_of(const struct json_at *object)
{
	return (json_t *)(uintptr_t)object->value;
}

static bool member_of(const struct json_at *object, void *iter, struct json_at *at)
{
	if (!iter)
		return false;
	*at = (struct json_at){
		.doc = object->doc,
		.up = object,
		.key = json_object_iter_key(iter),
		.value = json_object_iter_value(iter),
	};
	return true;
}

bool json_at_first(const struct json_at *object, struct json_at *at)
{
	return member_of(object, json_object_iter(object_of(object)), at);
}

bool json_at_next(struct json_at *at)
{
	void *iter = json_object_iter_at(object_of(at->up), at->key);

	return iter && member_of(at->up, json_object_iter_next(object_of(at->up), iter), at);
}

struct json_at json_at_key(const struct json_at *at)
{
	struct json_at key = *at;

	key.of_key = true;
	return key;
}

int json_at_path(const struct json_at *at, struct buf *out)
{
	if (!at->up)
		return buf_addc(out, '$');
	if (json_at_path(at->up, out) < 0)
		return -1;
	if (!at->key)
		return buf_addf(out, "[%zu]", at->index);
	return json_scan_step(out, span_of(at->key));
}

/* The position of a member among those of its object: they are kept in the order of the text. */
static size_t member_index(const struct json_at *at)
{
	size_t index = 0;

	for (void *iter = json_object_iter(object_of(at->up)); iter;
		iter = json_object_iter_next(object_of(at->up), iter), index++)
		if (strcmp(json_object_iter_key(iter), at->key) == 0)
			break;
	return index;
}

/* Moves the scan from the beginning of the text to the value, or to its key. */
static void scan_to(struct json_scan *scan, const struct json_at *at)
{
	if (!at->up) {
		json_scan_blank(scan);
		return;
	}
	scan_to(scan, at->up);
	json_scan_child(scan, at->key ? member_index(at) : at->index);
	if (at->key && !at->of_key)
		json_scan_to_value(scan);
}

void json_at_locate(const struct json_at *at, size_t *line, size_t *column)
{
	struct json_scan scan = { .text = at->doc->text };

	scan_to(&scan, at);
	json_scan_locate(scan.text, scan.pos, line, column);
}
