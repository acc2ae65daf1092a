/*
 * Finite automata over paths.  Each path has a label, a small number: what a list of patterns says
 * of it, or what becomes of it under a policy.
 *
 *	automaton_of_list(&scope, &alphabet, &list, f);
 *	automaton_combine(&both, scope, other, &rule, f);	union, intersection, difference ...
 *	automaton_shortest(both, wants, NULL, &path, f);	an example, or that there is none
 *
 * An automaton is complete and deterministic: a state has one target for each letter, of which only
 * those are kept that differ from its fallback.  It is read-only once made.  The paths it knows are
 * those of files and refs as people write them: see automaton_words().
 *
 * The work has a limit, since languages can be made that have no small automaton: a fault of class
 * FAULT_LIMIT then, never a wrong answer.
 */
#ifndef COMMON_AUTOMATON_AUTOMATON_H
#define COMMON_AUTOMATON_AUTOMATON_H

#include "common/automaton/alphabet.h"
#include "common/path/pattern.h"

/* What a list says of a path. */
enum list_label {
	LABEL_NONE,       /* no pattern of it matches */
	LABEL_HAS,        /* the last that matches gives it */
	LABEL_TAKEN_BACK, /* the last that matches is a `!` one */
};

struct edge {
	uint32_t letter, to;
};

struct state {
	uint32_t label;        /* of the path that ends here */
	uint32_t fallback;     /* where all other letters lead */
	uint32_t first, count; /* edges, sorted by letter */
};

struct automaton {
	const struct alphabet *alphabet; /* which must outlive it */
	struct state *states;            /* the first is where paths begin */
	size_t count, cap;
	struct edge *edges;
	size_t edge_count, edge_cap;
};

/* A list of a pattern set. */
struct automaton_list {
	struct pattern_set *set;
	int list;
};

/* What a list says of each path, as enum list_label; for automaton_free().  0 or -1. */
int automaton_of_list(struct automaton **out, const struct alphabet *alphabet,
	const struct automaton_list *list, struct fault *f);

/*
 * Those words that are paths of files, label 1: names without `.`, `..` and empty ones, and without
 * what only Windows reads as another name (a dot or a space at a name's end, `:$`, `x:`, `A~1`).
 */
int automaton_words(struct automaton **out, const struct alphabet *alphabet, struct fault *f);

/* How two labels become one. */
struct automaton_rule {
	/* -1: a fault was set */
	int64_t (*label)(void *context, uint32_t a, uint32_t b);
	void *context;
};

/* Of each path the rule's label of the two that it has; not made small.  0 or -1. */
int automaton_pair(struct automaton **out, const struct automaton *a, const struct automaton *b,
	const struct automaton_rule *rule, struct fault *f);

/* The same, made small: for what is asked again.  0 or -1. */
int automaton_combine(struct automaton **out, const struct automaton *a, const struct automaton *b,
	const struct automaton_rule *rule, struct fault *f);

/* The same automaton with as few states as can be.  0 or -1. */
int automaton_minimise(struct automaton **out, const struct automaton *a, struct fault *f);

/* Frees it; NULL is fine. */
void automaton_free(struct automaton *a);

/*
 * Appends the shortest path whose label is wanted.  1: there is one, 0: there is none, -1.
 */
int automaton_shortest(const struct automaton *a, bool (*wanted)(void *context, uint32_t label),
	void *context, struct buf *path, struct fault *f);

/*
 * Of the paths that the context has (label 1) those that the list has, or with `has` false those
 * that it has not: label 1.  Only as much of the list is worked out as the context needs, so that a
 * list without a small automaton of its own can be asked about a few folders.  0 or -1.
 */
int automaton_within(struct automaton **out, const struct automaton *context,
	const struct automaton_list *list, bool has, struct fault *f);

/*
 * Calls `each` with paths whose label is wanted, many kinds of them, shorter ones first, until it
 * returns other than 0 or there are no more.  What it returned last, or -1.
 */
int automaton_examples(const struct automaton *a, uint32_t wanted,
	int (*each)(void *context, struct span path), void *context, struct fault *f);

/* The state that the letter leads to. */
uint32_t automaton_step(const struct automaton *a, uint32_t state, uint32_t letter);

/* The label of a path; a letter that the alphabet does not have counts as the last one it has. */
uint32_t automaton_label(const struct automaton *a, struct span path);

/* The largest label that a path can have. */
uint32_t automaton_labels(const struct automaton *a);

/* ---- for building one */

/* An empty one; for automaton_free(); NULL: no memory. */
struct automaton *automaton_new(const struct alphabet *alphabet);

/* Adds the next state, whose edges follow.  0 or -1. */
int automaton_add_state(struct automaton *a, uint32_t label, uint32_t fallback, struct fault *f);

/* Adds the next edge of the newest state, by growing letters; one to its fallback is left out. */
int automaton_add_edge(struct automaton *a, struct edge edge, struct fault *f);

#endif
