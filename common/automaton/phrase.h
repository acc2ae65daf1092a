/*
 * Says which paths an automaton has by as few patterns as say it: patterns that somebody wrote are
 * put together and taken away, until they have just the same paths.
 *
 *	phrase_offer(&words, "/src/", PATTERN_EXACT, f)		patterns that may be used
 *	phrase_find(&words, language, &phrase, f)
 *	phrase_release(&phrase); phrase_words_release(&words)
 */
#ifndef COMMON_AUTOMATON_PHRASE_H
#define COMMON_AUTOMATON_PHRASE_H

#include "common/automaton/automaton.h"
#include "common/base/arena.h"
#include "common/base/names.h"

#define PHRASE_TERMS 32 /* that are told of one language; more: it is told that there are more */
/*
 * States gone through for all phrases of some words: from here on no exceptions are looked for, and
 * from there on each phrase has one term.  Policies that people write stay far below.
 */
#define PHRASE_PLAIN 300000
#define PHRASE_SHORT 1600000

/* A pattern that may be used, or a class under its name. */
struct phrase_word {
	const char *text;
	enum pattern_mode mode;
	struct automaton *automaton; /* of its paths, label LABEL_HAS; NULL until it is needed */
};

struct phrase_words {
	const struct alphabet *alphabet;
	const struct automaton *paths; /* the words that are paths at all */
	struct phrase_word *items;
	size_t count, cap;
	struct arena arena; /* of the texts */
	size_t states;      /* that phrases have gone through */
};

/* Patterns as gitignore(5) has them: one, and with `!` what is taken back of it. */
struct phrase_term {
	names patterns;
	char *example; /* the shortest path */
	bool part;     /* they have other paths, too */
	struct automaton *automaton;
};

struct phrase {
	struct phrase_term terms[PHRASE_TERMS];
	size_t count;
	bool whole; /* they have all the paths; else there are others */
};

/* Ready to be offered patterns. */
void phrase_words_init(
	struct phrase_words *words, const struct alphabet *alphabet, const struct automaton *paths);

/* Offers a pattern, without its `!`; what was offered before is passed over.  0 or -1. */
int phrase_offer(
	struct phrase_words *words, const char *pattern, enum pattern_mode mode, struct fault *f);

/* Offers a name for paths; the automaton is taken over.  0 or -1. */
int phrase_offer_made(
	struct phrase_words *words, const char *name, struct automaton *automaton, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void phrase_words_release(struct phrase_words *words);

/* Says the paths of label 1; for phrase_release(), also after -1.  0 or -1. */
int phrase_find(struct phrase_words *words, const struct automaton *language, struct phrase *phrase,
	struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void phrase_release(struct phrase *phrase);

#endif
