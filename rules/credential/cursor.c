/*
 * A place in a text, and what may be taken from there.
 */
#include "rules/credential/assign.h"

#define REACH 160 /* how far a word may stand that is looked for */
#define VALUE_MAX 1024

void cursor_blanks(struct cursor *c)
{
	for (size_t n = 0; n < 64 && (peek(c) == ' ' || peek(c) == '\t'); n++)
		c->at++;
}

void cursor_space(struct cursor *c)
{
	for (size_t n = 0; n < 64 && peek(c) && strchr(" \t\r\n", peek(c)); n++)
		c->at++;
}

bool cursor_take(struct cursor *c, const char *word)
{
	size_t i = 0;

	for (; word[i]; i++)
		if (c->at + i >= c->bytes.len ||
			credential_lower(c->bytes.data[c->at + i]) != word[i])
			return false;
	c->at += i;
	return true;
}

bool cursor_take_any(struct cursor *c, const char *const *words)
{
	char first = credential_lower(peek(c));

	for (; *words; words++)
		if (**words == first && cursor_take(c, *words))
			return true;
	return false;
}

bool cursor_go_behind(struct cursor *c, const char *word, const char *stops)
{
	struct cursor t = *c;
	bool stop[256] = { [0] = true };

	while (*stops)
		stop[(unsigned char)*stops++] = true;
	for (size_t n = 0; n < REACH && !stop[(unsigned char)peek(&t)]; n++, t.at++)
		if (credential_lower(peek(&t)) == *word && cursor_take(&t, word)) {
			*c = t;
			return true;
		}
	return false;
}

/* `R"(x)"`: what C++ puts around a text that it takes as it is. */
static void strip_raw(const struct cursor *c, struct assigned *a)
{
	const char *d = c->bytes.data;

	if (credential_lower(d[c->at]) == 'r' && a->end > a->start + 1 && d[a->start] == '(' &&
		d[a->end - 1] == ')') {
		a->start++;
		a->end--;
	}
}

/* `"x\r"`: the key that is pressed after it. */
static void strip_return(const struct cursor *c, struct assigned *a)
{
	const char *d = c->bytes.data;

	while (a->end > a->start + 2 && d[a->end - 2] == '\\' && strchr("rn", d[a->end - 1]))
		a->end -= 2;
}

/* `q{x}`, `qq(x)`, `%q(x)`: how Perl and Ruby quote. */
static bool quoted_by_brackets(const struct cursor *c, struct assigned *a)
{
	static const char *const marks[] = { "q{", "qq{", "q(", "qq(", "%q{", "%q(", NULL };
	struct cursor t = *c;
	size_t i;

	if (!cursor_take_any(&t, marks))
		return false;
	for (i = t.at; i < t.bytes.len && i - t.at < VALUE_MAX && t.bytes.data[i] != '\n'; i++)
		if (t.bytes.data[i] == (t.bytes.data[t.at - 1] == '{' ? '}' : ')')) {
			a->start = t.at;
			a->end = i;
			return a->quoted = true;
		}
	return false;
}

void cursor_wrap(struct cursor *c)
{
	struct cursor t = *c;
	struct assigned a = { 0 };

	if (peek(&t) == '\\')
		t.at++;
	if (peek(&t) == '\r')
		t.at++;
	if (peek(&t) != '\n')
		return;
	t.at++;
	cursor_blanks(&t);
	/* What a colon follows is a name. */
	if (cursor_quoted(&t, &a) && a.end > a.start && a.end + 1 < t.bytes.len &&
		t.bytes.data[a.end + 1] != ':')
		*c = t;
}

bool cursor_quoted(struct cursor *c, struct assigned *a)
{
	size_t prefix = 0, escape = 0, i;
	char q;

	if (quoted_by_brackets(c, a))
		return true;
	while (prefix < 2 && c->at + prefix + 1 < c->bytes.len &&
		strchr("bBrRuUfF@LN$", c->bytes.data[c->at + prefix]))
		prefix++;
	i = c->at + prefix;
	while (escape < 3 && i < c->bytes.len && c->bytes.data[i] == '\\')
		i++, escape++;
	q = i < c->bytes.len ? c->bytes.data[i] : 0;
	if (!quote(q))
		return false;
	a->start = ++i;
	if (i + 1 < c->bytes.len && c->bytes.data[i] == q && c->bytes.data[i + 1] == q)
		a->start = i += 2;
	for (; i < c->bytes.len && i - a->start < VALUE_MAX && c->bytes.data[i] != '\n'; i++) {
		if (c->bytes.data[i] == '\\' && escape == 0) {
			i++;
		} else if (c->bytes.data[i] == q) {
			a->end = i;
			while (a->end > a->start && escape && c->bytes.data[a->end - 1] == '\\')
				a->end--;
			strip_raw(c, a);
			strip_return(c, a);
			return a->quoted = true;
		}
	}
	a->end = a->start;
	return true;
}

bool cursor_skip_argument(struct cursor *c, size_t stop)
{
	unsigned depth = 0;
	char open = 0;

	for (; c->at < stop; c->at++) {
		char d = peek(c);

		if (open) {
			c->at += d == '\\';
			open = d == open ? 0 : open;
		} else if (d == '"' || d == '\'' || d == '`') {
			open = d;
		} else if (d == '(' || d == '[' || d == '{') {
			depth++;
		} else if (d == ')' || d == ']' || d == '}') {
			if (depth-- == 0)
				return false;
		} else if (d == ';' || (d == ',' && depth == 0)) {
			c->at++;
			return d == ',';
		}
	}
	return false;
}
