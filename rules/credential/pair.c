/*
 * Credentials of two parts: `name:password` in one value, as it is or in base64; and an id with its
 * secret some lines away, which are one finding, as sure as both allow.
 */
#include "rules/credential/assign.h"
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

#define REACH 400 /* bytes between the parts */
#define LINES 8   /* and lines */

bool credential_pair(struct span v, size_t *at)
{
	const char *colon = memchr(v.data, ':', v.len);
	size_t user = colon ? (size_t)(colon - v.data) : 0;

	if (user < 2 || user > 40 || v.len < user + 6 || memchr(v.data, ' ', v.len))
		return false;
	for (size_t i = 0; i < user; i++)
		if (!credential_alnum(v.data[i]) && !strchr("_-.@", v.data[i]))
			return false;
	*at = user + 1;
	return credential_alnum(v.data[*at]) || strchr("!#*+_", v.data[*at]);
}

/* `auth = "name:password"` */
static bool weigh_pair(struct credential_scan *scan, const struct assigned *a, struct span v)
{
	struct credential_found found = { 0, a->end, &credential_builtin[BUILTIN_PASSWORD],
		CONFIDENCE_MEDIUM };
	struct span password;
	size_t at;

	if (!a->exact || !credential_pair(v, &at) ||
		!(credential_has(a->name, "auth") || credential_has(a->name, "cred")))
		return false;
	password = (struct span){ v.data + at, v.len - at };
	if (memchr(password.data, ':', password.len) || memchr(password.data, '/', password.len) ||
		credential_value_shape(password) < SHAPE_MIXED ||
		!credential_digit_or_sign(password))
		return false;
	found.start = a->start + at;
	if (password.len < 8)
		found.confidence = CONFIDENCE_LOW;
	credential_add(scan, found);
	return true;
}

/* `"auth": "x"`, where x is `name:password` in base64, as Docker keeps it. */
static bool weigh_encoded_pair(
	struct credential_scan *scan, const struct assigned *a, struct span v)
{
	unsigned char raw[512];
	struct span pair;
	size_t at;

	if (!a->exact || !credential_has(a->name, "auth") || v.len < 12 || v.len > 600 ||
		credential_check(CHECK_BASIC, v) != CONFIRMED_YES)
		return false;
	pair = (struct span){ (const char *)raw, credential_unbase64(v, raw, sizeof(raw)) };
	if (!credential_pair(pair, &at) || credential_value_shape((struct span){
						   pair.data + at, pair.len - at }) < SHAPE_MIXED)
		return false;
	credential_add(scan, (struct credential_found){ a->start, a->end,
				     &credential_builtin[BUILTIN_BASIC], CONFIDENCE_MEDIUM });
	return true;
}

bool credential_weigh_pair(struct credential_scan *scan, const struct assigned *a, struct span v)
{
	return weigh_pair(scan, a, v) || weigh_encoded_pair(scan, a, v);
}

static struct span of(const struct credential_scan *scan, const struct credential_found *f)
{
	return (struct span){ scan->bytes.data + f->start, f->end - f->start };
}

static bool key_letter(char c)
{
	return credential_alnum(c) || c == '/' || c == '+';
}

/* Whether the secret looks as one of that length does, by chance of a machine. */
static bool looks_random(struct span v)
{
	struct letter_counts n = credential_letter_counts(v);

	for (size_t i = 0; i < v.len; i++)
		if (!key_letter(v.data[i]))
			return false;
	return n.lower && n.upper && n.digits && credential_entropy(v) > 3.9;
}

/* What a name says is a secret may be of hex digits. */
static bool named_random(struct span v)
{
	return looks_random(v) || (credential_is_hex(v) && credential_entropy(v) > 3);
}

static bool near(struct span b, size_t from, size_t to)
{
	size_t lines = 0;

	if (to > from + REACH)
		return false;
	while (from < to && lines <= LINES)
		lines += b.data[from++] == '\n';
	return lines <= LINES;
}

/* The bytes between two findings, in either order. */
static bool stand_near(
	struct span b, const struct credential_found *x, const struct credential_found *y)
{
	return x->start < y->start ? near(b, x->end, y->start) : near(b, y->end, x->start);
}

/* Whether what was found can be the secret of the pair. */
static bool is_secret(const struct credential_scan *scan, const struct credential_two *two,
	const struct credential_found *f)
{
	if (f->kind == &credential_data.kinds[two->secret])
		return true;
	return f->end - f->start == two->length && f->confidence < CONFIDENCE_HIGH &&
	       named_random(of(scan, f));
}

/* The nearest finding that can be the secret of the id at `at`; scan->count: there is none. */
static size_t find_secret(
	const struct credential_scan *scan, const struct credential_two *two, size_t at)
{
	const struct credential_found *id = &scan->found[at];

	for (size_t i = at + 1; i < scan->count && stand_near(scan->bytes, id, &scan->found[i]);
		i++)
		if (scan->found[i].kind && is_secret(scan, two, &scan->found[i]))
			return i;
	for (size_t i = at; i-- > 0 && stand_near(scan->bytes, id, &scan->found[i]);)
		if (scan->found[i].kind && is_secret(scan, two, &scan->found[i]))
			return i;
	return scan->count;
}

/* A run of just so many letters behind the id that nothing else has found. */
static bool find_bare(const struct credential_scan *scan, const struct credential_two *two,
	const struct credential_found *id, struct credential_found *out)
{
	struct span b = scan->bytes;
	size_t run = 0;

	for (size_t i = id->end; i <= b.len && near(b, id->end, i); i++) {
		if (i < b.len && key_letter(b.data[i])) {
			run++;
			continue;
		}
		out->start = i - run;
		out->end = i;
		if (run == two->length && looks_random(of(scan, out)))
			return true;
		run = 0;
	}
	return false;
}

/* What is left out of: a session's token belongs to the same credential. */
static void drop_third(struct credential_scan *scan, const struct credential_two *two, size_t at)
{
	const struct credential_kind *third = &credential_data.kinds[two->third];
	struct credential_found *secret = &scan->found[at];

	for (size_t i = at + 1; i < scan->count && stand_near(scan->bytes, secret, &scan->found[i]);
		i++)
		if (scan->found[i].kind == third)
			scan->found[i].kind = NULL;
}

/* An id that only its check makes less sure is none: not all were made by today's rule. */
static bool is_sample(const struct credential_scan *scan, const struct credential_found *f)
{
	struct span v = of(scan, f);

	if (credential_typed(v))
		return true;
	return f->confidence == CONFIDENCE_LOW && f->kind->confidence > CONFIDENCE_LOW &&
	       !(scan->text & TEXT_TEST) &&
	       (credential_check(f->kind->check, v) != CONFIRMED_NOT ||
		       words_one_in(&words_spelt_out, v));
}

static void join(struct credential_scan *scan, const struct credential_two *two, size_t at)
{
	struct credential_found *id = &scan->found[at],
				joined = { .confidence = CONFIDENCE_MEDIUM };
	size_t secret = find_secret(scan, two, at);

	if (secret < scan->count)
		joined = scan->found[secret];
	else if (!find_bare(scan, two, id, &joined))
		return;
	joined.kind = &credential_data.kinds[two->secret];
	joined.confidence = is_sample(scan, id) || is_sample(scan, &joined) ? CONFIDENCE_LOW
			    : scan->text & TEXT_TEST                        ? CONFIDENCE_MEDIUM
									    : CONFIDENCE_HIGH;
	if (secret < scan->count) {
		id->kind = NULL;
		scan->found[secret] = joined;
		drop_third(scan, two, secret);
	} else {
		*id = joined;
		drop_third(scan, two, at);
	}
}

void credential_join(struct credential_scan *scan)
{
	size_t kept = 0;

	for (size_t i = 0; i < scan->count; i++)
		for (size_t k = 0; k < credential_data.two_count; k++)
			if (scan->found[i].kind ==
				&credential_data.kinds[credential_data.twos[k].id]) {
				join(scan, &credential_data.twos[k], i);
				break;
			}
	for (size_t i = 0; i < scan->count; i++)
		if (scan->found[i].kind)
			scan->found[kept++] = scan->found[i];
	scan->count = kept;
}
