/*
 * Passwords and keys that calls are given by place: `connect(host, name, "password")`.
 */
#include "rules/credential/assign.h"
#include "rules/credential/call_site.h"
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

#define REACH 400 /* how long the arguments may be together */

/* What may stand around a text that is an argument. */
static void wrappers(struct cursor *c)
{
	(void)cursor_take_any(c, words_argument_wrappers);
	cursor_blanks(c);
}

/* Whether it is `name/password@place`, whose place it cuts off; *at: where the password begins. */
static bool slashed(struct span *v, size_t *at)
{
	const char *slash = memchr(v->data, '/', v->len);
	size_t end = v->len;

	while (end > 0 && v->data[end - 1] != '@')
		end--;
	*at = slash ? (size_t)(slash - v->data) + 1 : 0;
	if (*at < 2 || end <= *at + 1)
		return false;
	v->len = end - 1;
	return true;
}

/* How sure it is; -1: not at all.  Of a pair the password is left. */
static int weigh(const struct credential_call_site *site, struct span *v)
{
	enum value_shape j;
	size_t at;

	if (site->what == CALL_PAIR || site->what == CALL_SLASHED) {
		if (site->what == CALL_SLASHED ? !slashed(v, &at) : !credential_pair(*v, &at))
			return -1;
		*v = (struct span){ v->data + at, v->len - at };
	}
	if (v->len < 4 || memchr(v->data, ' ', v->len) || v->len > 256)
		return -1;
	j = credential_value_shape(*v);
	if (j == SHAPE_WORD && site->what == CALL_PASSWORD && v->len >= 8 &&
		credential_digit_or_sign(*v))
		return CONFIDENCE_LOW;
	if (j < SHAPE_MIXED || (site->what == CALL_KEY && v->len < 8))
		return -1;
	/* `login($user, 'saml2')` */
	return credential_at_most(*v, v->len < 6 || (site->what == CALL_KEY && j != SHAPE_RANDOM)
					      ? CONFIDENCE_LOW
					      : CONFIDENCE_MEDIUM);
}

void credential_call(struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_call_site *site = &credential_call_sites[t->index];
	size_t stop = end + REACH < scan->bytes.len ? end + REACH : scan->bytes.len, start;
	struct cursor c = { scan->bytes, end };
	struct assigned a = { 0 };
	struct span v;
	int confidence;

	if (end < scan->call_to && end + 8 != scan->call_to)
		return;
	scan->call_to = end + 8;
	credential_works(scan, 40);
	cursor_space(&c);
	for (unsigned i = 0; i < site->argument; i++) {
		if (!cursor_skip_argument(&c, stop))
			return;
		cursor_space(&c);
	}
	credential_works(scan, (c.at - end) / 8);
	wrappers(&c);
	if (c.at >= stop || !cursor_quoted(&c, &a) || a.end <= a.start)
		return;
	v = (struct span){ scan->bytes.data + a.start, a.end - a.start };
	confidence = weigh(site, &v);
	start = (size_t)(v.data - scan->bytes.data);
	if (confidence >= 0)
		credential_add(scan,
			(struct credential_found){ start, start + v.len,
				&credential_builtin[site->what == CALL_KEY ? BUILTIN_SECRET
									   : BUILTIN_PASSWORD],
				(enum confidence)confidence });
}
