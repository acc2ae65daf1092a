/*
 * Spellings that make no difference to a reader, and patterns simple enough to need no regular
 * expressions.  All of them take folded text (fold.h), and cost time linear in it.
 */
#ifndef COMMON_TEXT_SPELLING_H
#define COMMON_TEXT_SPELLING_H

#include "common/base/buf.h"

/*
 * Appends the letters and digits alone: `co-authored-by`, `co authored by` and `**co_authored_by`
 * are one key.  0, or -1 as buf_add.
 */
int spelling_key(struct buf *out, struct span text);

/*
 * Whether the byte belongs to a word: ASCII letters and digits, and letters beyond ASCII, but no
 * symbols.  0xc2, 0xe2, 0xe3 0x80 and 0xf0 begin punctuation, arrows, dingbats and emoji.  It is
 * asked for each byte of a history.
 */
static inline bool spelling_is_word(unsigned char c)
{
	const unsigned letter = (c | 0x20u) - 'a', digit = c - (unsigned)'0';

	return letter < 26 || digit < 10 || (c >= 0x80 && c != 0xc2 && c != 0xe2 && c < 0xf0);
}

/*
 * Takes the next word off the text: a run of word bytes.  Empty at the end.  What stood before it
 * is left in *between.
 */
struct span spelling_word(struct span *rest, struct span *between);

/* Appends the words with one blank between them.  0, or -1 as buf_add. */
int spelling_words(struct buf *out, struct span text);

/*
 * Whether the whole text is of that form: `*` is anything, {uuid}, {hex} (7 to 64 digits) and
 * {number} (1 to 64) are what they say; other bytes are themselves.
 */
bool spelling_match(const char *form, struct span text);

/* Whether the word is in a list sorted by bytes. */
bool spelling_listed(const char *const *list, size_t count, struct span word);

#define SPELLING_LISTED(list, word) spelling_listed(list, sizeof(list) / sizeof((list)[0]), word)

/*
 * Takes the words of `want`, which begins with one, off the front of the text, unless a colon
 * stands before one of them.  Whether they were there.
 */
bool spelling_take(struct span *text, const char *want);

/* The same for the first of a list that is there. */
bool spelling_take_any(struct span *text, const char *const *list, size_t count);

#define SPELLING_TAKE_ANY(text, list) \
	spelling_take_any(text, list, sizeof(list) / sizeof((list)[0]))

/* What the next word begins with, by which most of a list can be left alone; NUL at the end. */
char spelling_next(struct span text);

/* The text without blanks, tabs and line ends around it. */
struct span spelling_trim(struct span text);

#endif
