#include "common/path/yaml_outline_scalar.h"

#include <stdint.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void put(struct outline_scalar *out, char c)
{
	if (out->len < OUTLINE_SCALAR_MAX)
		out->text[out->len++] = c;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `\x41`, `\u0041`, `\U00000041`, or one character.  Only ASCII matters here. */
static size_t read_escape(struct span rest, struct outline_scalar *out)
{
	static const struct {
		char letter;
		size_t digits;
	} forms[] = { { 'x', 2 }, { 'u', 4 }, { 'U', 8 } };

	if (rest.len < 2)
		return rest.len;
	for (size_t i = 0; i < 3; i++) {
		uint32_t code = 0;
		size_t digit = 0;

		if (rest.data[1] != forms[i].letter)
			continue;
		while (digit < forms[i].digits && 2 + digit < rest.len &&
			hex(rest.data[2 + digit]) >= 0)
			code = code << 4 | (uint32_t)hex(rest.data[2 + digit++]);
		put(out, code < 0x80 ? (char)code : '?');
		return 2 + digit;
	}
	put(out, rest.data[1]);
	return 2;
}

static size_t read_quoted(struct span rest, struct outline_scalar *out)
{
	size_t at = 1;

	out->quote = rest.data[0];
	out->closed = false;
	while (at < rest.len) {
		char c = rest.data[at];

		if (c == '\\' && out->quote == '"') {
			at += read_escape((struct span){ rest.data + at, rest.len - at }, out);
			continue;
		}
		at++;
		if (c == out->quote && c == '\'' && at < rest.len && rest.data[at] == c)
			at++;
		else if (c == out->quote) {
			out->closed = true;
			return at;
		}
		put(out, c);
	}
	return at < rest.len ? at : rest.len;
}

/* Whether a plain scalar ends at this place. */
static bool ends_plain(struct span rest, size_t at, bool flow)
{
	char c = rest.data[at];
	bool last = at + 1 == rest.len;

	if (flow && outline_scalar_is_any(",[]{}", c))
		return true;
	if (c == ':')
		return last || is_blank(rest.data[at + 1]) ||
		       (flow && outline_scalar_is_any(",[]{}", rest.data[at + 1]));
	return c == '#' && at && is_blank(rest.data[at - 1]);
}

/* `*name`, and nothing more. */
static bool is_alias(const struct outline_scalar *s)
{
	return s->text[0] == '*' && !memchr(s->text, ' ', s->len) && s->len > 1;
}

size_t outline_scalar_read(struct span rest, bool flow, struct outline_scalar *out)
{
	size_t at = 0;

	*out = (struct outline_scalar){ .closed = true, .known = true };
	if (!rest.len)
		return 0;
	if (rest.data[0] == '"' || rest.data[0] == '\'')
		return read_quoted(rest, out);
	while (at < rest.len && !(rest.data[at] && ends_plain(rest, at, flow)))
		put(out, rest.data[at++]);
	while (out->len && is_blank(out->text[out->len - 1]))
		out->len--;
	out->known = out->len && !is_alias(out);
	return at;
}

size_t outline_scalar_key(struct span rest, struct outline_scalar *out)
{
	size_t at = outline_scalar_read(rest, false, out);

	while (at < rest.len && is_blank(rest.data[at]))
		at++;
	if (!at || !out->closed || at >= rest.len || rest.data[at] != ':')
		return 0;
	return at;
}

size_t outline_scalar_properties(struct span rest)
{
	size_t at = 0;

	while (at < rest.len && (rest.data[at] == '&' || rest.data[at] == '!')) {
		while (at < rest.len && !is_blank(rest.data[at]))
			at++;
		while (at < rest.len && is_blank(rest.data[at]))
			at++;
	}
	return at;
}

void outline_scalar_value(struct span rest, bool flow, struct outline_scalar *out)
{
	size_t at = 0;

	while (at < rest.len && is_blank(rest.data[at]))
		at++;
	at += outline_scalar_properties((struct span){ rest.data + at, rest.len - at });
	(void)outline_scalar_read((struct span){ rest.data + at, rest.len - at }, flow, out);
	if (!out->closed || at >= rest.len ||
		(!out->quote && outline_scalar_is_any("|>*{[#", rest.data[at])))
		out->known = false;
}

size_t outline_scalar_close(struct span line, char quote)
{
	for (size_t at = 0; at < line.len; at++) {
		if (line.data[at] == '\\' && quote == '"')
			at++;
		else if (line.data[at] == quote && quote == '\'' && at + 1 < line.len &&
			 line.data[at + 1] == quote)
			at++;
		else if (line.data[at] == quote)
			return at + 1;
	}
	return 0;
}
