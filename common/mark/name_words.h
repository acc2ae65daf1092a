/*
 * The words that a name may be made of: `claude opus 4 5`, `a locally trained model`.  Words are
 * folded (fold.h).
 */
#ifndef COMMON_MARK_NAME_WORDS_H
#define COMMON_MARK_NAME_WORDS_H

#include <stdbool.h>

#include "common/base/span.h"

#define NAME_WORDS_MAX 24 /* of one name; longer ones name nobody */

struct name_words {
	struct span word[NAME_WORDS_MAX];
	size_t count, colon; /* colon: how many words stand before the first one */
	bool overflow;
};

/*
 * Appends the word.  What is glued to an assistant's name there is words of its own: `claude opus
 * 4` of `claudeopus4`, `gpt 4o` of `gpt4o`.
 */
void name_words_add(struct name_words *words, struct span word);

/* Whether the word may stand behind an assistant's name: `4`, `20250514`, `k2`, `sonnet`, `cli`. */
bool name_words_talk(struct span word);

/* Whether the n-th word is glued to the one before it, as in `mux123`. */
bool name_words_glued(const struct name_words *words, size_t n);

/* Whether words [n, end) describe a model that has no name: `our self hosted llm`. */
bool name_words_describe(const struct name_words *words, size_t n, size_t end);

#endif
