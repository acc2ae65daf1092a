/*
 * Between the files that make the automaton of a list: subset.c goes through the states,
 * subset_step.c takes one of them a letter on.
 */
#ifndef COMMON_AUTOMATON_SUBSET_H
#define COMMON_AUTOMATON_SUBSET_H

#include "common/automaton/keys.h"
#include "common/automaton/trie.h"

#define BAGS (sizeof(((struct letter *)0)->folded) + 1)
#define HALF UINT32_C(0x80000000) /* in a key: a pattern that one of the two trees has */
#define AT_START 1u
#define NO_PATH 2u /* an empty name: nothing that follows is a path */
#define DECIDED 4u /* whatever follows */

/* A set of nodes; items and stamps are those of the work. */
struct bag {
	uint32_t *items, *stamp;
	size_t count;
};

struct work {
	struct trie trie;
	const struct alphabet *alphabet;
	struct keys keys;
	struct automaton *out;
	struct bag bags[BAGS]; /* after so many bytes of the letter */
	uint32_t now;          /* what a stamp of this step is */
	uint32_t *key;         /* being made */
	size_t key_len, key_cap;
	uint32_t *halves; /* pattern * 2, and 1 for the exact tree */
	size_t half_count, half_cap;
	int32_t best; /* run, or -1 */
	bool failed;
};

/* The state that a step starts from: a copy, since the keys move. */
struct origin {
	uint32_t *words;
	uint32_t len, halves_at; /* where the halves begin */
	bool at_start;
	int32_t best;
};

/* Makes the tree of the list, and the first state; for subset_end(), also after -1. */
int subset_begin(struct work *w, const struct automaton_list *list, struct fault *f);

/* Adds to `out` the state of that number with its edges, which lead to numbers.  0 or -1. */
int subset_expand(struct work *w, uint32_t number, struct fault *f);

/* Frees what it holds. */
void subset_end(struct work *w);

/* The state in which paths begin.  0 or -1. */
int subset_first(struct work *w, uint32_t *number, struct fault *f);

/* The state behind a slash: a name ends, and the next begins.  0 or -1. */
int subset_slash(struct work *w, const struct origin *o, uint32_t *number, struct fault *f);

/* The state behind another letter.  0 or -1. */
int subset_letter(struct work *w, const struct origin *o, const struct letter *letter,
	uint32_t *number, struct fault *f);

/* The state of what is no path.  0 or -1. */
int subset_no_path(struct work *w, uint32_t *number, struct fault *f);

/* What the list says of the path that ends in the state. */
enum list_label subset_label(struct work *w, const struct origin *o);

#endif
