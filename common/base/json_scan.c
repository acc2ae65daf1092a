#include "common/base/json_scan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64

static int byte_at(const struct json_scan *scan)
{
	return scan->pos < scan->text.len ? (unsigned char)scan->text.data[scan->pos] : -1;
}

void json_scan_blank(struct json_scan *scan)
{
	while (byte_at(scan) != -1 && strchr(" \t\r\n", byte_at(scan)) && byte_at(scan) != 0)
		scan->pos++;
}

/* Moves past a string; the scan is at its opening quote. */
static void skip_text(struct json_scan *scan)
{
	for (scan->pos++; byte_at(scan) != -1 && byte_at(scan) != '"'; scan->pos++)
		if (byte_at(scan) == '\\')
			scan->pos++;
	scan->pos = scan->pos < scan->text.len ? scan->pos + 1 : scan->text.len;
}

/* Moves past a whole value. */
static void skip_value(struct json_scan *scan)
{
	size_t depth = 0;

	for (int c = byte_at(scan); c != -1; c = byte_at(scan)) {
		if (depth == 0 && strchr(",]} \t\r\n", c))
			return;
		if (c == '"') {
			skip_text(scan);
		} else {
			depth += c == '[' || c == '{';
			depth -= c == ']' || c == '}';
			scan->pos++;
		}
		if (depth == 0 && (c == '"' || c == ']' || c == '}'))
			return;
	}
}

static bool scan_past(struct json_scan *scan, int c)
{
	json_scan_blank(scan);
	if (byte_at(scan) != c)
		return false;
	scan->pos++;
	json_scan_blank(scan);
	return true;
}

void json_scan_to_value(struct json_scan *scan)
{
	skip_text(scan);
	(void)scan_past(scan, ':');
}

void json_scan_child(struct json_scan *scan, size_t index)
{
	bool object = byte_at(scan) == '{';

	scan->pos++;
	json_scan_blank(scan);
	for (size_t i = 0; i < index; i++) {
		if (object)
			json_scan_to_value(scan);
		skip_value(scan);
		if (!scan_past(scan, ','))
			return;
	}
}

void json_scan_locate(struct span text, size_t pos, size_t *line, size_t *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < pos && i < text.len; i++) {
		if (text.data[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)text.data[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

static bool is_plain(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!isalnum((unsigned char)key.data[i]) && key.data[i] != '_')
			return false;
	return key.len > 0 && !isdigit((unsigned char)key.data[0]);
}

int json_scan_step(struct buf *out, struct span key)
{
	if (is_plain(key))
		return buf_addc(out, '.') < 0 ? -1 : buf_addspan(out, key);
	if (buf_adds(out, "[\"") < 0)
		return -1;
	for (size_t i = 0; i < key.len; i++) {
		unsigned char c = (unsigned char)key.data[i];

		if (c < 0x20 || c == 0x7f ? buf_addf(out, "\\u%04x", c) < 0
					  : (c == '"' || c == '\\' ? buf_addc(out, '\\') < 0 : 0) ||
						    buf_addc(out, (char)c) < 0)
			return -1;
	}
	return buf_adds(out, "\"]");
}

/* One open list or object on the way to an error. */
struct level {
	bool object;
	size_t index;    /* of the item */
	struct span key; /* of the member, as it stands in the text; len 0: none yet */
	bool in_value;   /* past the member's colon */
};

struct scan_path {
	struct level levels[DEPTH_MAX];
	size_t depth;
};

static void way_text(struct scan_path *way, struct json_scan *scan)
{
	struct level *level = way->depth ? &way->levels[way->depth - 1] : NULL;
	size_t start = scan->pos + 1;

	skip_text(scan);
	if (level && level->object && !level->in_value && scan->pos > start)
		level->key = (struct span){ scan->text.data + start, scan->pos - 1 - start };
}

static void way_byte(struct scan_path *way, int c)
{
	struct level *level = way->depth ? &way->levels[way->depth - 1] : NULL;

	if ((c == '{' || c == '[') && way->depth < DEPTH_MAX)
		way->levels[way->depth++] = (struct level){ .object = c == '{' };
	else if ((c == '}' || c == ']') && level)
		way->depth--;
	else if (c == ':' && level)
		level->in_value = true;
	else if (c == ',' && level)
		*level = (struct level){ .object = level->object, .index = level->index + 1 };
}

void json_scan_error(struct span text, size_t pos, struct json_error *error)
{
	struct json_scan scan = { .text = { text.data, pos < text.len ? pos : text.len } };
	struct scan_path way = { .depth = 0 };
	struct buf path = BUF_INIT(sizeof(error->path) - 1);

	json_scan_locate(text, pos ? pos - 1 : 0, &error->line, &error->column);
	for (int c = byte_at(&scan); c != -1; c = byte_at(&scan)) {
		if (c == '"') {
			way_text(&way, &scan);
		} else {
			way_byte(&way, c);
			scan.pos++;
		}
	}
	(void)buf_addc(&path, '$');
	for (size_t i = 0; i < way.depth; i++) {
		if (!way.levels[i].object)
			(void)buf_addf(&path, "[%zu]", way.levels[i].index);
		else if (way.levels[i].key.len)
			(void)json_scan_step(&path, way.levels[i].key);
	}
	(void)snprintf(error->path, sizeof(error->path), "%s", path.data ? path.data : "$");
	buf_release(&path);
}
