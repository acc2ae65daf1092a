#include "hooks/review/lines/words.h"

#include <ctype.h>
#include <stdint.h>

#define WORDS_MAX 200 /* of a line, behind what both begin with; more are taken as one */

/* A line in words. */
struct words {
	struct span items[WORDS_MAX];
	size_t count;
	const char *line;
};

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* How long the word is that the text begins with: letters, blanks, or one sign. */
static size_t word_length(struct span text)
{
	size_t len = 1;

	if (is_letter(text.data[0]))
		while (len < text.len && is_letter(text.data[len]))
			len++;
	else if (text.data[0] == ' ' || text.data[0] == '\t')
		while (len < text.len && (text.data[len] == ' ' || text.data[len] == '\t'))
			len++;
	return len;
}

static void split(struct words *words, struct span text)
{
	while (text.len && words->count < WORDS_MAX) {
		size_t len = words->count + 1 < WORDS_MAX ? word_length(text) : text.len;

		words->items[words->count++] = (struct span){ text.data, len };
		text.data += len;
		text.len -= len;
	}
}

/* Marks a word; those side by side are one mark. */
static void mark(struct word_marks *marks, const struct words *words, size_t i)
{
	size_t from = (size_t)(words->items[i].data - words->line);
	size_t to = from + words->items[i].len;

	if (marks->count && marks->items[marks->count - 1].to == from) {
		marks->items[marks->count - 1].to = to;
	} else if (marks->count < WORDS_MARKS_MAX) {
		marks->items[marks->count].from = from;
		marks->items[marks->count++].to = to;
	} else {
		marks->items[marks->count - 1].to = to;
	}
}

/* The bytes that are in words which both have, by the longest common sequence. */
static size_t mark_all(const struct words *a, const struct words *b, struct word_marks *in_a,
	struct word_marks *in_b)
{
	static uint16_t best[WORDS_MAX + 1][WORDS_MAX + 1];
	size_t i = 0, j = 0, same = 0;

	for (size_t x = a->count + 1; x-- > 0;)
		for (size_t y = b->count + 1; y-- > 0;) {
			if (x == a->count || y == b->count)
				best[x][y] = 0;
			else if (span_equal(a->items[x], b->items[y]))
				best[x][y] = (uint16_t)(best[x + 1][y + 1] + 1);
			else
				best[x][y] = best[x + 1][y] > best[x][y + 1] ? best[x + 1][y]
									     : best[x][y + 1];
		}
	while (i < a->count || j < b->count) {
		if (i < a->count && j < b->count && span_equal(a->items[i], b->items[j])) {
			same += a->items[i++].len;
			j++;
		} else if (i < a->count && (j == b->count || best[i + 1][j] >= best[i][j + 1])) {
			mark(in_a, a, i++);
		} else {
			mark(in_b, b, j++);
		}
	}
	return same;
}

/* What both begin with, up to the end of a word. */
static size_t common_start(struct span a, struct span b)
{
	size_t len = 0, most = a.len < b.len ? a.len : b.len;

	while (len < most && a.data[len] == b.data[len])
		len++;
	while (len &&
		((len < a.len && is_letter(a.data[len])) ||
			(len < b.len && is_letter(b.data[len]))) &&
		is_letter(a.data[len - 1]))
		len--;
	return len;
}

bool words_mark(
	struct span old, struct span new, struct word_marks *in_old, struct word_marks *in_new)
{
	struct words a = { .line = old.data }, b = { .line = new.data };
	size_t start = common_start(old, new), same;

	in_old->count = in_new->count = 0;
	split(&a, (struct span){ old.data + start, old.len - start });
	split(&b, (struct span){ new.data + start, new.len - start });
	same = start + mark_all(&a, &b, in_old, in_new);
	if (same * 3 >= old.len || same * 3 >= new.len)
		return true;
	in_old->count = in_new->count = 0;
	return false;
}
