/*
 * What the files of the graph module (graph*.c) share.  Nobody else includes this.
 */
#ifndef COMMON_GIT_GRAPH_PRIVATE_H
#define COMMON_GIT_GRAPH_PRIVATE_H

#include "common/base/arena.h"
#include "common/git/graph.h"

/* A commit.  Its flags belong to the walk that is under way; graph_forget() zeroes them. */
struct node {
	struct oid id, tree;
	bool loaded;
	unsigned flags;
	uint32_t parent_count;
	const struct oid *parents; /* in the arena */
	int64_t date;              /* of the committer, as claimed; 0 when unreadable */
};

#define GRAPH_ALONE 200000 /* hidden commits */

struct graph {
	struct repo *repo;
	struct arena arena;
	struct node *nodes;
	size_t count, cap;
	struct oid_map map; /* id to number in nodes */
	uint32_t *touched;  /* nodes with flags */
	size_t touched_count, touched_cap;
	size_t limit;
	size_t alone; /* how far a range looks below what it hides: graph_range.c */
	double deadline;
	unsigned ticks; /* steps since the clock was looked at */
};

/* Numbers of nodes, the latest date on top. */
struct heap {
	uint32_t *items;
	size_t count, cap;
};

/* The number of the commit's node, made when it is new.  0 or -1. */
int graph_node(struct graph *graph, const struct oid *id, uint32_t *out, struct fault *f);

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
