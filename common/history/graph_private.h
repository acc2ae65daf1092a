/*
 * What the files of the graph module (graph*.c) share.  Nobody else includes this.
 */
#ifndef COMMON_HISTORY_GRAPH_PRIVATE_H
#define COMMON_HISTORY_GRAPH_PRIVATE_H

#include "common/base/arena.h"
#include "common/history/graph.h"

/* A commit.  Its flags belong to the walk that is under way; graph_forget() zeroes them. */
struct node {
	struct oid id, tree;
	bool loaded;
	unsigned flags;
	uint32_t parent_count;
	const struct oid *parents; /* in the arena */
	uint32_t *numbers;         /* of the parents' nodes, counting from 1; 0: not known yet */
	int64_t date;              /* of the committer, as claimed; 0 when unreadable */
};

struct graph {
	struct repo *repo;
	struct arena arena;
	struct node *nodes;
	size_t count, cap;
	struct oid_map map; /* id to number in nodes */
	uint32_t *touched;  /* nodes with flags */
	size_t touched_count, touched_cap;
	size_t limit;
	struct deadline *deadline;
};

/* Numbers of nodes, the latest date on top. */
struct heap {
	uint32_t *items;
	size_t count, cap;
};

/* The flags of a range's walk. */
enum {
	NEW = 1,      /* reached from a tip */
	HIDDEN = 2,   /* reached from a hidden commit */
	TAKEN = 4,    /* its parents were marked */
	HAD = 8,      /* in the repository before this push */
	FRESH = 16,   /* not so; one of the two is set once it is asked for */
	OUT = 32,     /* in the outcome, or about to be */
	SETTLED = 64, /* no hidden commit reaches it */
};

/* The walk of a range: graph_range.c, graph_settle.c. */
struct graph_walk {
	struct graph *graph;
	struct heap tips, hidden, floor;
	const struct oid_list *pending; /* hidden commits that were not read yet */
	uint32_t *stack;
	size_t stack_count, stack_cap;
	size_t live;     /* NEW, TAKEN and not HIDDEN */
	size_t live_had; /* those of them that were there before */
	size_t steps;
	bool over;
	bool all_had; /* take every commit as one that was there before */
};

#define INTERLEAVE 16 /* every which step is taken on the other side than dates advise */

/* Puts a node on the walk's stack.  0 or -1. */
int walk_push(struct graph_walk *walk, uint32_t node, struct fault *f);

/* Marks a commit and puts it on a heap, unless it has the mark.  0 or -1. */
int walk_reach(
	struct graph_walk *walk, uint32_t node, unsigned flag, struct heap *heap, struct fault *f);

/* Takes one step on the hidden side, which must have one left; hides what it meets.  0 or -1. */
int walk_hide(struct graph_walk *walk, struct fault *f);

/*
 * Hides all that is still taken for new and that a hidden commit reaches; walk->over if time runs
 * out.  0 or -1.
 */
int walk_settle(struct graph_walk *walk, struct fault *f);

/* Ends the walk and frees what it holds. */
void walk_release(struct graph_walk *walk);

/* The number of the commit's node, made when it is new.  0 or -1. */
int graph_node(struct graph *graph, const struct oid *id, uint32_t *out, struct fault *f);

/* The number of a parent's node, counting parents from 0; the node must be loaded.  0 or -1. */
int graph_parent(
	struct graph *graph, uint32_t node, uint32_t parent, uint32_t *out, struct fault *f);

/* Reads the commit, unless that was done before.  0 or -1. */
int graph_load(struct graph *graph, uint32_t node, struct fault *f);

/* Sets flags; 1 when one of them was not set before, else 0; -1: no memory. */
int graph_flag(struct graph *graph, uint32_t node, unsigned flags, struct fault *f);

/* Zeroes the flags of all nodes. */
void graph_forget(struct graph *graph);

/* Whether the deadline is over; looks at the clock every now and then. */
bool graph_is_late(struct graph *graph);

/* Puts a (loaded) node in.  0 or -1: no memory. */
int heap_push(struct heap *heap, const struct graph *graph, uint32_t node);

/* Takes the node with the latest date out; there must be one. */
uint32_t heap_pop(struct heap *heap, const struct graph *graph);

/* Frees what it holds; harmless on a zeroed one. */
void heap_release(struct heap *heap);

#endif
