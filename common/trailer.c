#include "common/trailer.h"

#include <stdlib.h>

#include "common/spell.h"

/* Keys in letters alone; sorted. */
static const struct {
	const char *key;
	enum trailer_kind kind;
} keys[] = {
	{ "aiassistedby", TRAILER_AUTHORSHIP },
	{ "assistedby", TRAILER_AGENT },
	{ "assistedwith", TRAILER_AUTHORSHIP },
	{ "author", TRAILER_WITNESS },
	{ "authoredby", TRAILER_AUTHORSHIP },
	{ "authoredwith", TRAILER_AUTHORSHIP },
	{ "authors", TRAILER_WITNESS },
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
	{ "committer", TRAILER_WITNESS },
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
	{ "from", TRAILER_WITNESS },
	{ "generatedby", TRAILER_AUTHORSHIP },
	{ "generatedusing", TRAILER_AUTHORSHIP },
	{ "generatedwith", TRAILER_AUTHORSHIP },
	{ "helpedby", TRAILER_AUTHORSHIP },
	{ "implementedby", TRAILER_AUTHORSHIP },
	{ "implementedwith", TRAILER_AUTHORSHIP },
	{ "madeby", TRAILER_AUTHORSHIP },
	{ "madewith", TRAILER_AUTHORSHIP },
	{ "onbehalfof", TRAILER_WITNESS },
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
	return strcmp(want, ((const __typeof__(keys[0]) *)have)->key);
}

/* Any other `...-by` in one word names a witness. */
static enum trailer_kind kind_of(const struct trailer *trailer)
{
	const __typeof__(keys[0]) *row = bsearch(
		trailer->key, keys, sizeof(keys) / sizeof(keys[0]), sizeof(keys[0]), key_compare);

	if (row)
		return row->kind;
	if (span_ends(trailer->raw, "by") && memchr(trailer->raw.data, '-', trailer->raw.len))
		return TRAILER_WITNESS;
	return TRAILER_OTHER;
}

/* What no key has in it: quotation, addresses, sentences, paths. */
static bool key_byte(char c)
{
	return !strchr("\"'`@<>()[]{}/\\|#,.;?!=$%&~^", c);
}

static bool key_set(struct trailer *out, struct span raw)
{
	size_t n = 0;

	out->raw = spell_trim(raw);
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

/* `co-authored-by claude <...>`, `co-authored-by = claude`: the colon was forgotten. */
static bool read_bare(struct trailer *out, struct span line)
{
	size_t n = 0;

	while (n < line.len && line.data[n] != ' ' && line.data[n] != '=' && line.data[n] != '\t')
		n++;
	if (n > TRAILER_KEY_MAX || !memchr(line.data, '-', n) ||
		!key_set(out, (struct span){ line.data, n }))
		return false;
	while (n < line.len && strchr(" \t=-", line.data[n]))
		n++;
	out->value = spell_trim((struct span){ line.data + n, line.len - n });
	return out->kind >= TRAILER_AUTHORSHIP;
}

bool trailer_read(struct trailer *out, struct span line)
{
	size_t n = 0;

	while (n < line.len && n <= TRAILER_KEY_MAX + 16 && line.data[n] != ':' &&
		line.data[n] != '\0' && key_byte(line.data[n]))
		n++;
	if (n == line.len || line.data[n] != ':')
		return read_bare(out, line);
	if (!key_set(out, (struct span){ line.data, n }))
		return false;
	if (out->kind == TRAILER_OTHER && memchr(out->raw.data, ' ', out->raw.len) &&
		read_bare(out, line))
		return true;
	key_set(out, (struct span){ line.data, n });
	out->value = spell_trim((struct span){ line.data + n + 1, line.len - n - 1 });
	return true;
}

static bool is_key_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Words behind which a trailer is being talked about; sorted. */
static const char *const talks[] = { "a", "add", "added", "adding", "adds", "all", "allow", "an",
	"and", "any", "as", "at", "block", "bogus", "by", "called", "check", "detect", "detects",
	"disable", "document", "drop", "dropped", "drops", "emit", "expect", "extra", "fake",
	"find", "fix", "for", "forbid", "format", "from", "generate", "git", "handle", "has",
	"have", "header", "ignore", "ignores", "in", "include", "insert", "is", "keep", "key",
	"like", "line", "lines", "mark", "marker", "match", "mention", "missing", "needs", "new",
	"no", "not", "of", "old", "omit", "on", "or", "our", "parse", "parses", "preserve", "print",
	"quote", "read", "recognise", "recognize", "redundant", "reject", "remove", "removed",
	"removes", "removing", "replace", "require", "rewrite", "rewrites", "say", "says", "see",
	"set", "show", "skip", "strip", "stripped", "strips", "support", "test", "than", "that",
	"the", "their", "this", "to", "trailer", "trailers", "treat", "understand", "unwanted",
	"use", "uses", "using", "want", "when", "with", "without", "write", "writes", "wrong",
	"your" };

static int word_compare(const void *want, const void *have)
{
	return span_compare(*(const struct span *)want, span_of(*(const char *const *)have));
}

static struct span last_word(struct span text)
{
	size_t end = text.len, start;

	while (end && !spell_is_word((unsigned char)text.data[end - 1]))
		end--;
	for (start = end; start && spell_is_word((unsigned char)text.data[start - 1]); start--)
		;
	return (struct span){ text.data + start, end - start };
}

/* Whether the last character is one beyond ASCII that is no letter: an emoji, an arrow, a dash. */
static bool ends_in_symbol(struct span text)
{
	size_t lead = text.len - 1;

	while (lead && text.len - lead < 4 && ((unsigned char)text.data[lead] & 0xc0) == 0x80)
		lead--;
	return (unsigned char)text.data[lead] >= 0x80 &&
	       !spell_is_word((unsigned char)text.data[lead]);
}

/* Whether what stands before has come to an end, so that something new can begin. */
static bool has_ended(struct span before, bool lone)
{
	unsigned char last;
	struct span word;

	before = spell_trim(before);
	if (!before.len)
		return true;
	last = (unsigned char)before.data[before.len - 1];
	if (strchr(".!?;)>|]*", last) || ends_in_symbol(before))
		return true;
	if (!lone || !spell_is_word(last))
		return false;
	word = last_word(before);
	return !bsearch(
		&word, talks, sizeof(talks) / sizeof(talks[0]), sizeof(talks[0]), word_compare);
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

bool trailer_inside(struct trailer *out, struct span line, size_t *from, bool lone)
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
		if (!has_ended((struct span){ line.data, start }, lone))
			continue;
		out->value =
			spell_trim((struct span){ line.data + colon + 1, line.len - colon - 1 });
		return true;
	}
	*from = line.len;
	return false;
}

bool trailer_denies(struct span value)
{
	static const char *const words[] = { "0", "false", "human", "humans", "manual", "n", "na",
		"never", "nil", "no", "nobody", "none", "nope", "not", "nothing", "null", "off",
		"unassisted", "unused", "without" };
	struct span between, word = spell_word(&value, &between);

	return !word.len || bsearch(&word, words, sizeof(words) / sizeof(words[0]),
				    sizeof(words[0]), word_compare);
}

bool trailer_kernel_form(struct span value)
{
	const char *colon = value.len ? memchr(value.data, ':', value.len) : NULL;
	size_t at = colon ? (size_t)(colon - value.data) : value.len;

	if (!at || at + 1 >= value.len || !spell_is_word((unsigned char)value.data[0]) ||
		!spell_is_word((unsigned char)value.data[at + 1]))
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

/* What a change has been done to by a maker; `certain`: nobody would say so of a person. */
static const struct {
	const char *words;
	bool certain;
} verbs[] = {
	{ "ai assisted", true },
	{ "ai generated", true },
	{ "assisted", true },
	{ "authored", false },
	{ "auto generated", true },
	{ "autogenerated", true },
	{ "built", false },
	{ "co authored", true },
	{ "co created", false },
	{ "co developed", true },
	{ "co generated", true },
	{ "co written", false },
	{ "coauthored", true },
	{ "coded", false },
	{ "created", false },
	{ "developed", false },
	{ "drafted", false },
	{ "generated", true },
	{ "implemented", false },
	{ "made", false },
	{ "pair programmed", true },
	{ "produced", false },
	{ "ultraworked", true },
	{ "vibe coded", true },
	{ "vibed", true },
	{ "written", false },
};

/* Takes the words of `want` off the front of the text. */
static bool take(struct span *text, const char *want)
{
	struct span rest = *text, between, word;
	struct span wanted = span_of(want), unused, next = spell_word(&wanted, &unused);

	while (next.len) {
		word = spell_word(&rest, &between);
		if (!span_equal(word, next) || memchr(between.data, ':', between.len))
			return false;
		next = spell_word(&wanted, &unused);
	}
	*text = rest;
	return true;
}

static bool take_any(struct span *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (take(text, list[i]))
			return true;
	return false;
}

#define TAKE_ANY(text, list) take_any(text, list, sizeof(list) / sizeof((list)[0]))

/* `this commit was mostly`, and the like. */
static void take_opening(struct span *text)
{
	static const char *const whats[] = { "this commit", "this change", "this patch",
		"this code", "this pr", "this pull request", "this merge request", "this work",
		"this was", "this is", "commit", "code", "change", "changes", "patch", "all code",
		"these changes" };
	static const char *const verb[] = { "was", "is", "were", "are", "has been", "have been" };
	static const char *const how[] = { "partially", "partly", "mostly", "fully", "entirely",
		"largely", "completely", "automatically", "100", "proudly" };

	TAKE_ANY(text, whats);
	TAKE_ANY(text, verb);
	TAKE_ANY(text, how);
}

static bool take_maker(struct span *text)
{
	static const char *const by[] = { "with", "by", "using", "via", "together with",
		"in collaboration with", "from" };
	static const char *const help[] = { "the help of", "help of", "help from",
		"the assistance of", "assistance of", "assistance from", "the aid of", "aid of",
		"the use of" };

	if (!TAKE_ANY(text, by))
		return false;
	TAKE_ANY(text, help);
	return text->len > 0 && *text->data != ':';
}

bool trailer_statement(struct span line, struct span *name, bool *certain)
{
	struct span text = line;
	const char *link;
	size_t i;

	if (line.len && strchr("\"'`", *line.data))
		return false;
	take_opening(&text);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (take(&text, verbs[i].words))
			break;
	if (i == sizeof(verbs) / sizeof(verbs[0]) || !take_maker(&text))
		return false;
	*certain = verbs[i].certain || memchr(text.data, '[', text.len);
	link = memmem(text.data, text.len, "http", 4);
	if (link)
		text.len = (size_t)(link - text.data);
	while (text.len && strchr(" (:<", text.data[text.len - 1]))
		text.len--;
	*name = text;
	return true;
}

/* Where the words `VERB with` begin that end before `at`; `at` when there are none. */
static size_t maker_start(struct span line, size_t at)
{
	struct span text = { line.data, at };
	struct span by = last_word(text), verb;

	if (!span_is(by, "with") && !span_is(by, "by") && !span_is(by, "using"))
		return at;
	text.len = (size_t)(by.data - line.data);
	verb = last_word(text);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (span_is(verb, verbs[i].words))
			return (size_t)(verb.data - line.data);
	return at;
}

bool trailer_link(struct span line, size_t *from, struct span *name)
{
	while (*from < line.len) {
		const char *open = memchr(line.data + *from, '[', line.len - *from);
		const char *close;
		size_t at, start, width;

		if (!open)
			break;
		at = (size_t)(open - line.data);
		*from = at + 1;
		width = line.len - at < 128 ? line.len - at : 128;
		close = memmem(open, width, "](http", 6);
		start = maker_start(line, at);
		if (!close || start == at || !has_ended((struct span){ line.data, start }, false))
			continue;
		*name = (struct span){ open + 1, (size_t)(close - open - 1) };
		return true;
	}
	*from = line.len;
	return false;
}
