/*
 * What Kubernetes keeps in a Secret's `data`: each value in base64, under any name.  What it
 * decodes to is looked at as a file of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/credential/assign.h"
#include "rules/credential/decode.h"

#define VALUE_MIN 12
#define VALUE_MAX 65536

/* One entry: `name: value`, quoted or not. */
struct entry {
	struct span name, value;
};

static size_t indent_of(struct span line)
{
	size_t n = 0;

	while (n < line.len && (line.data[n] == ' ' || line.data[n] == '-'))
		n++;
	return n;
}

/* Reads a name or a value, which may be quoted. */
static struct span word(struct cursor *c, const char *stops)
{
	char open = quote(peek(c)) ? peek(c) : 0;
	struct span out = { c->bytes.data + (c->at += open != 0), 0 };

	while (c->at < c->bytes.len && peek(c) != '\n' &&
		(open ? peek(c) != open : !strchr(stops, peek(c))))
		c->at++, out.len++;
	c->at += open != 0;
	return out;
}

/* Whether a value stands there that base64 may be. */
static bool read_value(struct cursor *c, struct span *out)
{
	cursor_blanks(c);
	*out = word(c, " \t\r\n,}#");
	return out->len >= VALUE_MIN && out->len <= VALUE_MAX;
}

/* What is decoded becomes `name=value`, so that a short one is judged by its name. */
static int look_into(const struct manifest *m, const struct entry *entry)
{
	struct buf text = BUF_INIT(entry->name.len + entry->value.len + 8);
	unsigned char *raw = malloc(entry->value.len);
	size_t n = raw ? credential_unbase64(entry->value, raw, entry->value.len) : 0;
	int status = raw ? 0 : -1;

	if (n && !memchr(raw, 0, n)) {
		if (!memchr(raw, '\n', n)) {
			buf_add(&text, entry->name.data, entry->name.len);
			buf_addc(&text, '=');
		}
		buf_add(&text, (const char *)raw, n);
		status = text.failed ? -1 : m->each(m->context, entry->value, buf_span(&text));
	}
	if (raw)
		explicit_bzero(raw, n);
	if (text.data)
		explicit_bzero(text.data, text.len);
	free(raw);
	buf_release(&text);
	return status;
}

/* `"data": { "name": "value", ... }` */
static int read_object(const struct manifest *m, struct cursor *c)
{
	int status = 0;

	while (status == 0 && c->at < c->bytes.len) {
		struct entry entry;

		cursor_space(c);
		if (!quote(peek(c)))
			break;
		entry.name = word(c, "");
		cursor_blanks(c);
		if (peek(c) != ':')
			break;
		c->at++;
		if (read_value(c, &entry.value))
			status = look_into(m, &entry);
		cursor_space(c);
		if (peek(c) != ',')
			break;
		c->at++;
	}
	return status;
}

static struct span line_at(struct span b, size_t at)
{
	const char *end = memchr(b.data + at, '\n', b.len - at);

	return (struct span){ b.data + at, end ? (size_t)(end - b.data) - at : b.len - at };
}

/* The lines below `data:` that stand further in. */
static size_t read_block(const struct manifest *m, size_t at, size_t indent, int *status)
{
	while (*status == 0 && at < m->bytes.len) {
		struct span line = line_at(m->bytes, at);
		struct cursor c = { line, indent_of(line) };
		struct entry entry;

		if (c.at < line.len && peek(&c) != '\r' && c.at <= indent)
			break;
		entry.name = word(&c, ":");
		if (peek(&c) == ':') {
			c.at++;
			if (read_value(&c, &entry.value))
				*status = look_into(m, &entry);
		}
		at += line.len + 1;
	}
	return at;
}

int manifest_read(const struct manifest *m)
{
	struct span b = m->bytes;
	int status = 0;

	for (size_t at = 0; status == 0 && at < b.len;) {
		struct span line = line_at(b, at);
		struct cursor c = { b, at + indent_of(line) };
		const char *object = memmem(line.data, line.len, "\"data\"", 6);

		if (cursor_take(&c, "data:") && c.at <= at + line.len) {
			cursor_blanks(&c);
			at += line.len + 1;
			if (c.at + 1 >= at || peek(&c) == '\r')
				at = read_block(m, at, indent_of(line), &status);
			continue;
		}
		if (object) {
			c.at = (size_t)(object - b.data) + 6;
			cursor_space(&c);
			if (peek(&c) == ':') {
				c.at++;
				cursor_space(&c);
				if (peek(&c) == '{') {
					c.at++;
					status = read_object(m, &c);
				}
			}
		}
		at = c.at > at + line.len ? c.at : at + line.len + 1;
	}
	return status;
}
