/*
 * Tokens of a fixed shape.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "rules/credential/matcher.h"
#include "rules/credential/scan.h"
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

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
			KIND_REGEX_OPTIONS(kind), &error, &offset, NULL);
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
bool credential_begins(struct span bytes, size_t at)
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

/*
 * Whether the token is followed by `-` or `_` and a word, and its checksum says that it ends here:
 * `TOKEN-staging`.
 */
static bool ends_by_check(const struct credential_scan *scan, const struct credential_found *found)
{
	const char *bytes = scan->bytes.data;
	bool joined = found->end < scan->bytes.len &&
		      (bytes[found->end] == '-' || bytes[found->end] == '_');
	struct span token = { bytes + found->start, found->end - found->start };

	return joined && credential_check(found->kind->check, token) == CONFIRMED_YES;
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
	return words_one_in(&words_spelt_out, secret);
}

/* `glsoat-my_own_hello_world`: made of words, as no machine does it. */
static bool of_words(struct span secret)
{
	struct letter_counts n = credential_letter_counts(secret);

	return secret.len >= 20 && secret.len <= 200 &&
	       n.word_letters * 5 >= (n.letters + n.digits) * 4;
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
	if (secret.len <= 64 ? credential_typed(secret) : credential_published(secret))
		found->confidence = CONFIDENCE_LOW;
	if (of_words(secret))
		found->confidence = CONFIDENCE_LOW;
	if (kind->flags & KIND_JUDGED && credential_value_shape(secret) < SHAPE_MIXED)
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
	if (!kind->before && !(kind->flags & KIND_ANY_LEFT) &&
		!credential_begins(scan->bytes, from))
		return;
	if (from > end)
		return;
	credential_works(scan, 25);
	to = end + TOKEN_MAX < scan->bytes.len ? end + TOKEN_MAX : scan->bytes.len;
	if (!credential_regex(scan, kind, (struct span){ scan->bytes.data + from, to - from },
		    kind->before ? end - from : 0, at)) {
		*tried = kind->before && end > kind->before ? end - t->length : *tried;
		return;
	}
	found.start = from + at[0];
	found.end = from + at[1];
	*tried = found.end;
	if (!(kind->flags & KIND_ANY_LEFT) && kind->before &&
		!credential_begins(scan->bytes, found.start))
		return;
	if (!(kind->flags & KIND_ANY_RIGHT) && !ends(scan->bytes, found.end) &&
		!ends_by_check(scan, &found))
		return;
	if (kind->nearby && !nearby(scan->bytes, kind->nearby, found.start, found.end))
		return;
	if (weigh(scan, &found))
		credential_add(scan, found);
}
