/*
 * The patterns of one list as a tree of steps, in which patterns that begin alike share them.  A
 * node stands for what has been read of a path; subset.c keeps a set of nodes.
 *
 * A node of `**` stays in the set once reached, and goes on at each name that begins.  A pattern
 * without a slash begins with one.  `!` patterns of a generous set are in a second tree, byte for
 * byte, and match only where both trees say so.
 */
#ifndef COMMON_AUTOMATON_TRIE_H
#define COMMON_AUTOMATON_TRIE_H

#include "common/automaton/automaton.h"
#include "common/path/pattern_private.h"

#define NO_NODE UINT32_MAX

enum trie_step {
	STEP_ROOT,
	STEP_BYTE,
	STEP_ANY,  /* `?` */
	STEP_SET,  /* `[...]` */
	STEP_STAR, /* any bytes but a slash, none too */
	STEP_SLASH,
	STEP_DEEP, /* any names, none too */
};

/* A pattern that is whole at a node. */
struct trie_end {
	int32_t pattern; /* its place in the list */
	bool directory;  /* only if something lies below */
	int32_t next;    /* of the same node, or -1 */
};

struct trie_node {
	enum trie_step step;
	unsigned char byte;     /* of STEP_BYTE */
	bool exact;             /* in the second tree */
	uint32_t set;           /* of STEP_SET: its number */
	uint32_t bytes, others; /* the first child by a byte, and by any other step */
	uint32_t sibling;
	uint32_t *table; /* of a node with many: the child of each byte */
	uint32_t byte_count;
	uint32_t wanted[8]; /* the bytes that lead on */
	int32_t end;        /* the first trie_end, or -1 */
	int32_t top[2];     /* the last pattern below that gives, and that takes back */
};

struct trie {
	struct trie_node *nodes; /* the first is the root, the second that of the exact tree */
	size_t count, cap;
	struct trie_end *ends;
	size_t end_count, end_cap;
	struct glob_set *sets;
	size_t set_count, set_cap;
	bool *negated; /* for each pattern of the list */
	bool *both;    /* it matches only where both trees say so */
	/* Patterns one after the other that all give, or all take back, are a run. */
	int32_t *run;      /* of each pattern */
	int32_t *run_from; /* the first pattern of each run; of the last and one: the count */
	size_t patterns, runs;
	bool generous;
	int32_t from, to; /* set before: of the list the patterns that count; to 0: all */
};

/* Makes the tree of what counts of the list; for trie_release(), also after -1. */
int trie_make(struct trie *trie, const struct automaton_list *list, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void trie_release(struct trie *trie);

/* The child by that byte, or NO_NODE. */
uint32_t trie_byte(const struct trie *trie, const struct trie_node *node, unsigned char byte);

/* The child by `*`, `/` or `**`, or NO_NODE. */
uint32_t trie_child(const struct trie *trie, const struct trie_node *node, enum trie_step step);

#endif
