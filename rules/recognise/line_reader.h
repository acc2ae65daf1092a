/*
 * A text line by line, for the recognisers that need no outline.
 */
#ifndef RULES_RECOGNISE_LINE_READER_H
#define RULES_RECOGNISE_LINE_READER_H

#include <stdbool.h>

#include "common/base/span.h"

/* Lines of a text, one after the other, without their ends and the blanks around them. */
struct line_reader {
	struct span rest;
	size_t number;
};

/* Whether the character is one of these; a NUL never is. */
static inline bool line_has(const char *set, char c)
{
	while (*set && *set != c)
		set++;
	return *set;
}

/* The text without blanks around it. */
struct span line_trimmed(struct span s);

/* Takes the next line; false at the end. */
bool line_next(struct line_reader *l, struct span *line);

/* The next line that says something: not empty, and no comment beginning with one of the marks. */
bool line_said(struct line_reader *l, const char *marks, struct span *line);

/* Takes the first word of the line, which is left behind it. */
struct span line_word(struct span *line);

#endif
