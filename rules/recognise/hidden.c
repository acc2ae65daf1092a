/* Characters that change what a reader sees without being seen. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/path/confusable.h"
#include "rules/recognise/new_line.h"
#include "rules/recognise/recognise.h"

#define IN(ranges, c) text_in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

/*
 * Scripts in which joiners change how letters are written: Arabic and its kin, those of India,
 * Mongolian, Khmer.
 */
static const struct text_range joining[] = { { 0x0620, 0x08ff }, { 0x0900, 0x0dff },
	{ 0x1000, 0x109f }, { 0x1780, 0x17b3 }, { 0x1820, 0x18aa }, { 0xfb50, 0xfdff },
	{ 0xfe70, 0xfefc } };
static const struct text_range emoji[] = { { 0x00a9, 0x00a9 }, { 0x00ae, 0x00ae },
	{ 0x203c, 0x3299 }, { 0x1f000, 0x1faff } };
static const struct text_range han[] = { { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xf900, 0xfaff },
	{ 0x20000, 0x3ffff } };

#define ZWNJ 0x200c
#define ZWJ 0x200d
#define TEXT_STYLE 0xfe0e
#define EMOJI_STYLE 0xfe0f
#define BLACK_FLAG 0x1f3f4
#define TAG_END 0xe007f
#define BOM 0xfeff

/* Where a scan stands: the character before, the one before that, and what comes. */
struct text_place {
	unsigned int before, base; /* base: before, or what a variation selector there varies */
	struct span rest;          /* after the character */
};

static unsigned int peek(struct span rest)
{
	unsigned int c = 0;

	(void)text_decode(rest, &c);
	return c;
}

/* A flag such as Scotland's is a black flag, at most six tag letters and the end tag. */
static size_t flag_length(struct span tags)
{
	size_t used = 0;

	for (int i = 0; i < 7; i++) {
		unsigned int c = 0;
		size_t len = text_decode((struct span){ tags.data + used, tags.len - used }, &c);

		used += len;
		if (c == TAG_END)
			return i ? used : 0;
		if (!len || !((c >= 0xe0030 && c <= 0xe0039) || (c >= 0xe0061 && c <= 0xe007a)))
			return 0;
	}
	return 0;
}

/* Whether writing needs the character here. */
static bool is_at_home(const struct text_place *p, unsigned int c)
{
	if (c == ZWJ && IN(emoji, p->base) && IN(emoji, peek(p->rest)))
		return true;
	if (c == ZWJ || c == ZWNJ)
		return IN(joining, p->before) && peek(p->rest) > ' ';
	if (c == TEXT_STYLE)
		return !text_is_invisible(p->before, EMOJI_STYLE);
	if (c >= 0x180b && c <= 0x180e)
		return p->before >= 0x1820 && p->before <= 0x18aa;
	return ((c >= 0xfe00 && c <= 0xfe02) || (c >= 0xe0100 && c <= 0xe01ef)) &&
	       IN(han, p->before);
}

/* The first hidden character of the line; `start`: a byte order mark may stand there. */
static struct hidden_character hidden_in(struct span line, bool start)
{
	struct text_place p = { .rest = line };
	size_t column = 0;

	while (p.rest.len) {
		unsigned int c = 0;
		size_t len = text_decode(p.rest, &c), flag;

		p.rest.data += len ? len : 1;
		p.rest.len -= len ? len : 1;
		column++;
		if (len && text_is_invisible(p.before, c) && !is_at_home(&p, c) &&
			!(start && column == 1 && c == BOM))
			return (struct hidden_character){ c, 1, column };
		flag = c == BLACK_FLAG ? flag_length(p.rest) : 0;
		p.rest.data += flag;
		p.rest.len -= flag;
		p.base = c == EMOJI_STYLE || (c >= 0x1f3fb && c <= 0x1f3ff) ? p.base : c;
		p.before = c;
	}
	return (struct hidden_character){ .character = 0 };
}

static struct span next_line(struct span *rest)
{
	const char *end = memchr(rest->data, '\n', rest->len);
	struct span line = { rest->data, end ? (size_t)(end - rest->data) : rest->len };
	size_t used = line.len + (end != NULL);

	*rest = (struct span){ rest->data + used, rest->len - used };
	if (line.len && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* A part of a word, or all of it so far: `sigma` and `x` of `sigma_x`. */
struct hidden_word {
	size_t column; /* where its first look-alike stands; 0: none yet */
	unsigned int character;
	unsigned int ascii, greek, alike; /* how many letters of each; greek: alike, too */
	bool other;                       /* it has a letter that looks like none of ASCII */
	bool dressed;                     /* one is an ASCII letter in another width or style */
	bool greek_first;
};

#define OMICRON 0x3bf
#define INDEX_MAX 2 /* letters behind a symbol: `sigma xy` */

/*
 * Letters that are symbols all over the world, small ones of Greek; omicron is none, since nobody
 * can tell it from an o.
 */
static bool is_symbol(unsigned int c)
{
	return c >= 0x3b1 && c <= 0x3c9 && c != OMICRON;
}

/* Whether the part is a symbol, with an index or without one. */
static bool is_symbolic(const struct hidden_word *part)
{
	return part->greek && part->greek == part->alike &&
	       (!part->ascii ||
		       (part->greek_first && part->greek == 1 && part->ascii <= INDEX_MAX));
}

/* Adds the part to its word, and begins another. */
static void part_end(struct hidden_word *word, struct hidden_word *part)
{
	word->ascii += part->ascii;
	word->other |= part->other;
	word->dressed |= part->dressed;
	if (!word->column && !is_symbolic(part)) {
		word->column = part->column;
		word->character = part->character;
	}
	*part = (struct hidden_word){ 0 };
}

/* Letters of full width and of mathematics: to compilers that normalise names they are ASCII's. */
static bool is_dressed(unsigned int c)
{
	return (c >= 0xff21 && c <= 0xff3a) || (c >= 0xff41 && c <= 0xff5a) ||
	       (c >= 0x1d400 && c <= 0x1d6a3);
}

static void part_letter(struct hidden_word *part, unsigned int c, size_t column)
{
	if (c < 0x80) {
		part->ascii += isalpha((int)c) != 0;
	} else if (!confusable_ascii(c) && !is_dressed(c)) {
		part->other = true;
	} else {
		part->greek_first |= is_symbol(c) && !part->ascii && !part->alike;
		part->greek += is_symbol(c);
		part->alike++;
		part->dressed |= is_dressed(c);
		if (part->column)
			return;
		part->column = column;
		part->character = c;
	}
}

/* `end` stands behind the word: a function may be called in letters that are all dressed. */
static bool is_lookalike(const struct hidden_word *word, unsigned int end)
{
	return word->column && !word->other && (word->ascii || (word->dressed && end == '('));
}

/* The first letter of another script in a word that is ASCII otherwise: `sсope` with U+0441. */
static struct hidden_character lookalike_in(struct span line, bool start)
{
	struct hidden_word word = { 0 }, part = { 0 };
	unsigned int end = 0;

	(void)start;
	for (size_t column = 1; line.len; column++) {
		unsigned int c = 0;
		size_t len = text_decode(line, &c);

		line.data += len ? len : 1;
		line.len -= len ? len : 1;
		if (c >= 0x80 || isalnum((int)c)) {
			part_letter(&part, c, column);
			continue;
		}
		part_end(&word, &part);
		if (c == '_')
			continue;
		if (is_lookalike(&word, c)) {
			end = c;
			break;
		}
		word = (struct hidden_word){ 0 };
	}
	part_end(&word, &part);
	return is_lookalike(&word, end)
		       ? (struct hidden_character){ word.character, 1, word.column }
		       : (struct hidden_character){ .character = 0 };
}

/* Lines of the old content that have such characters, sorted. */
struct known {
	struct span *lines;
	size_t count, cap;
};

static int by_bytes(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* What does not fit into memory is not known: the stricter way. */
static void learn(struct known *known, struct span old, recognise_finder *find)
{
	for (bool start = true; old.len; start = false) {
		struct span line = next_line(&old);

		if (!find(line, start).character)
			continue;
		if (known->count == known->cap) {
			size_t cap = known->cap ? known->cap * 2 : 16;
			struct span *lines = realloc(known->lines, cap * sizeof(*lines));

			if (!lines)
				break;
			known->lines = lines;
			known->cap = cap;
		}
		known->lines[known->count++] = line;
	}
	if (known->count > 1)
		qsort(known->lines, known->count, sizeof(*known->lines), by_bytes);
}

static bool knows(const struct known *known, struct span line)
{
	return known->count &&
	       bsearch(&line, known->lines, known->count, sizeof(line), by_bytes) != NULL;
}

struct hidden_character recognise_new_line(
	struct span old, struct span content, recognise_finder *find)
{
	struct known known = { .lines = NULL };
	struct hidden_character found = { .character = 0 };
	bool learnt = false;

	for (size_t number = 1; content.len && !found.character; number++) {
		struct span line = next_line(&content);

		found = find(line, number == 1);
		found.line = number;
		if (found.character && !learnt) {
			learn(&known, old, find);
			learnt = true;
		}
		if (found.character && knows(&known, line))
			found.character = 0;
	}
	free(known.lines);
	return found.character ? found : (struct hidden_character){ .character = 0 };
}

struct hidden_character recognise_hidden(struct span old, struct span content)
{
	return recognise_new_line(old, content, hidden_in);
}

struct hidden_character recognise_lookalike(struct span old, struct span content)
{
	return recognise_new_line(old, content, lookalike_in);
}

static const struct {
	unsigned int character;
	const char *name;
} names[] = { { 0x00ad, "a soft hyphen" }, { 0x061c, "an Arabic letter mark" },
	{ 0x200b, "a space of no width" }, { 0x200c, "a non-joiner" }, { 0x200d, "a joiner" },
	{ 0x200e, "a left-to-right mark" }, { 0x200f, "a right-to-left mark" },
	{ 0x202a, "the start of left-to-right text" },
	{ 0x202b, "the start of right-to-left text" }, { 0x202c, "the end of a direction" },
	{ 0x202d, "text forced left to right" }, { 0x202e, "text forced right to left" },
	{ 0x2060, "a word joiner" }, { 0x2066, "left-to-right text set apart" },
	{ 0x2067, "right-to-left text set apart" }, { 0x2068, "text set apart" },
	{ 0x2069, "the end of text set apart" }, { 0xfeff, "a byte order mark" } };

static const char *name_of(unsigned int c)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].character == c)
			return names[i].name;
	return (c >= 0xe0000 && c <= TAG_END)                 ? "a tag character"
	       : (c >= 0xfe00 && c <= 0xfe0f) || c >= 0xe0100 ? "a variation selector"
							      : "an invisible character";
}

/* What a hidden character stands for where text is smuggled in such: 0 for none of those. */
static int smuggled(unsigned int c)
{
	unsigned int byte = c >= 0xe0020 && c < TAG_END    ? c - 0xe0000
			    : c >= 0xfe00 && c <= 0xfe0f   ? c - 0xfe00
			    : c >= 0xe0100 && c <= 0xe01ef ? c - 0xe0100 + 16
							   : 0;

	return byte >= ' ' && byte <= '~' ? (int)byte : 0;
}

/* The rest of the content from that place on. */
static struct span at_place(struct span content, const struct hidden_character *hidden)
{
	struct span line = content;
	unsigned int c;

	for (size_t i = 0; i < hidden->line; i++)
		line = next_line(&content);
	for (size_t i = 1; i < hidden->column && line.len; i++) {
		size_t len = text_decode(line, &c);

		line.data += len ? len : 1;
		line.len -= len ? len : 1;
	}
	return line;
}

void hidden_describe(
	const struct hidden_character *hidden, struct span content, char *out, size_t size)
{
	struct span rest = at_place(content, hidden);
	char said[96];
	size_t used = 0;
	unsigned int c = 0;

	for (size_t len; used + 1 < sizeof(said) && (len = text_decode(rest, &c)) > 0;) {
		int byte = smuggled(c);

		if (!byte && c != 0xe0001)
			break;
		if (byte)
			said[used++] = (char)byte;
		rest.data += len;
		rest.len -= len;
	}
	said[used] = '\0';
	(void)snprintf(out, size, "%s (U+%04X)%s%s%s", name_of(hidden->character),
		hidden->character, used ? ", which says: " : "", said,
		used + 1 == sizeof(said) ? "..." : "");
}
