/* Between the files of phrases: phrase.c goes through a language, phrase_terms.c says a path. */
#ifndef COMMON_AUTOMATON_PHRASE_PRIVATE_H
#define COMMON_AUTOMATON_PHRASE_PRIVATE_H

#include "common/automaton/phrase.h"

/* A language being said. */
struct saying {
	struct phrase_words *words;
	const struct automaton *whole; /* its paths: label 1 */
	struct automaton *others;      /* all other paths */
	struct automaton *rest;        /* its paths that are not said yet */
	struct fault *f;
};

/* The paths of two automata that both have, and those that only the first has; labels LABEL_HAS. */
extern const struct automaton_rule phrase_intersection, phrase_difference;

/* Takes from *language what the other has.  0 or -1. */
int phrase_subtract(struct automaton **language, const struct automaton *other, struct fault *f);

/* Whether the label is LABEL_HAS. */
bool phrase_has(void *context, uint32_t label);

/* Says the path, and what is said with it.  0 or -1. */
int phrase_say(struct saying *s, struct phrase *phrase, struct span path);

#endif
