#include "common/mark/trailer.h"

#include <stdlib.h>

#include "common/mark/lead_in.h"
#include "common/text/spelling.h"

/* Keys in letters alone; sorted. */
static const struct known_key {
	const char *key;
	enum trailer_kind kind;
} keys[] = {
	{ "agent", TRAILER_TELLING },
	{ "assistant", TRAILER_TELLING },
	{ "assistedby", TRAILER_AGENT },
	{ "assistedwith", TRAILER_AUTHORSHIP },
	{ "author", TRAILER_ADDRESS },
	{ "authoredby", TRAILER_AUTHORSHIP },
	{ "authoredwith", TRAILER_AUTHORSHIP },
	{ "authors", TRAILER_ADDRESS },
	{ "builtby", TRAILER_AUTHORSHIP },
	{ "builtwith", TRAILER_AUTHORSHIP },
	{ "coauthor", TRAILER_AUTHORSHIP },
	{ "coauthored", TRAILER_AUTHORSHIP },
	{ "coauthoredby", TRAILER_AUTHORSHIP },
	{ "coauthoredwith", TRAILER_AUTHORSHIP },
	{ "coauthors", TRAILER_AUTHORSHIP },
	{ "coauthorship", TRAILER_AUTHORSHIP },
	{ "cocreatedby", TRAILER_AUTHORSHIP },
	{ "cocreatedwith", TRAILER_AUTHORSHIP },
	{ "codedby", TRAILER_AUTHORSHIP },
	{ "codedwith", TRAILER_AUTHORSHIP },
	{ "codevelopedby", TRAILER_AGENT },
	{ "codevelopedwith", TRAILER_AUTHORSHIP },
	{ "commitgeneratedby", TRAILER_AUTHORSHIP },
	{ "committedby", TRAILER_AUTHORSHIP },
	{ "committer", TRAILER_ADDRESS },
	{ "contributedby", TRAILER_AUTHORSHIP },
	{ "contributor", TRAILER_AUTHORSHIP },
	{ "cowrittenby", TRAILER_AUTHORSHIP },
	{ "cowrittenwith", TRAILER_AUTHORSHIP },
	{ "createdby", TRAILER_AUTHORSHIP },
	{ "createdwith", TRAILER_AUTHORSHIP },
	{ "developedby", TRAILER_AUTHORSHIP },
	{ "developedwith", TRAILER_AUTHORSHIP },
	{ "draftedby", TRAILER_AUTHORSHIP },
	{ "draftedwith", TRAILER_AUTHORSHIP },
	{ "from", TRAILER_ADDRESS },
	{ "generatedby", TRAILER_AUTHORSHIP },
	{ "generatedusing", TRAILER_AUTHORSHIP },
	{ "generatedwith", TRAILER_AUTHORSHIP },
	{ "helpedby", TRAILER_AUTHORSHIP },
	{ "implementedby", TRAILER_AUTHORSHIP },
	{ "implementedwith", TRAILER_AUTHORSHIP },
	{ "madeby", TRAILER_AUTHORSHIP },
	{ "madewith", TRAILER_AUTHORSHIP },
	{ "onbehalfof", TRAILER_ADDRESS },
	{ "pairedwith", TRAILER_AUTHORSHIP },
	{ "pairprogrammedwith", TRAILER_AUTHORSHIP },
	{ "pairprogrammer", TRAILER_AUTHORSHIP },
	{ "producedby", TRAILER_AUTHORSHIP },
	{ "signedoffby", TRAILER_AUTHORSHIP },
	{ "vibecodedby", TRAILER_AUTHORSHIP },
	{ "vibecodedwith", TRAILER_AUTHORSHIP },
	{ "writtenby", TRAILER_AUTHORSHIP },
	{ "writtenwith", TRAILER_AUTHORSHIP },
};

static int key_compare(const void *want, const void *have)
{
	return strcmp(want, ((const struct known_key *)have)->key);
}

/* What others than the makers have done to a change; sorted. */
static const char *const witnessing[] = { "acked", "acknowledged", "analyzed", "approved", "asked",
	"audited", "bisected", "bugged", "checked", "confirmed", "debugged", "demanded",
	"diagnosed", "discovered", "encouraged", "found", "inspired", "investigated", "liked",
	"mentored", "merged", "nacked", "noted", "noticed", "observed", "okayed", "pointedout",
	"proofread", "proposed", "proposal", "questioned", "recommended", "rejected", "reported",
	"requested", "reviewed", "seen", "sponsored", "spotted", "suggested", "supervised",
	"tested", "thanked", "triaged", "triggered", "unreviewed", "validated", "verified",
	"wanted", "watched", "wished" };

/* Reviewed-by, Co-reviewed-by, Reported-and-tested-by. */
static bool is_witness(const struct trailer *trailer)
{
	struct span key = { trailer->key, trailer->key_len }, without_co = key;

	if (!span_ends(key, "by") && !span_ends(key, "to"))
		return false;
	if (span_starts(key, "co")) {
		without_co.data += 2;
		without_co.len -= 2;
	}
	for (size_t i = 0; i < sizeof(witnessing) / sizeof(witnessing[0]); i++)
		if (span_starts(key, witnessing[i]) || span_starts(without_co, witnessing[i]))
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

/* Of any other `...-by` in one word the address counts. */
static enum trailer_kind kind_of(const struct trailer *trailer)
{
	const struct known_key *row = known(trailer->key);

	if (!row && trailer_is_extension(trailer))
		row = known(trailer->key + 1);
	if (row)
		return row->kind;
	if (is_witness(trailer))
		return TRAILER_WITNESS;
	if (span_ends(trailer->raw, "by") && memchr(trailer->raw.data, '-', trailer->raw.len) &&
		!memchr(trailer->raw.data, ' ', trailer->raw.len))
		return TRAILER_ADDRESS;
	return TRAILER_OTHER;
}

/* What no key has in it: quotation, addresses, sentences, paths. */
static bool key_byte(char c)
{
	return c && !strchr("\"'`@<>()[]{}/\\|#,.;?!=$%&~^:", c);
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

static bool is_key_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
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
	if (out->kind == TRAILER_OTHER && memchr(out->raw.data, ' ', out->raw.len) &&
		read_bare(out, line))
		return true;
	key_set(out, (struct span){ line.data, n });
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

	if (!memchr(value.data, '(', value.len))
		return false;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (memmem(value.data, value.len, signs[i], strlen(signs[i])))
			return true;
	return false;
}
