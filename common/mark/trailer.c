#include "common/mark/trailer.h"

#include <stdlib.h>

#include "common/mark/made_with.h"
#include "common/text/lead_in.h"
#include "common/text/spelling.h"

/* Keys in letters alone, but those that name a verb of makers; sorted. */
static const struct known_key {
	const char *key;
	enum trailer_kind kind;
} keys[] = {
	{ "agent", TRAILER_TELLING },
	{ "assistant", TRAILER_TELLING },
	{ "assistedby", TRAILER_AGENT },
	{ "author", TRAILER_TELLING },
	{ "authors", TRAILER_TELLING },
	{ "by", TRAILER_TELLING },
	{ "coauthor", TRAILER_AUTHORSHIP },
	{ "coauthored", TRAILER_AUTHORSHIP },
	{ "coauthors", TRAILER_AUTHORSHIP },
	{ "coauthorship", TRAILER_AUTHORSHIP },
	{ "codevelopedby", TRAILER_AGENT },
	{ "committer", TRAILER_TELLING },
	{ "contributor", TRAILER_AUTHORSHIP },
	{ "executedby", TRAILER_TELLING },
	{ "from", TRAILER_ADDRESS },
	{ "helpedby", TRAILER_AUTHORSHIP },
	{ "nonhumanauthor", TRAILER_AUTHORSHIP },
	{ "onbehalfof", TRAILER_ADDRESS },
	{ "pairedwith", TRAILER_AUTHORSHIP },
	{ "pairprogrammer", TRAILER_AUTHORSHIP },
	{ "poweredby", TRAILER_TELLING },
	{ "signedoffby", TRAILER_AUTHORSHIP },
	{ "via", TRAILER_TELLING },
};

static int key_compare(const void *want, const void *have)
{
	return strcmp(want, ((const struct known_key *)have)->key);
}

/* What others than the makers have done to a change; sorted. */
static const char *const witnessing[] = { "acked", "acknowledged", "advised", "analysed",
	"analyzed", "answered", "applied", "approved", "asked", "assessed", "assigned", "audited",
	"backported", "benchmarked", "bisected", "blamed", "bugged", "caught", "certified",
	"checked", "cherrypicked", "cleared", "closed", "commented", "confirmed", "consulted",
	"criticized", "critiqued", "debugged", "decided", "demanded", "detected", "diagnosed",
	"discovered", "discussed", "encouraged", "endorsed", "evaluated", "examined", "explained",
	"filed", "flagged", "found", "funded", "fuzzed", "graded", "guided", "identified",
	"inspected", "inspired", "investigated", "judged", "landed", "liked", "linted", "lookedat",
	"measured", "mentored", "merged", "monitored", "nacked", "nitpicked", "noted", "noticed",
	"observed", "okayed", "orderedby", "pinged", "planned", "pointedout", "profiled",
	"prompted", "proofread", "proposal", "proposed", "questioned", "queued", "raised", "readby",
	"recommended", "rejected", "released", "replied", "reported", "reproduced", "requested",
	"reverted", "reviewed", "scanned", "screened", "seen", "sponsored", "spotted", "suggested",
	"supervised", "supported", "tested", "thanked", "triaged", "triggered", "unreviewed",
	"validated", "verified", "vetted", "wanted", "watched", "wished" };

/* Reviewed-by, Co-reviewed-by, Reported-and-tested-by, Security-reviewed-by. */
static bool is_witness(const struct trailer *trailer)
{
	struct span key = { trailer->key, trailer->key_len }, without_co = key, stem = key;

	if (!span_ends(key, "by") && !span_ends(key, "to") && !span_ends(key, "with"))
		return false;
	if (span_starts(key, "co"))
		without_co = (struct span){ key.data + 2, key.len - 2 };
	stem.len -= span_ends(key, "with") ? 4 : 2;
	for (size_t i = 0; i < sizeof(witnessing) / sizeof(witnessing[0]); i++)
		if ((*key.data == *witnessing[i] && span_starts(key, witnessing[i])) ||
			span_starts(without_co, witnessing[i]) || span_ends(stem, witnessing[i]))
			return true;
	return false;
}

bool trailer_is_extension(const struct trailer *trailer)
{
	return trailer->raw.len > 3 && span_starts(trailer->raw, "x-");
}

static const struct known_key *known(const char *key)
{
	return bsearch(key, keys, sizeof(keys) / sizeof(keys[0]), sizeof(keys[0]), key_compare);
}

/* Whether the verb is one of makers, in letters alone: `generated`, `coauthored`. */
static bool is_makers(struct span stem)
{
	size_t count;
	const struct made_with_verb *verb = made_with_verbs(&count);

	for (size_t i = 0; i < count; i++) {
		const char *word = verb[i].words;
		size_t n = 0;

		for (; *word && n < stem.len; word++)
			if (*word == stem.data[n])
				n++;
			else if (*word != ' ')
				break;
		if (!*word && n == stem.len)
			return !verb[i].sends;
	}
	return false;
}

/* What the stem is behind the prefix; empty: it has none, or is nothing else. */
static struct span without(struct span stem, const char *prefix)
{
	size_t len = strlen(prefix);

	return len && len < stem.len && span_starts(stem, prefix)
		       ? (struct span){ stem.data + len, stem.len - len }
		       : (struct span){ stem.data, 0 };
}

/* Generated-by, Co-created-with, AI-Aided-By, PR-Created-Using: whoever has made it. */
static bool is_making(struct span key)
{
	static const char *const ends[] = { "by", "with", "using" };
	static const char *const fronts[] = { "ai", "co", "code", "commit", "fully", "llm",
		"mostly", "pair", "partially", "partly", "pr" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct span stem = key;

		if (!span_ends(key, ends[i]))
			continue;
		stem.len -= strlen(ends[i]);
		if (is_makers(stem))
			return true;
		for (size_t n = 0; n < sizeof(fronts) / sizeof(fronts[0]); n++)
			if (is_makers(without(stem, fronts[n])))
				return true;
	}
	return false;
}

/* `...-by` in one word, or `...-from`. */
static bool is_from_somebody(struct span raw)
{
	return (span_ends(raw, "by") || span_ends(raw, "-from") || span_ends(raw, "-with")) &&
	       memchr(raw.data, '-', raw.len) && !memchr(raw.data, ' ', raw.len);
}

/* Of any other key that names somebody the address counts. */
static enum trailer_kind kind_of(const struct trailer *trailer)
{
	struct span key = { trailer->key, trailer->key_len };
	const struct known_key *row = known(trailer->key);

	if (!row && trailer_is_extension(trailer))
		row = known(trailer->key + 1);
	if (row)
		return row->kind;
	if (is_making(key) || is_making(without(key, trailer_is_extension(trailer) ? "x" : "")))
		return TRAILER_AUTHORSHIP;
	if (is_witness(trailer))
		return TRAILER_WITNESS;
	return is_from_somebody(trailer->raw) ? TRAILER_ADDRESS : TRAILER_OTHER;
}

static bool is_key_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* What no key has in it: quotation, addresses, sentences, paths. */
static bool key_byte(char c)
{
	return is_key_letter(c) || (c && !strchr("\"'`@<>()[]{}/\\|#,.;?!=$%&~^:", c));
}

static bool key_set(struct trailer *out, struct span raw)
{
	size_t n = 0;

	out->raw = spelling_trim(raw);
	for (size_t i = 0; i < out->raw.len; i++) {
		char c = out->raw.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			continue;
		if (n + 1 == sizeof(out->key))
			return false;
		out->key[n++] = c;
	}
	out->key[n] = '\0';
	out->key_len = n;
	out->kind = kind_of(out);
	return n > 0;
}

/* How many bytes of ornament a text begins with: emphasis, brackets, tags, emoji. */
static size_t ornament(struct span text)
{
	const char *end;

	if (memchr(" *_([|", *text.data, 6))
		return 1;
	if ((unsigned char)*text.data >= 0x80 && !spelling_is_word((unsigned char)*text.data))
		return (unsigned char)*text.data >= 0xf0   ? 4
		       : (unsigned char)*text.data >= 0xe0 ? 3
							   : 2;
	if (span_starts(text, "<!--"))
		return 4;
	end = *text.data == '<' ? memchr(text.data, '>', text.len < 16 ? text.len : 16) : NULL;
	return end && !memchr(text.data, '@', (size_t)(end - text.data))
		       ? (size_t)(end - text.data) + 1
		       : 0;
}

static struct span unadorned(struct span line)
{
	size_t n;

	while (line.len && (n = ornament(line)) > 0 && n <= line.len) {
		line.data += n;
		line.len -= n;
	}
	return line;
}

/* `co-authored-by claude <...>`, `co-authored-by = claude`: the colon was forgotten. */
static bool read_bare(struct trailer *out, struct span line)
{
	size_t n = 0;

	while (n < line.len && n <= TRAILER_KEY_MAX && is_key_letter(line.data[n]))
		n++;
	if (n == line.len || !memchr(line.data, '-', n) || !strchr(" =\t", line.data[n]) ||
		!key_set(out, (struct span){ line.data, n }))
		return false;
	while (n < line.len && strchr(" \t=-", line.data[n]))
		n++;
	out->value = spelling_trim((struct span){ line.data + n, line.len - n });
	return out->kind >= TRAILER_AUTHORSHIP;
}

bool trailer_read(struct trailer *out, struct span line)
{
	size_t n = 0;

	line = unadorned(line);
	if (!line.len || !spelling_is_word((unsigned char)*line.data))
		return false;
	while (n < line.len && n <= TRAILER_KEY_MAX + 16 && key_byte(line.data[n]))
		n++;
	if (n == line.len || line.data[n] != ':' || !key_set(out, (struct span){ line.data, n }))
		return read_bare(out, line);
	if (out->kind == TRAILER_OTHER && memchr(out->raw.data, ' ', out->raw.len)) {
		if (read_bare(out, line))
			return true;
		key_set(out, (struct span){ line.data, n });
	}
	out->value = spelling_trim((struct span){ line.data + n + 1, line.len - n - 1 });
	return true;
}

/* Where the key begins that the colon at `colon` ends; equal to it when there is none. */
static size_t key_start(struct span line, size_t colon)
{
	size_t end = colon, start;

	while (end && line.data[end - 1] == ' ')
		end--;
	for (start = end; start && is_key_letter(line.data[start - 1]); start--)
		;
	if (end == start || end - start > TRAILER_KEY_MAX ||
		!memchr(line.data + start, '-', end - start))
		return colon;
	return start;
}

#define INSIDE_MAX 512 /* of the value of a trailer in the middle of a line */

bool trailer_inside(struct trailer *out, struct span line, size_t *from)
{
	while (*from < line.len) {
		const char *sign = memchr(line.data + *from, ':', line.len - *from);
		size_t colon, start;

		if (!sign)
			break;
		colon = (size_t)(sign - line.data);
		start = key_start(line, colon);
		*from = colon + 1;
		if (start == colon ||
			!key_set(out, (struct span){ line.data + start, colon - start }))
			continue;
		out->before = lead_in_end((struct span){ line.data, start });
		if (out->before == LEAD_IN_GOES_ON)
			continue;
		out->value = (struct span){ line.data + colon + 1, line.len - colon - 1 };
		out->value.len = out->value.len < INSIDE_MAX ? out->value.len : INSIDE_MAX;
		out->value = spelling_trim(out->value);
		return true;
	}
	*from = line.len;
	return false;
}

struct span trailer_cut(struct span value)
{
	struct trailer inner;

	for (size_t from = 0; from < value.len;) {
		const char *sign = memchr(value.data + from, ':', value.len - from);
		size_t colon, start;

		if (!sign)
			break;
		colon = (size_t)(sign - value.data);
		from = colon + 1;
		start = key_start(value, colon);
		if (start && start < colon &&
			key_set(&inner, (struct span){ value.data + start, colon - start }) &&
			inner.kind != TRAILER_OTHER)
			return spelling_trim((struct span){ value.data, start });
	}
	return value;
}

bool trailer_session(const struct trailer *trailer, struct span *name)
{
	static const char *const kinds[] = { "-session", "-session-id", "-session-url", "-thread",
		"-thread-id", "-thread-url", "-conversation", "-conversation-id", "-task-id",
		"-task-url", "-chat-id", "-run-id" };

	*name = trailer->raw;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_ends(trailer->raw, kinds[i]) && trailer->raw.len > strlen(kinds[i])) {
			name->len -= strlen(kinds[i]);
			return true;
		}
	return false;
}

bool trailer_complete(struct span value)
{
	const char *at = memrchr(value.data, '@', value.len);
	struct span rest, between;

	if (!at)
		return false;
	rest = (struct span){ at, (size_t)(value.data + value.len - at) };
	while (rest.len && *rest.data != ' ') {
		rest.data++;
		rest.len--;
	}
	return !spelling_word(&rest, &between).len;
}

bool trailer_denies(struct span value)
{
	static const char *const words[] = { "0", "false", "human", "humans", "n", "na", "never",
		"nil", "no", "nobody", "none", "nope", "not", "nothing", "null", "off",
		"unassisted", "unused", "without" };
	struct span between, word = spelling_word(&value, &between);

	if (span_is(word, "n")) { /* n/a, but not n-dx */
		word = spelling_word(&value, &between);
		return !word.len || span_is(word, "a");
	}
	return !word.len || SPELLING_LISTED(words, word);
}

bool trailer_kernel_form(struct span value)
{
	const char *colon = value.len ? memchr(value.data, ':', value.len) : NULL;
	size_t at = colon ? (size_t)(colon - value.data) : value.len;

	if (!at || at + 1 >= value.len || !spelling_is_word((unsigned char)value.data[0]) ||
		!spelling_is_word((unsigned char)value.data[at + 1]))
		return false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (i != at && !is_key_letter(c) && !strchr(i < at ? " ." : " ./[],:+", c))
			return false;
	}
	return true;
}

bool trailer_model_form(struct span value)
{
	static const char *const signs[] = { "(model:", " model:", "autonomous)", "supervised)",
		"human supervision)" };

	if (value.len == 2 && *value.data == 'o') /* the models o1, o3 */
		return value.data[1] >= '1' && value.data[1] <= '9';
	if (!memchr(value.data, '(', value.len))
		return false;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (memmem(value.data, value.len, signs[i], strlen(signs[i])))
			return true;
	return false;
}
