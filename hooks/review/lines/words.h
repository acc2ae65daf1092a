/*
 * Which words of a changed line are other ones: for two lines of which one took the other's place.
 */
#ifndef HOOKS_REVIEW_LINES_WORDS_H
#define HOOKS_REVIEW_LINES_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/span.h"

#define WORDS_MARKS_MAX 64

/* What of a line is not in the other: from byte to byte, in order. */
struct word_marks {
	struct {
		size_t from, to;
	} items[WORDS_MARKS_MAX];
	size_t count;
};

/*
 * Marks what differs.  False, and no marks, when the lines have too little in common for marks to
 * help.  Takes time that is bounded, whatever the lines hold.
 */
bool words_mark(
	struct span old, struct span new, struct word_marks *in_old, struct word_marks *in_new);

#endif
