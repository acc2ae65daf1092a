/*
 * Refs that policies treat alike, as classes: each has a name of its own for examples, and an
 * automaton of all the refs that are in it.
 */
#ifndef HOOKS_REASON_REF_SPACE_H
#define HOOKS_REASON_REF_SPACE_H

#include "common/automaton/phrase.h"
#include "common/policy/policy.h"

#define REF_CLASSES_MAX 64

struct ref_space {
	struct alphabet alphabet;
	struct automaton *paths; /* names of refs */
	struct automaton *all;   /* label: the class */
	struct phrase_words words;
	char *examples[REF_CLASSES_MAX]; /* NULL: no ref is in it */
	size_t count;
};

/* What parts refs: all that the policies say of them, and a list of patterns beside (or NULL). */
struct ref_question {
	const struct policy *const *policies;
	size_t count;
	const char *head;
	names beside;
};

/* Parts the refs; for ref_space_release(), also after -1. */
int ref_space_find(struct ref_space *space, const struct ref_question *question, struct fault *f);

/* Makes a list of patterns of refs, of which HEAD is that branch; for pattern_set_free(). */
int ref_space_set(struct pattern_set **out, names patterns, const char *head, struct fault *f);

/* Says the classes of the bits as patterns; for phrase_release().  0 or -1. */
int ref_space_say(
	struct ref_space *space, uint64_t classes, struct phrase *phrase, struct fault *f);

/* The class of a ref. */
size_t ref_space_class(const struct ref_space *space, const char *ref);

/* Frees what it holds; harmless on a zeroed one. */
void ref_space_release(struct ref_space *space);

#endif
