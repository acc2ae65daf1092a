/*
 * Bytes of strangers, made fit to be shown.
 */
#ifndef COMMON_BASE_TEXT_H
#define COMMON_BASE_TEXT_H

#include <stdbool.h>

#include "common/base/buf.h"

/*
 * Appends the bytes so that a terminal, a log or a chat shows just what they are: control
 * characters (C0, DEL, C1), invisible and direction-changing characters, line and paragraph
 * separators, and bytes that are no UTF-8 come out as \n, \t, \xNN or \u{NNNN}; a backslash
 * as \\.  0, or -1 as buf_add.
 */
int text_escape(struct buf *out, struct span bytes);

/*
 * The same for what is escaped already, such as texts of the verdict object: a backslash stays one,
 * and whatever is not escaped is.
 */
int text_escape_again(struct buf *out, struct span bytes);

/*
 * Appends the bytes as git prints paths where core.quotePath is set: as they are when all are
 * printable ASCII other than `"` and backslash, else between double quotes with C's escapes, octal
 * for what has none.
 */
void text_quote(struct buf *out, struct span bytes);

/*
 * Appends the bytes that text_quote() has made the text of.  0, or -1: it is nothing that it makes,
 * or the buffer is full.
 */
int text_unquote(struct buf *out, struct span text);

/* Whether the bytes are well-formed UTF-8 (no surrogates, nothing overlong, at most U+10FFFF). */
bool text_is_utf8(struct span bytes);

/*
 * Whether the character changes what a reader sees without being seen: bidi controls, zero-width
 * and other default-ignorable characters, tag characters, variation selectors that follow nothing
 * they can vary.  (U+FE0F after an emoji is not such a one for the caller to find: it passes the
 * character before, or 0 at the start of a line.)
 */
bool text_is_invisible(unsigned int before, unsigned int character);

/*
 * Whether a character is to be shown as its number: a control character (also line feed and tab),
 * a separator of lines or paragraphs, or one that is invisible after the character before it.
 */
bool text_is_hidden(unsigned int before, unsigned int character);

/* Characters from one to another, both among them. */
struct text_range {
	unsigned int first, last;
};

/* Whether the character is in one of those ranges; linear in them. */
bool text_in_ranges(const struct text_range *ranges, size_t count, unsigned int character);

/* Decodes one character; returns its length in bytes, or 0 when there is no well-formed one. */
size_t text_decode(struct span bytes, unsigned int *character);

#endif
