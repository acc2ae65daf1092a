/*
 * Tokens of a fixed shape, and values that stand after a vendor's name.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "rules/credential_scan.h"
#include "rules/credentials_private.h"

#define TOKEN_MAX 4096   /* the longest token looked at whole */
#define NEARBY 200       /* how far a word may stand that must be near */
#define STEPS_MAX 200000 /* of the expression matcher, for one candidate */

static pcre2_code *code_of(struct credentials *c, const struct credential_kind *kind)
{
	size_t i = (size_t)(kind - credential_data.kinds);
	int error;
	PCRE2_SIZE offset;

	if (!c->codes[i])
		c->codes[i] = pcre2_compile((PCRE2_SPTR)kind->regex, PCRE2_ZERO_TERMINATED,
			PCRE2_USE_OFFSET_LIMIT | (kind->flags & KIND_NOCASE ? PCRE2_CASELESS : 0) |
				(kind->before ? PCRE2_NO_START_OPTIMIZE : 0) |
				(kind->flags & KIND_NAMED ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0),
			&error, &offset, NULL);
	return c->codes[i];
}

void credential_token_release(struct credentials *c)
{
	for (size_t i = 0; c->codes && i < credential_data.kind_count; i++)
		pcre2_code_free(c->codes[i]);
	pcre2_match_data_free(c->match);
	pcre2_match_context_free(c->limits);
}

/* Makes what each match needs, once. */
static bool ready(struct credentials *c)
{
	if (!c->match)
		c->match = pcre2_match_data_create(2, NULL);
	if (!c->limits) {
		c->limits = pcre2_match_context_create(NULL);
		if (c->limits)
			pcre2_set_match_limit(c->limits, STEPS_MAX);
	}
	return c->match && c->limits;
}

bool credential_regex(struct credential_scan *scan, const struct credential_kind *kind,
	struct span subject, size_t most, size_t out[2])
{
	struct credentials *c = scan->credentials;
	pcre2_code *code = code_of(c, kind);
	const PCRE2_SIZE *at;
	int pairs;

	if (!code || !ready(c)) {
		scan->failed = true;
		return false;
	}
	pcre2_set_offset_limit(c->limits, most);
	pairs = pcre2_match(code, (PCRE2_SPTR)subject.data, subject.len, 0, 0, c->match, c->limits);
	if (pairs < 0)
		return false;
	at = pcre2_get_ovector_pointer(c->match);
	if (pairs == 1 || at[2] == PCRE2_UNSET || at[3] <= at[2])
		pairs = 1;
	out[0] = pairs == 1 ? at[0] : at[2];
	out[1] = pairs == 1 ? at[1] : at[3];
	return true;
}

/* Whether a token can begin at `at`: not within a word, unless what ends there is an escape. */
static bool begins(struct span bytes, size_t at)
{
	if (at == 0 || !credential_alnum(bytes.data[at]) || !credential_alnum(bytes.data[at - 1]))
		return true;
	if (at >= 2 && bytes.data[at - 2] == '\\' && strchr("nrtbf", bytes.data[at - 1]))
		return true;
	return at >= 3 && bytes.data[at - 3] == '%';
}

static bool ends(struct span bytes, size_t at)
{
	char c = at < bytes.len ? bytes.data[at] : 0;

	if (c == '-')
		return at + 1 >= bytes.len || !credential_alnum(bytes.data[at + 1]);
	return !credential_alnum(c) && c != '_';
}

static bool nearby(struct span bytes, const char *words, size_t start, size_t end)
{
	size_t from = start > NEARBY ? start - NEARBY : 0;
	size_t to = end + NEARBY < bytes.len ? end + NEARBY : bytes.len;
	struct span around = { bytes.data + from, to - from };
	char word[64];

	while (*words) {
		size_t n = strcspn(words, "|");

		if (n < sizeof(word)) {
			for (size_t i = 0; i < n; i++)
				word[i] = credential_lower(words[i]);
			word[n] = 0;
			if (credential_has(around, word))
				return true;
		}
		words += n + (words[n] == '|');
	}
	return false;
}

/* All the same, or spelt-out placeholders.  Runs and steps are left to the entropy floor. */
static bool stands_for_nothing(struct span secret)
{
	static const char *const words[] = { "example", "xxxxx", "redacted", "placeholder", "your_",
		"your-", "insert_", "*****", "....." };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (credential_has(secret, words[i]))
			return true;
	return false;
}

/* What a candidate comes to; false when it is none. */
static bool weigh(struct credential_scan *scan, struct credential_found *found)
{
	const struct credential_kind *kind = found->kind;
	struct span secret = { scan->bytes.data + found->start, found->end - found->start };
	enum credential_confirmed confirmed = credential_check(kind->check, secret);

	if (confirmed == CONFIRMED_YES) {
		found->confidence = CONFIDENCE_CERTAIN;
		return !stands_for_nothing(secret);
	}
	if (kind->flags & KIND_MUST)
		return false;
	found->confidence = kind->confidence;
	if (stands_for_nothing(secret)) {
		/* A sample: said only where nothing else has the shape, and it looks like one. */
		found->confidence = CONFIDENCE_LOW;
		return kind->confidence == CONFIDENCE_HIGH && credential_entropy(secret) > 3.5 &&
		       !credential_has(secret, "xxxxx");
	}
	if (confirmed == CONFIRMED_NOT && found->confidence > CONFIDENCE_LOW)
		found->confidence--;
	if (secret.len <= 64 && credential_typed(secret))
		found->confidence = CONFIDENCE_LOW;
	if (kind->flags & KIND_JUDGED && credential_judge(secret) < JUDGED_MIXED)
		return false;
	if (credential_entropy(secret) * 10 < kind->entropy_tenth) {
		/* A sequence typed by hand has the shape and not the look. */
		if (credential_entropy(secret) < 1.8 || kind->confidence < CONFIDENCE_HIGH)
			return false;
		found->confidence = CONFIDENCE_LOW;
	}
	return true;
}

void credential_token(struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_kind *kind = &credential_data.kinds[t->index];
	size_t *tried = &scan->credentials->tried[t->index];
	size_t back = t->length + (size_t)kind->before, from, to, at[2];
	struct credential_found found = { .kind = kind };

	from = end > back ? end - back : 0;
	if (from < *tried && !kind->before)
		return;
	if (from < *tried)
		from = *tried;
	if (!kind->before && !(kind->flags & KIND_ANY_LEFT) && !begins(scan->bytes, from))
		return;
	if (from > end)
		return;
	to = end + TOKEN_MAX < scan->bytes.len ? end + TOKEN_MAX : scan->bytes.len;
	if (!credential_regex(scan, kind, (struct span){ scan->bytes.data + from, to - from },
		    kind->before ? end - from : 0, at)) {
		*tried = kind->before && end > kind->before ? end - t->length : *tried;
		return;
	}
	found.start = from + at[0];
	found.end = from + at[1];
	*tried = found.end;
	if (!(kind->flags & KIND_ANY_LEFT) && kind->before && !begins(scan->bytes, found.start))
		return;
	if (!(kind->flags & KIND_ANY_RIGHT) && !ends(scan->bytes, found.end))
		return;
	if (kind->nearby && !nearby(scan->bytes, kind->nearby, found.start, found.end))
		return;
	if (weigh(scan, &found))
		credential_add(scan, found);
}

#define NAMED_REACH 120 /* how far behind a vendor's name its value may stand */

static bool value_letter(char c)
{
	return credential_base64(c) || c == '.' || c == '~' || c == ':' || c == '%';
}

/* Some words and the letters that they begin with: most places are passed over by these. */
struct words {
	const char *first;
	const char *const *list;
};

/* Words, one of which makes the value a credential, and those that make it none. */
static const struct words secret_words = { "ktspaclbh_r",
	(const char *const[]){ "key", "token", "secret", "pass", "auth", "pwd", "pat", "cred",
		"cert", "license", "bearer", "hec", "api_", "api-", "api.", "access", "login", "pw",
		"_id=", "reporter_id", NULL } };
static const struct words public_words = { "psmcidugrh",
	(const char *const[]){ "public", "sha", "md5", "commit", "integrity", "digest", "uuid",
		"guid", "revision", "checkout", "checksum", "reference", "hash", NULL } };

/* The length of the word that stands there, or 0. */
static size_t word_at(struct span bytes, size_t at, const struct words *words)
{
	char c = credential_lower(bytes.data[at]);

	if (!c || !strchr(words->first, c))
		return 0;
	for (const char *const *word = words->list; *word; word++) {
		size_t n = 0;

		while (at + n < bytes.len && (*word)[n] &&
			credential_lower(bytes.data[at + n]) == (*word)[n])
			n++;
		if (!(*word)[n])
			return n;
	}
	return 0;
}

/* Whether one of the words stands between.  What was searched once is not searched again. */
static bool stands_between(struct span bytes, struct credential_next *next,
	const struct words *words, const size_t between[2])
{
	size_t n = 0;

	if (between[0] < next->from || between[0] > next->to)
		*next = (struct credential_next){ between[0], between[0], false };
	else if (next->there && next->to < between[0])
		next->there = false;
	while (!next->there && next->to < between[1]) {
		n = word_at(bytes, next->to, words);
		next->there = n > 0;
		next->to += !next->there;
	}
	if (!next->there || next->to >= between[1])
		return false;
	return next->to + (n ? n : word_at(bytes, next->to, words)) <= between[1];
}

/* Whether the name is given the value at once: `vendor = value`, `"vendor": "value"`. */
static bool assigned_at_once(struct span bytes, const size_t between[2])
{
	bool given = false;

	for (size_t i = between[0]; i < between[1]; i++) {
		if (!strchr(" \t\"':=>", bytes.data[i]))
			return false;
		given = given || strchr(":=", bytes.data[i]);
	}
	return given;
}

/* `database-v1-beta`: words joined by dashes, as packages are called. */
static bool compound(struct span run)
{
	size_t joints = 0;

	for (size_t i = 0; i < run.len; i++)
		joints += run.data[i] == '-' || run.data[i] == '_';
	return joints >= 2;
}

/* `package@<commit>`, `package.tgz#<digest>` */
static bool pinned(struct span bytes, size_t start, size_t end)
{
	if (end - start != 40 || start == 0 || !strchr("@#", bytes.data[start - 1]))
		return false;
	while (start < end && strchr("0123456789abcdef", bytes.data[start]))
		start++;
	return start == end;
}

/* One run of letters after a vendor's name. */
static bool try_run(
	struct credential_scan *scan, const struct credential_kind *kind, size_t start, size_t end)
{
	struct credential_found found = { start, end, kind, kind->confidence };
	struct span run = { scan->bytes.data + start, end - start };
	size_t at[2];

	if (run.len < 10 || !credential_regex(scan, kind, run, 0, at) || at[1] != run.len ||
		at[0] != 0)
		return false;
	if (credential_placeholder(run) || credential_entropy(run) * 10 < kind->entropy_tenth ||
		(!credential_is_uuid(run) &&
			credential_judge(run) < (compound(run) ? JUDGED_RANDOM : JUDGED_MIXED)))
		return false;
	if (run.len <= 64 && credential_typed(run))
		found.confidence = CONFIDENCE_LOW;
	credential_add(scan, found);
	return true;
}

#define NAMED_RUNS 4   /* values after a name that are held against the vendor's shape */
#define NAMED_AGAIN 40 /* the same name is not looked at again so soon */

/* The end of the run of letters that a value may have. */
static size_t value_end(struct span bytes, size_t start)
{
	const char *d = bytes.data;
	size_t i = start;

	while (i < bytes.len && i - start < TOKEN_MAX && value_letter(d[i]))
		i++;
	while (i < bytes.len && i > start && d[i] == '=' && i - start < TOKEN_MAX &&
		(i + 1 == bytes.len || !credential_alnum(d[i + 1])))
		i++;
	return i;
}

/* Shorter ones without a digit are words of code. */
static bool random_length(struct span bytes, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++)
		if (bytes.data[i] >= '0' && bytes.data[i] <= '9')
			return true;
	return end - start >= 24;
}

void credential_named(struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_kind *kind = &credential_data.kinds[t->index];
	size_t *tried = &scan->credentials->tried[t->index];
	size_t stop = end + NAMED_REACH < scan->bytes.len ? end + NAMED_REACH : scan->bytes.len;
	size_t from = end - t->length, lines = 0, runs = 0;

	if (end < *tried || (scan->text & TEXT_LOCK))
		return;
	/* In base64, short names come by chance. */
	if (t->length <= 4 && !begins(scan->bytes, from))
		return;
	*tried = end + NAMED_AGAIN;
	for (size_t i = end; i < stop && lines < 3 && runs < NAMED_RUNS; i++) {
		size_t between[2] = { from, i };

		lines += scan->bytes.data[i] == '\n';
		i = value_end(scan->bytes, i);
		if (i - between[1] < 10 || !random_length(scan->bytes, between[1], i) ||
			pinned(scan->bytes, between[1], i) ||
			(!stands_between(scan->bytes, &scan->secret_word, &secret_words, between) &&
				!assigned_at_once(scan->bytes, (size_t[2]){ end, between[1] })))
			continue;
		if (stands_between(scan->bytes, &scan->public_word, &public_words, between))
			return;
		runs++;
		if (try_run(scan, kind, between[1], i)) {
			*tried = i;
			return;
		}
	}
}
