/*
 * The commits that are new to some refs.
 *
 * Two heaps are walked at once, the latest date first: what the tips reach, and what the hidden
 * commits reach.  When the hidden side meets a commit that was taken for new, it and all that was
 * walked below it are hidden.  Only what is truly reachable from a hidden commit is ever marked so,
 * hence whatever the dates say, no new commit is missed; wrong dates can only end the walk before
 * some old commit was recognised.  To make that rare, and to keep one lie (a commit of 1970 on top
 * of main) from leading the walk through all of history, every 16th step is taken on the other side
 * than dates advise, and the hidden side goes on until it is older than all that it could still
 * meet.
 *
 * Commits that lie in the push's quarantine are not reachable from what was there before.  So while
 * only such are new, the hidden side is not even read: a push to a repository of a million refs
 * touches none.
 */
#include <stdlib.h>

#include "common/git/graph_private.h"

enum {
	NEW = 1,    /* reached from a tip */
	HIDDEN = 2, /* reached from a hidden commit */
	TAKEN = 4,  /* its parents were marked */
	HAD = 8,    /* in the repository before this push */
	FRESH = 16, /* not so; one of the two is set once it is asked for */
	OUT = 32,   /* in the outcome, or about to be */
};

#define HIDDEN_CHECKED \
	256 /* hidden commits that are asked whether they are in quarantine themselves */
#define INTERLEAVE 16
#define SLOP 32 /* hidden commits older than all new ones that are still looked at */
#define ALONE_PER_NEW \
	20 /* hidden commits looked at when no tip's side is left, besides graph->alone */
#define EARLY_MAX 10000 /* commits taken for new over the limit, which may yet turn out hidden */

struct graph_walk {
	struct graph *graph;
	struct heap tips, hidden;
	const struct oid_list *pending; /* hidden commits that were not read yet */
	uint32_t *stack;
	size_t stack_count, stack_cap;
	size_t live;     /* NEW, TAKEN and not HIDDEN */
	size_t live_had; /* those of them that were there before */
	int64_t oldest;  /* date of the oldest of those */
	size_t steps;
	size_t alone, slop;
	bool over;
	bool all_had;  /* take every commit as one that was there before */
	bool thorough; /* go on alone for as long as dates say that there is something to meet */
};

static int push_stack(struct graph_walk *walk, uint32_t node, struct fault *f)
{
	if (walk->stack_count == walk->stack_cap) {
		size_t cap = walk->stack_cap ? walk->stack_cap * 2 : 256;
		void *stack = reallocarray(walk->stack, cap, sizeof(*walk->stack));

		if (!stack)
			return fault_memory(f);
		walk->stack = stack;
		walk->stack_cap = cap;
	}
	walk->stack[walk->stack_count++] = node;
	return 0;
}

static void walk_release(struct graph_walk *walk)
{
	heap_release(&walk->tips);
	heap_release(&walk->hidden);
	free(walk->stack);
	graph_forget(walk->graph);
}

/* Whether the commit was there before this push; asked once. */
static int was_there(struct graph_walk *walk, uint32_t node, bool *had, struct fault *f)
{
	struct graph *graph = walk->graph;

	if (!(graph->nodes[node].flags & (HAD | FRESH))) {
		bool there = walk->all_had || repo_had(graph->repo, &graph->nodes[node].id);

		if (graph_flag(graph, node, there ? HAD : FRESH, f) < 0)
			return -1;
	}
	*had = graph->nodes[node].flags & HAD;
	return 0;
}

/* Marks a commit and puts it on a heap, unless it has the mark. */
static int reach(struct graph_walk *walk, const struct oid *id, unsigned flag, struct heap *heap,
	struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node;
	int fresh;

	if (graph_node(graph, id, &node, f) < 0)
		return -1;
	if (flag == NEW && graph->nodes[node].flags & HIDDEN)
		return 0;
	fresh = graph_flag(graph, node, flag, f);
	if (fresh <= 0)
		return fresh;
	if (graph_load(graph, node, f) < 0)
		return -1;
	return heap_push(heap, graph, node) < 0 ? fault_memory(f) : 0;
}

/* Marks as hidden what was taken for new already, and all that was walked below it. */
static int hide_below(struct graph_walk *walk, uint32_t node, struct fault *f)
{
	struct graph *graph = walk->graph;

	walk->stack_count = 0;
	if (push_stack(walk, node, f) < 0)
		return -1;
	while (walk->stack_count) {
		node = walk->stack[--walk->stack_count];
		walk->live--;
		if (graph->nodes[node].flags & HAD)
			walk->live_had--;
		for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++) {
			uint32_t parent;

			if (graph_node(graph, &graph->nodes[node].parents[i], &parent, f) < 0)
				return -1;
			if (graph->nodes[parent].flags & HIDDEN)
				continue;
			if (graph_flag(graph, parent, HIDDEN, f) < 0)
				return -1;
			if (graph->nodes[parent].flags & TAKEN) {
				if (push_stack(walk, parent, f) < 0)
					return -1;
			} else if (graph_load(graph, parent, f) < 0 ||
				   heap_push(&walk->hidden, graph, parent) < 0) {
				return fault_memory(f);
			}
		}
	}
	return 0;
}

/* One step on the hidden side. */
static int step_hidden(struct graph_walk *walk, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node = heap_pop(&walk->hidden, graph);

	for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++) {
		const struct oid *id = &graph->nodes[node].parents[i];
		uint32_t parent;

		if (graph_node(graph, id, &parent, f) < 0)
			return -1;
		if ((graph->nodes[parent].flags & (TAKEN | HIDDEN)) == TAKEN) {
			if (graph_flag(graph, parent, HIDDEN, f) < 0 ||
				hide_below(walk, parent, f) < 0)
				return -1;
		} else if (reach(walk, id, HIDDEN, &walk->hidden, f) < 0) {
			return -1;
		}
	}
	return 0;
}

/* One step on the tips' side. */
static int step_tips(struct graph_walk *walk, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node = heap_pop(&walk->tips, graph);
	int64_t date = graph->nodes[node].date;
	bool had;

	if (graph->nodes[node].flags & HIDDEN)
		return 0;
	if (was_there(walk, node, &had, f) < 0 || graph_flag(graph, node, TAKEN, f) < 0)
		return -1;
	walk->live++;
	if (had && (walk->live_had++ == 0 || date < walk->oldest))
		walk->oldest = date;
	for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++)
		if (reach(walk, &graph->nodes[node].parents[i], NEW, &walk->tips, f) < 0)
			return -1;
	return 0;
}

/* Reads the hidden commits, which were only marked until now. */
static int read_hidden(struct graph_walk *walk, struct fault *f)
{
	struct graph *graph = walk->graph;
	const struct oid_list *list = walk->pending;

	walk->pending = NULL;
	for (size_t i = 0; i < list->count && !walk->over; i++) {
		uint32_t node;

		walk->over = graph_is_late(graph);
		if (graph_node(graph, &list->ids[i], &node, f) < 0 ||
			graph_load(graph, node, f) < 0 || heap_push(&walk->hidden, graph, node) < 0)
			return fault_memory(f);
	}
	return 0;
}

/* Whether anything on the tips' side is not known to be hidden. */
static bool tips_left(struct graph_walk *walk)
{
	while (walk->tips.count && walk->graph->nodes[walk->tips.items[0]].flags & HIDDEN)
		(void)heap_pop(&walk->tips, walk->graph);
	return walk->tips.count > 0;
}

/* Whether the hidden side may still meet what was taken for new, when no tips are left. */
static bool is_worth_going_on(struct graph_walk *walk)
{
	const struct graph *graph = walk->graph;

	if (!walk->live_had || !walk->hidden.count)
		return false;
	if (!walk->thorough && walk->alone++ > graph->alone + ALONE_PER_NEW * walk->live)
		return false;
	if (graph->nodes[walk->hidden.items[0]].date >= walk->oldest) {
		walk->slop = 0;
		return true;
	}
	return walk->slop++ < SLOP;
}

/* Takes one step; *done when there is none left to take. */
static int step(struct graph_walk *walk, bool *done, struct fault *f)
{
	const struct graph *graph = walk->graph;
	bool left = tips_left(walk), had = true, later;

	if (walk->pending) {
		if (left && was_there(walk, walk->tips.items[0], &had, f) < 0)
			return -1;
		if (left && !had)
			return step_tips(walk, f);
		if (!left && walk->live_had == 0)
			return *done = true, 0;
		return read_hidden(walk, f);
	}
	if (!left) {
		*done = !is_worth_going_on(walk);
		return *done ? 0 : step_hidden(walk, f);
	}
	if (!walk->hidden.count)
		return step_tips(walk, f);
	later = graph->nodes[walk->tips.items[0]].date >= graph->nodes[walk->hidden.items[0]].date;
	if (++walk->steps % INTERLEAVE == 0)
		later = !later;
	return later ? step_tips(walk, f) : step_hidden(walk, f);
}

static int walk_start(struct graph_walk *walk, const struct oid_list *tips,
	const struct oid_list *hidden, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node;

	for (size_t i = 0; i < hidden->count; i++)
		if (graph_node(graph, &hidden->ids[i], &node, f) < 0 ||
			graph_flag(graph, node, HIDDEN, f) < 0)
			return -1;
	walk->pending = hidden;
	for (size_t i = 0; i < hidden->count && i < HIDDEN_CHECKED && !walk->all_had; i++)
		walk->all_had = !repo_had(graph->repo, &hidden->ids[i]);
	for (size_t i = 0; i < tips->count; i++)
		if (reach(walk, &tips->ids[i], NEW, &walk->tips, f) < 0)
			return -1;
	return 0;
}

/* Walks until it is known what is new, or the limits are reached. */
static int walk_run(struct graph_walk *walk, struct fault *f)
{
	bool done = false;

	while (!done && !walk->over) {
		if (step(walk, &done, f) < 0)
			return -1;
		walk->over =
			walk->over || graph_is_late(walk->graph) ||
			(walk->live > EARLY_MAX && walk->live - EARLY_MAX > walk->graph->limit);
	}
	return 0;
}

static bool is_new(const struct node *node)
{
	return (node->flags & (TAKEN | HIDDEN)) == TAKEN;
}

/* Adds a new commit after all of its new ancestors. */
static int add_with_ancestors(
	struct graph_walk *walk, uint32_t node, struct oid_list *out, struct fault *f)
{
	struct graph *graph = walk->graph;

	walk->stack_count = 0;
	if (push_stack(walk, node, f) < 0)
		return -1;
	while (walk->stack_count) {
		size_t before = walk->stack_count;
		uint32_t top = walk->stack[before - 1], parent;
		int first = is_new(&graph->nodes[top]) ? graph_flag(graph, top, OUT, f) : 0;

		if (first < 0)
			return -1;
		for (uint32_t i = 0; first && i < graph->nodes[top].parent_count; i++) {
			if (graph_node(graph, &graph->nodes[top].parents[i], &parent, f) < 0)
				return -1;
			if (is_new(&graph->nodes[parent]) && !(graph->nodes[parent].flags & OUT) &&
				push_stack(walk, parent, f) < 0)
				return -1;
		}
		if (walk->stack_count > before)
			continue;
		walk->stack_count--;
		/* TAKEN goes when it is out, so that one that was pushed twice is added once. */
		if (is_new(&graph->nodes[top]) && oid_list_add(out, &graph->nodes[top].id) < 0)
			return fault_memory(f);
		graph->nodes[top].flags &= ~(unsigned)TAKEN;
	}
	return 0;
}

int graph_range(struct graph *graph, const struct oid_list *tips, const struct oid_list *hidden,
	struct oid_list *out, enum graph_end *end, struct fault *f)
{
	struct graph_walk walk = { .graph = graph };
	uint32_t node;
	int result = walk_start(&walk, tips, hidden, f);

	*end = GRAPH_LIMIT;
	if (result == 0)
		result = walk_run(&walk, f);
	for (size_t i = 0; result == 0 && !walk.over && i < tips->count; i++) {
		result = graph_node(graph, &tips->ids[i], &node, f);
		if (result == 0)
			result = add_with_ancestors(&walk, node, out, f);
	}
	if (result == 0 && !walk.over && walk.live <= graph->limit)
		*end = GRAPH_WHOLE;
	walk_release(&walk);
	return result;
}

int graph_introduced(struct graph *graph, const struct oid_list *tips, struct oid_list *out,
	enum graph_end *end, struct fault *f)
{
	struct graph_walk walk = { .graph = graph };
	uint32_t node;
	bool had;
	int result = 0;

	*end = GRAPH_LIMIT;
	for (size_t i = 0; result == 0 && i < tips->count; i++)
		if (!repo_had(graph->repo, &tips->ids[i]))
			result = reach(&walk, &tips->ids[i], NEW, &walk.tips, f);
	while (result == 0 && walk.tips.count && !walk.over) {
		node = heap_pop(&walk.tips, graph);
		result = graph_flag(graph, node, TAKEN, f) < 0 ? -1 : 0;
		for (uint32_t i = 0; result == 0 && i < graph->nodes[node].parent_count; i++) {
			const struct oid *parent = &graph->nodes[node].parents[i];
			uint32_t number;

			result = graph_node(graph, parent, &number, f);
			if (result == 0)
				result = was_there(&walk, number, &had, f);
			if (result == 0 && !had)
				result = reach(&walk, parent, NEW, &walk.tips, f);
		}
		walk.over = ++walk.live > graph->limit || graph_is_late(graph);
	}
	for (size_t i = 0; result == 0 && !walk.over && i < tips->count; i++) {
		result = graph_node(graph, &tips->ids[i], &node, f);
		if (result == 0)
			result = add_with_ancestors(&walk, node, out, f);
	}
	if (result == 0 && !walk.over)
		*end = GRAPH_WHOLE;
	walk_release(&walk);
	return result;
}

int graph_reaches(struct graph *graph, const struct oid *descendant, const struct oid *ancestor,
	bool *reaches, struct fault *f)
{
	struct oid from = *ancestor, below = *descendant;
	struct oid_list tips = { .ids = &from, .count = 1 }, hidden = { .ids = &below, .count = 1 };
	struct graph_walk walk = { .graph = graph, .all_had = true, .thorough = true };
	uint32_t node = 0;
	bool done = oid_equal(descendant, ancestor);
	int result = walk_start(&walk, &tips, &hidden, f);

	if (result == 0)
		result = graph_node(graph, ancestor, &node, f);
	while (result == 0 && !done && !(graph->nodes[node].flags & HIDDEN)) {
		result = step(&walk, &done, f);
		if (result == 0 && (walk.over || graph_is_late(graph)))
			result = fault_set(f, FAULT_PUSHER, "walking the history took too long");
	}
	*reaches = result == 0 && graph->nodes[node].flags & HIDDEN;
	walk_release(&walk);
	return result;
}
