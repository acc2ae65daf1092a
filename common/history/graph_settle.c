/*
 * What hidden commits reach, to the end.
 *
 * When a walk has no tips left, some commits are taken for new: they are, unless the hidden side
 * has yet to meet them.  A commit never reaches its own descendants.  So the hidden side need not
 * go below a commit that is an ancestor of all that is still taken for new; that is, of the lowest
 * of these, the bottoms.  Their ancestors are marked with a bit a bottom; when all that is left on
 * the hidden side has all bits, no bottom and nothing above one is hidden.  A single way down
 * suffices to show that an old tag is an ancestor, so that is what dates are used for: a diver a
 * bottom takes the way that they advise, and only where that fails all ancestors are walked, too.
 * Dates decide how much is read, and nothing else.
 */
#include <stdlib.h>

#include "common/history/graph_private.h"

#define BOTTOMS 24 /* at a time */
#define BOTTOM(i) (1u << (8 + (i)))
#define ALL_BOTTOMS (~(BOTTOM(0) - 1))

int walk_push(struct graph_walk *walk, uint32_t node, struct fault *f)
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

void walk_release(struct graph_walk *walk)
{
	heap_release(&walk->tips);
	heap_release(&walk->hidden);
	heap_release(&walk->floor);
	free(walk->stack);
	graph_forget(walk->graph);
}

/* Marks a commit and puts it on a heap, unless it has the mark. */
int walk_reach(
	struct graph_walk *walk, uint32_t node, unsigned flag, struct heap *heap, struct fault *f)
{
	struct graph *graph = walk->graph;
	int fresh;

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
	if (walk_push(walk, node, f) < 0)
		return -1;
	while (walk->stack_count) {
		node = walk->stack[--walk->stack_count];
		walk->live--;
		if (graph->nodes[node].flags & HAD)
			walk->live_had--;
		for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++) {
			uint32_t parent;

			if (graph_parent(graph, node, i, &parent, f) < 0)
				return -1;
			if (graph->nodes[parent].flags & HIDDEN)
				continue;
			if (graph_flag(graph, parent, HIDDEN, f) < 0)
				return -1;
			if (graph->nodes[parent].flags & TAKEN) {
				if (walk_push(walk, parent, f) < 0)
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
int walk_hide(struct graph_walk *walk, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node = heap_pop(&walk->hidden, graph);

	for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++) {
		uint32_t parent;

		if (graph_parent(graph, node, i, &parent, f) < 0)
			return -1;
		if ((graph->nodes[parent].flags & (TAKEN | HIDDEN)) == TAKEN) {
			if (graph_flag(graph, parent, HIDDEN, f) < 0 ||
				hide_below(walk, parent, f) < 0)
				return -1;
		} else if (walk_reach(walk, parent, HIDDEN, &walk->hidden, f) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Those that are asked about at a time. */
struct bottoms {
	unsigned count, bits;
	uint32_t divers[BOTTOMS];
};

/* Marks a commit as an ancestor of the bottoms whose bits these are. */
static int paint(struct graph_walk *walk, uint32_t node, unsigned bits, struct fault *f)
{
	int fresh = graph_flag(walk->graph, node, bits, f);

	if (fresh <= 0)
		return fresh;
	if (graph_load(walk->graph, node, f) < 0)
		return -1;
	return heap_push(&walk->floor, walk->graph, node) < 0 ? fault_memory(f) : 0;
}

static int step_floor(struct graph_walk *walk, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t node = heap_pop(&walk->floor, graph), parent;
	unsigned bits = graph->nodes[node].flags & ALL_BOTTOMS;

	for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++)
		if (graph_parent(graph, node, i, &parent, f) < 0 ||
			paint(walk, parent, bits, f) < 0)
			return -1;
	return 0;
}

static bool is_live(const struct node *node)
{
	return (node->flags & (TAKEN | HAD | HIDDEN)) == (TAKEN | HAD);
}

/* Whether the node is taken for new, and none of its parents is. */
static int is_bottom(struct graph *graph, uint32_t node, bool *bottom, struct fault *f)
{
	uint32_t parent;

	*bottom = is_live(&graph->nodes[node]) && !(graph->nodes[node].flags & SETTLED);
	for (uint32_t i = 0; *bottom && i < graph->nodes[node].parent_count; i++) {
		if (graph_parent(graph, node, i, &parent, f) < 0)
			return -1;
		*bottom = !is_live(&graph->nodes[parent]);
	}
	return 0;
}

/* Finds some bottoms that are not settled, and has them painted. */
static int find_bottoms(struct graph_walk *walk, struct bottoms *bottoms, struct fault *f)
{
	struct graph *graph = walk->graph;
	size_t touched = graph->touched_count;
	bool bottom;

	*bottoms = (struct bottoms){ 0 };
	walk->floor.count = 0;
	for (size_t i = 0; i < touched; i++)
		graph->nodes[graph->touched[i]].flags &= ~ALL_BOTTOMS;
	for (size_t i = 0; i < touched && bottoms->count < BOTTOMS; i++) {
		uint32_t node = graph->touched[i];

		if (is_bottom(graph, node, &bottom, f) < 0)
			return -1;
		if (!bottom)
			continue;
		if (paint(walk, node, BOTTOM(bottoms->count) | SETTLED, f) < 0)
			return -1;
		bottoms->bits |= BOTTOM(bottoms->count);
		bottoms->divers[bottoms->count++] = node;
	}
	return 0;
}

/*
 * Goes down from a bottom by one way, which dates advise, as far as they let it lead to the target.
 */
static int dive(struct graph_walk *walk, uint32_t *diver, uint32_t target, struct fault *f)
{
	struct graph *graph = walk->graph;
	uint32_t parent, best = *diver;

	do {
		bool any = false;

		for (uint32_t i = 0; i < graph->nodes[*diver].parent_count; i++) {
			if (graph_parent(graph, *diver, i, &parent, f) < 0 ||
				graph_load(graph, parent, f) < 0)
				return -1;
			if (graph->nodes[parent].date < graph->nodes[target].date ||
				(any && graph->nodes[parent].date >= graph->nodes[best].date))
				continue;
			best = parent;
			any = true;
		}
		walk->over = graph_is_late(graph);
		if (!any || walk->over)
			break;
		if (paint(walk, best, graph->nodes[*diver].flags & ALL_BOTTOMS, f) < 0)
			return -1;
		*diver = best;
	} while (best != target);
	return 0;
}

/* Whether the node is known to be an ancestor of all bottoms; *known. */
static int is_below(struct graph_walk *walk, struct bottoms *bottoms, uint32_t node, bool *known,
	struct fault *f)
{
	const struct graph *graph = walk->graph;

	for (unsigned i = 0; i < bottoms->count && !walk->over; i++)
		if (!(graph->nodes[node].flags & BOTTOM(i)) &&
			dive(walk, &bottoms->divers[i], node, f) < 0)
			return -1;
	*known = (graph->nodes[node].flags & bottoms->bits) == bottoms->bits;
	return 0;
}

/*
 * Walks the hidden side until it has met all that it can meet; what lies below the bottoms is put
 * aside.
 */
static int sink(
	struct graph_walk *walk, struct bottoms *bottoms, struct heap *aside, struct fault *f)
{
	while (walk->live_had && walk->hidden.count && !walk->over) {
		uint32_t top = walk->hidden.items[0];
		bool below;

		if (is_below(walk, bottoms, top, &below, f) < 0)
			return -1;
		if (below) {
			if (heap_push(aside, walk->graph, heap_pop(&walk->hidden, walk->graph)) < 0)
				return fault_memory(f);
			continue;
		}
		if (walk_hide(walk, f) < 0 || (walk->floor.count && step_floor(walk, f) < 0))
			return -1;
		walk->over = walk->over || graph_is_late(walk->graph);
	}
	return 0;
}

int walk_settle(struct graph_walk *walk, struct fault *f)
{
	struct bottoms bottoms;

	while (walk->live_had && walk->hidden.count && !walk->over) {
		struct heap aside = { 0 };
		int status = find_bottoms(walk, &bottoms, f);

		if (status == 0 && bottoms.count == 0)
			break;
		if (status == 0)
			status = sink(walk, &bottoms, &aside, f);
		/* What lies below these bottoms may yet reach others. */
		while (status == 0 && walk->hidden.count)
			if (heap_push(&aside, walk->graph, heap_pop(&walk->hidden, walk->graph)) <
				0)
				status = fault_memory(f);
		heap_release(&walk->hidden);
		walk->hidden = aside;
		if (status < 0)
			return -1;
	}
	return 0;
}

int graph_reaches(struct graph *graph, const struct oid *descendant, const struct oid *ancestor,
	bool *reaches, struct fault *f)
{
	struct graph_walk walk = { .graph = graph, .live = 1, .live_had = 1 };
	uint32_t node = 0, from = 0;
	int status = graph_node(graph, ancestor, &node, f);

	*reaches = oid_equal(descendant, ancestor);
	if (*reaches || status < 0)
		return status;
	status = graph_flag(graph, node, TAKEN | HAD, f) < 0 ? -1 : graph_load(graph, node, f);
	if (status == 0)
		status = graph_node(graph, descendant, &from, f);
	if (status == 0)
		status = walk_reach(&walk, from, HIDDEN, &walk.hidden, f);
	if (status == 0)
		status = walk_settle(&walk, f);
	if (status == 0 && walk.over)
		status = deadline_fault(f, "walking the history");
	*reaches = status == 0 && graph->nodes[node].flags & HIDDEN;
	walk_release(&walk);
	return status;
}
