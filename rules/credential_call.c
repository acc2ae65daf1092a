/*
 * Passwords and keys that calls are given by place: `connect(host, name, "password")`.
 */
#include "rules/credential_assign.h"
#include "rules/credential_site.h"

#define REACH 400 /* how long the arguments may be together */

/* What may stand around a text that is an argument. */
static void wrappers(struct cursor *c)
{
	static const char *const words[] = { "new string(", "[]byte(", "buffer.from(",
		"password=", "password:", "pass=", "key=", "secret=", NULL };

	(void)cursor_take_any(c, words);
	cursor_blanks(c);
}

/* Goes over one argument; false: it was the last, or there is no end to it. */
static bool skip_argument(struct cursor *c, size_t stop)
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

/* How sure it is; -1: not at all.  Of a pair the password is left. */
static int weigh(const struct credential_call_site *site, struct span *v)
{
	enum judged j;
	size_t at;

	if (site->what == CALL_PAIR) {
		if (!credential_pair(*v, &at))
			return -1;
		*v = (struct span){ v->data + at, v->len - at };
	}
	if (v->len < 4 || memchr(v->data, ' ', v->len) || v->len > 256)
		return -1;
	j = credential_judge(*v);
	if (j < JUDGED_MIXED || (site->what == CALL_KEY && v->len < 12))
		return -1;
	return site->what == CALL_KEY && j != JUDGED_RANDOM ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
}

void credential_call(struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_call_site *site = &credential_call_sites[t->index];
	size_t stop = end + REACH < scan->bytes.len ? end + REACH : scan->bytes.len, start;
	struct cursor c = { scan->bytes, end };
	struct assigned a = { 0 };
	struct span v;
	int confidence;

	if (end < scan->call_to)
		return;
	scan->call_to = end + 8;
	cursor_space(&c);
	for (unsigned i = 0; i < site->argument; i++) {
		if (!skip_argument(&c, stop))
			return;
		cursor_space(&c);
	}
	wrappers(&c);
	if (c.at >= stop || !cursor_quoted(&c, &a) || a.end <= a.start)
		return;
	v = (struct span){ scan->bytes.data + a.start, a.end - a.start };
	confidence = weigh(site, &v);
	start = (size_t)(v.data - scan->bytes.data);
	if (confidence >= 0)
		credential_add(scan,
			(struct credential_found){ start, start + v.len,
				&credential_own[site->what == CALL_KEY ? OWN_SECRET : OWN_PASSWORD],
				(enum confidence)confidence });
}
