/*
 * The letters that paths are made of, for automata: the ASCII ones, every other character that some
 * pattern names, what these fold to, and one that nobody named, in the place of all others.
 *
 * A letter has two spellings: its bytes, at which exact patterns look, and what fold_path() makes
 * of it, at which generous ones look.
 *
 * A backslash is no letter here: what Windows makes of it is more than one path.
 */
#ifndef COMMON_AUTOMATON_ALPHABET_H
#define COMMON_AUTOMATON_ALPHABET_H

#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

#define LETTERS_MAX 512
#define LETTER_SLASH 0

struct letter {
	uint8_t raw_len, folded_len;
	char raw[4], folded[74];
	uint16_t twin; /* the first that folds to the same, or itself */
};

struct alphabet {
	/* the slash first, then in the order in which examples prefer them */
	struct letter letters[LETTERS_MAX];
	size_t count;
};

/* The ASCII letters, to which patterns may add theirs. */
int alphabet_init(struct alphabet *a, struct fault *f);

/* Adds the characters of a pattern that are not ASCII.  0, or -1: there are too many. */
int alphabet_add(struct alphabet *a, struct span pattern, struct fault *f);

/* Adds the one that stands for all others; the last call.  0 or -1. */
int alphabet_finish(struct alphabet *a, struct fault *f);

/* Whether the letter is more than one byte in some spelling. */
static inline bool letter_is_wide(const struct letter *letter)
{
	return letter->raw_len != 1 || letter->folded_len != 1;
}

#endif
