/*
 * Values that stand after a vendor's name, whose keys have no shape of their own.
 */
#include "rules/credential/matcher.h"
#include "rules/credential/value_shape.h"
#include "rules/credential/words.h"

#define VALUE_MAX 4096  /* the longest value looked at whole */
#define NAMED_REACH 120 /* how far behind a vendor's name its value may stand */

static bool value_letter(char c)
{
	return credential_base64(c) || c == '.' || c == '~' || c == ':' || c == '%';
}

/* Whether one of the words stands between.  What was searched once is not searched again. */
static bool stands_between(struct span bytes, struct credential_next *next,
	const struct word_table *words, const size_t between[2])
{
	size_t n = 0;

	if (between[0] < next->from || between[0] > next->to)
		*next = (struct credential_next){ between[0], between[0], false };
	else if (next->there && next->to < between[0])
		next->there = false;
	while (!next->there && next->to < between[1]) {
		n = words_at(bytes, next->to, words);
		next->there = n > 0;
		next->to += !next->there;
	}
	if (!next->there || next->to >= between[1])
		return false;
	return next->to + (n ? n : words_at(bytes, next->to, words)) <= between[1];
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

/* Whether a path stands before, with only blanks between; a shell's words may have quotes. */
static bool behind_path(struct span bytes, size_t at)
{
	size_t blanks = at;

	if (at > 0 && strchr("\"'", bytes.data[at - 1]))
		blanks = --at;
	while (at > 0 && strchr(" \t", bytes.data[at - 1]))
		at--;
	if (at == blanks)
		return false;
	if (at > 0 && strchr("\"'", bytes.data[at - 1]))
		at--;
	for (size_t n = 0; at > 0 && n < 80 && !strchr(" \t\n\"'", bytes.data[at - 1]); n++)
		if (bytes.data[--at] == '/')
			return true;
	return false;
}

/* A line of a list of digests: the digest, and the file it is of. */
static bool listed(struct span b, size_t start, size_t end)
{
	return (start == 0 || b.data[start - 1] == '\n') && end + 1 < b.len && b.data[end] == ' ' &&
	       b.data[end + 1] > ' ' &&
	       credential_digest_length((struct span){ b.data + start, end - start });
}

/* Bytes that no text has: names come by chance there. */
static bool binary(struct span b, size_t from, size_t to)
{
	for (; from < to; from++)
		if ((unsigned char)b.data[from] < 9 || b.data[from] == 127)
			return true;
	return false;
}

/* `package@<commit>`, `package.tgz#<digest>`, `vendor/LICENSE <digest>` */
static bool pinned(struct span bytes, size_t start, size_t end)
{
	if (start == 0 || !((end - start == 40 && byte_is_of(bytes.data[start - 1], "@#")) ||
				  behind_path(bytes, start)))
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
	if (credential_says(run) == SAYS_DIGEST || credential_placeholder(run) ||
		credential_entropy(run) * 10 < kind->entropy_tenth ||
		(!credential_is_uuid(run) &&
			credential_value_shape(run) < (compound(run) ? SHAPE_RANDOM : SHAPE_MIXED)))
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

	while (i < bytes.len && i - start < VALUE_MAX && value_letter(d[i]))
		i++;
	while (i < bytes.len && i > start && d[i] == '=' && i - start < VALUE_MAX &&
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

/* `exam`, where a vendor is called exa; not `exatoken`. */
static bool goes_on(struct span bytes, size_t end)
{
	char last = bytes.data[end - 1], next = end < bytes.len ? bytes.data[end] : 0;
	bool lower = next >= 'a' && next <= 'z', upper = next >= 'A' && next <= 'Z';

	return ((lower && credential_alnum(last)) || (upper && last >= 'A' && last <= 'Z')) &&
	       !words_at(bytes, end, &words_vendor_secret);
}

/* How long the rest of an escape is, which is no letter of the value: `\x15Client`, `\nkey`. */
static size_t escape(struct span b, size_t at)
{
	if (at == 0 || at + 5 >= b.len || b.data[at - 1] != '\\')
		return 0;
	return b.data[at] == 'x' ? 3 : b.data[at] == 'u' ? 5 : strchr("nrt", b.data[at]) != NULL;
}

/* On a line below the vendor's, what stands before the value must say that it is secret. */
static bool own_name_is_secret(struct span b, size_t from, size_t at)
{
	bool named = false;

	while (at > from && b.data[at - 1] != '\n') {
		at--;
		named |= credential_alnum(b.data[at]);
		if (words_at(b, at, &words_vendor_secret))
			return true;
	}
	return !named;
}

void credential_vendor_name(
	struct credential_scan *scan, const struct credential_trigger *t, size_t end)
{
	const struct credential_kind *kind = &credential_data.kinds[t->index];
	size_t *tried = &scan->credentials->tried[t->index];
	size_t stop = end + NAMED_REACH < scan->bytes.len ? end + NAMED_REACH : scan->bytes.len;
	size_t from = end - t->length, lines = 0, runs = 0;

	if (end < *tried || (scan->text & TEXT_LOCK))
		return;
	/* In base64 and in other words, short names come by chance. */
	if ((t->length <= 4 && !credential_begins(scan->bytes, from)) || goes_on(scan->bytes, end))
		return;
	*tried = end + NAMED_AGAIN;
	credential_works(scan, 25);
	for (size_t i = end; i < stop && lines < 3 && runs < NAMED_RUNS; i++) {
		size_t between[2] = { from, i += escape(scan->bytes, i) };

		lines += scan->bytes.data[i] == '\n';
		i = value_end(scan->bytes, i);
		credential_works(scan, (i - between[1]) / 8);
		if (i - between[1] < 10 || !random_length(scan->bytes, between[1], i) ||
			pinned(scan->bytes, between[1], i) || listed(scan->bytes, between[1], i) ||
			(!stands_between(
				 scan->bytes, &scan->secret_word, &words_vendor_secret, between) &&
				!assigned_at_once(scan->bytes, (size_t[2]){ end, between[1] })))
			continue;
		if (binary(scan->bytes, from, between[1]))
			return;
		if (lines && !own_name_is_secret(scan->bytes, from, between[1]))
			continue;
		if (stands_between(scan->bytes, &scan->public_word, &words_vendor_public, between))
			return;
		runs++;
		if (try_run(scan, kind, between[1], i)) {
			*tried = i;
			return;
		}
	}
}
