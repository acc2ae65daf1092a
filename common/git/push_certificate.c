#include "common/git/push_certificate.h"

#include <string.h>

#define NONCE_MAX 256

/* Takes a line off, without its line feed; false at the end, or where there is no feed. */
static bool line_take(struct span *rest, struct span *line)
{
	const char *feed = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!feed)
		return false;
	*line = (struct span){ rest->data, (size_t)(feed - rest->data) };
	rest->data += line->len + 1;
	rest->len -= line->len + 1;
	return true;
}

/* The value of a line `name value`; false when it is another one. */
static bool line_has(struct span line, const char *name, struct span *value)
{
	size_t len = strlen(name);

	if (!span_starts(line, name) || line.len < len + 2 || line.data[len] != ' ')
		return false;
	*value = (struct span){ line.data + len + 1, line.len - len - 1 };
	return true;
}

/* What is signed ends where the first line of a signature begins. */
static bool split(struct push_certificate *out, struct span text)
{
	static const char mark[] = "\n-----BEGIN ";
	const char *found = text.len ? memmem(text.data, text.len, mark, sizeof(mark) - 1) : NULL;
	size_t len = found ? (size_t)(found + 1 - text.data) : 0;

	out->payload = (struct span){ text.data, len };
	out->signature = (struct span){ text.data + len, text.len - len };
	return found != NULL;
}

/* The lines from `nonce` on: options, an empty line, updates. */
static const char *parse_rest(struct push_certificate *out, struct span rest)
{
	struct span line, value;

	if (!line_take(&rest, &line) || !line_has(line, "nonce", &out->nonce))
		return "has no nonce";
	if (out->nonce.len > NONCE_MAX)
		return "has a nonce that is too long";
	out->head.data = rest.data;
	while (line_take(&rest, &line) && line.len) {
		if (!line_has(line, "push-option", &value))
			return "has an unknown line";
		out->head.len = (size_t)(rest.data - out->head.data);
	}
	if (line.len || !rest.len)
		return "names no update";
	out->updates = rest;
	return NULL;
}

const char *push_certificate_parse(struct push_certificate *out, struct span text)
{
	struct span rest, line, value;

	*out = (struct push_certificate){ 0 };
	if (!split(out, text))
		return "is not signed";
	if (memchr(text.data, '\0', text.len))
		return "has a NUL byte";
	rest = out->payload;
	if (!line_take(&rest, &line) || !span_is(line, "certificate version 0.1"))
		return "has an unknown version";
	if (!line_take(&rest, &line) || !line_has(line, "pusher", &value))
		return "names no pusher";
	out->head = rest;
	if (line_take(&rest, &line) && line_has(line, "pushee", &value))
		out->head = rest;
	return parse_rest(out, out->head);
}

bool push_certificate_has_options(const struct push_certificate *certificate, const struct env *env)
{
	struct span rest = certificate->head, line, value;
	size_t count = 0;

	while (line_take(&rest, &line)) {
		const char *given = push_env_option_at(env, count);

		if (!line_has(line, "push-option", &value))
			continue;
		if (!given || !span_is(value, given))
			return false;
		count++;
	}
	return !push_env_option_at(env, count);
}

/* Whether the line is `OLD NEW REF` of the update. */
static bool line_is_update(struct span line, const struct ref_update *update)
{
	struct oid_text old = oid_text(&update->claimed), new = oid_text(&update->new);
	size_t digits = strlen(old.hex), rest = 2 * (digits + 1);

	return line.len > rest && memcmp(line.data, old.hex, digits) == 0 &&
	       line.data[digits] == ' ' && memcmp(line.data + digits + 1, new.hex, digits) == 0 &&
	       line.data[rest - 1] == ' ' &&
	       span_is((struct span){ line.data + rest, line.len - rest }, update->name);
}

static bool has_update(struct span lines, const struct ref_update *update)
{
	struct span line;

	while (line_take(&lines, &line))
		if (line_is_update(line, update))
			return true;
	return false;
}

bool push_certificate_is_of(const struct push_certificate *certificate, const struct push *push)
{
	struct span lines = certificate->updates, line;
	size_t count = 0;

	while (line_take(&lines, &line))
		count++;
	if (lines.len || count != push->count)
		return false;
	for (size_t i = 0; i < push->count; i++)
		if (!has_update(certificate->updates, &push->updates[i]))
			return false;
	return true;
}
