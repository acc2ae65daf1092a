/*
 * A place in a text, and what may be taken from there.
 */
#include "rules/credential_assign.h"

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
	for (; *words; words++)
		if (cursor_take(c, *words))
			return true;
	return false;
}

bool cursor_go_behind(struct cursor *c, const char *word, const char *stops)
{
	struct cursor t = *c;

	for (size_t n = 0; n < REACH && peek(&t) && !strchr(stops, peek(&t)); n++, t.at++)
		if (cursor_take(&t, word)) {
			*c = t;
			return true;
		}
	return false;
}

bool cursor_quoted(struct cursor *c, struct assigned *a)
{
	size_t prefix = 0, escape = 0, i;
	char q;

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
			return a->quoted = true;
		}
	}
	a->end = a->start;
	return true;
}
