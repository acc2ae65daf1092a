/*
 * The commits that are new to some refs.
 *
 * Two heaps are walked at once, the latest date first: what the tips reach, and what the hidden
 * commits reach.  When the hidden side meets a commit that was taken for new, it and all that was
 * walked below it are hidden.  Only what is truly reachable from a hidden commit is ever marked
 * so.  When the tips' side is at its end, the hidden side goes on until it can meet nothing more
 * (graph_settle.c).  So the outcome is exact whatever the dates say; they only decide what is read
 * first.  To keep one lie (a commit of 1970 on top of main) from leading the walk through all of
 * history, every 16th step is taken on the other side than dates advise.
 *
 * Commits that lie in the push's quarantine are not reachable from what was there before.  So while
 * only such are new, the hidden side is not even read: a push to a repository of a million refs
 * touches none.
 */
#include <stdlib.h>

#include "common/history/graph_private.h"

#define HIDDEN_CHECKED \
	256 /* hidden commits that are asked whether they are in quarantine themselves */

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

/* One step on the tips' side. */
static int step_tips(struct graph_walk *walk, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node = heap_pop(&walk->tips, graph);
	bool had;

	if (graph->nodes[node].flags & HIDDEN)
		return 0;
	if (was_there(walk, node, &had, f) < 0 || graph_flag(graph, node, TAKEN, f) < 0)
		return -1;
	walk->live++;
	walk->live_had += had;
	for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++) {
		uint32_t parent;

		if (graph_parent(graph, node, i, &parent, f) < 0 ||
			walk_reach(walk, parent, NEW, &walk->tips, f) < 0)
			return -1;
	}
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
		*done = true;
		return walk_settle(walk, f);
	}
	if (!walk->hidden.count)
		return step_tips(walk, f);
	later = graph->nodes[walk->tips.items[0]].date >= graph->nodes[walk->hidden.items[0]].date;
	if (++walk->steps % INTERLEAVE == 0)
		later = !later;
	return later ? step_tips(walk, f) : walk_hide(walk, f);
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
		if (graph_node(graph, &tips->ids[i], &node, f) < 0 ||
			walk_reach(walk, node, NEW, &walk->tips, f) < 0)
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
		/* What was there before may yet turn out hidden. */
		walk->over = walk->over || graph_is_late(walk->graph) ||
			     walk->live - walk->live_had > walk->graph->limit;
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
	if (walk_push(walk, node, f) < 0)
		return -1;
	while (walk->stack_count) {
		size_t before = walk->stack_count;
		uint32_t top = walk->stack[before - 1], parent;
		int first = is_new(&graph->nodes[top]) ? graph_flag(graph, top, OUT, f) : 0;

		if (first < 0)
			return -1;
		for (uint32_t i = 0; first && i < graph->nodes[top].parent_count; i++) {
			if (graph_parent(graph, top, i, &parent, f) < 0)
				return -1;
			if (is_new(&graph->nodes[parent]) && !(graph->nodes[parent].flags & OUT) &&
				walk_push(walk, parent, f) < 0)
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
			result = graph_node(graph, &tips->ids[i], &node, f) < 0
					 ? -1
					 : walk_reach(&walk, node, NEW, &walk.tips, f);
	while (result == 0 && walk.tips.count && !walk.over) {
		node = heap_pop(&walk.tips, graph);
		result = graph_flag(graph, node, TAKEN, f) < 0 ? -1 : 0;
		for (uint32_t i = 0; result == 0 && i < graph->nodes[node].parent_count; i++) {
			uint32_t parent;

			result = graph_parent(graph, node, i, &parent, f);
			if (result == 0)
				result = was_there(&walk, parent, &had, f);
			if (result == 0 && !had)
				result = walk_reach(&walk, parent, NEW, &walk.tips, f);
		}
		walk.over = ++walk.live > graph->limit || graph_is_late(graph);
	}
	for (size_t i = 0; result == 0 && i < tips->count; i++) {
		result = graph_node(graph, &tips->ids[i], &node, f);
		if (result == 0)
			result = add_with_ancestors(&walk, node, out, f);
	}
	if (result == 0 && !walk.over)
		*end = GRAPH_WHOLE;
	walk_release(&walk);
	return result;
}
