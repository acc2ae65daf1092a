/*
 * Bytes of strangers on a page: nothing of them is markup, and nothing of them is unseen.
 *
 * What a reader would not see, or would see in another place (control characters, bidi and
 * invisible characters, bytes that are no UTF-8), comes out as its number in a frame of its own,
 * so that nothing else can look like it.
 */
#ifndef HOOKS_REVIEW_LINES_SHOWN_H
#define HOOKS_REVIEW_LINES_SHOWN_H

#include "hooks/report/page.h"

/* Adds the bytes, a line feed or tab as its number, too. */
void shown_add(struct page *page, struct span bytes);

/* The same for a C string; NULL is nothing. */
void shown_text(struct page *page, const char *text);

/* The same for a line of a file, where a tab is one. */
void shown_code(struct page *page, struct span bytes);

/*
 * The same for something that shown text (JSON of ours) has as `\x1b` and `\u{202e}` already: those
 * come out in frames, and a double backslash as one.
 */
void shown_escaped(struct page *page, const char *text);

/* How many characters of a content are framed; a carriage return before a line feed is not counted.
 */
size_t shown_count_hidden(struct span bytes);

#endif
