/*
 * Merge bases: the commits that both sides reach and that no other such commit reaches.
 */
#include <stdlib.h>

#include "common/history/graph_private.h"

enum {
	ONE = 1,
	TWO = 2,
	STALE = 4, /* reached from a commit that both sides reach */
	FOUND = 8,
};

struct paint {
	struct graph *graph;
	struct heap live, stale; /* a node may be on either when it has become stale since */
	size_t steps;
};

static int paint_put(struct paint *paint, uint32_t node, unsigned flags, struct fault *f)
{
	struct graph *graph = paint->graph;
	int fresh = graph_flag(graph, node, flags, f);

	if (fresh <= 0)
		return fresh;
	if (graph_load(graph, node, f) < 0)
		return -1;
	if (heap_push(graph->nodes[node].flags & STALE ? &paint->stale : &paint->live, graph,
		    node) < 0)
		return fault_memory(f);
	return 0;
}

/* Moves to the stale heap what has become so; whether a live one is left.  1, 0 or -1. */
static int live_left(struct paint *paint, struct fault *f)
{
	const struct graph *graph = paint->graph;

	while (paint->live.count && graph->nodes[paint->live.items[0]].flags & STALE)
		if (heap_push(&paint->stale, graph, heap_pop(&paint->live, graph)) < 0)
			return fault_memory(f);
	return paint->live.count > 0;
}

/* The latest date first; now and then a live one out of turn, so that a false date costs little. */
static uint32_t take(struct paint *paint)
{
	const struct graph *graph = paint->graph;
	bool live =
		!paint->stale.count || ++paint->steps % INTERLEAVE == 0 ||
		graph->nodes[paint->live.items[0]].date >= graph->nodes[paint->stale.items[0]].date;

	return heap_pop(live ? &paint->live : &paint->stale, graph);
}

/* Adds what both reach, the best among them at least, to the list. */
static int paint_down(struct paint *paint, struct oid_list *out, struct fault *f)
{
	struct graph *graph = paint->graph;
	int left;

	while ((left = live_left(paint, f)) > 0) {
		uint32_t node = take(paint);
		unsigned flags = graph->nodes[node].flags & (ONE | TWO | STALE);

		if (graph_is_late(graph))
			return deadline_fault(f, "walking the history");
		if (flags == (ONE | TWO)) {
			int fresh = graph_flag(graph, node, FOUND, f);

			if (fresh < 0 || (fresh && oid_list_add(out, &graph->nodes[node].id) < 0))
				return fault_memory(f);
			flags |= STALE;
		}
		for (uint32_t i = 0; i < graph->nodes[node].parent_count; i++) {
			uint32_t parent;

			if (graph_parent(graph, node, i, &parent, f) < 0 ||
				paint_put(paint, parent, flags, f) < 0)
				return -1;
		}
	}
	return left;
}

/* Takes out what another one of the list reaches, and what stands twice. */
static int remove_reached(struct graph *graph, struct oid_list *list, struct fault *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		bool reached = false;

		for (size_t j = 0; j < list->count && !reached; j++) {
			if (i == j)
				continue;
			if (oid_equal(&list->ids[i], &list->ids[j]))
				reached = j < i;
			else if (graph_reaches(graph, &list->ids[j], &list->ids[i], &reached, f) <
				 0)
				return -1;
		}
		/*
		 * What was taken out stays in the list's tail until the end: it still reaches
		 * others.
		 */
		if (!reached) {
			struct oid keep = list->ids[i];

			memmove(&list->ids[kept + 1], &list->ids[kept], (i - kept) * sizeof(keep));
			list->ids[kept++] = keep;
		}
	}
	list->count = kept;
	return 0;
}

static int bases_of_two(struct graph *graph, const struct oid *one, const struct oid *two,
	struct oid_list *out, struct fault *f)
{
	struct paint paint = { .graph = graph };
	struct oid_list found = { 0 };
	uint32_t first, second;
	int result = -1;

	if (graph_node(graph, one, &first, f) == 0 && graph_node(graph, two, &second, f) == 0 &&
		paint_put(&paint, first, ONE, f) == 0 && paint_put(&paint, second, TWO, f) == 0)
		result = 0;
	/* The second may be the first, or have been put before it had both marks. */
	if (result == 0 && oid_equal(one, two))
		result = oid_list_add(&found, one) < 0 ? fault_memory(f) : 0;
	else if (result == 0)
		result = paint_down(&paint, &found, f);
	heap_release(&paint.live);
	heap_release(&paint.stale);
	graph_forget(graph);
	if (result == 0)
		result = remove_reached(graph, &found, f);
	for (size_t i = 0; result == 0 && i < found.count; i++)
		result = oid_list_add(out, &found.ids[i]) < 0 ? fault_memory(f) : 0;
	oid_list_release(&found);
	return result;
}

int graph_merge_bases(struct graph *graph, const struct oid *commits, size_t count,
	struct oid_list *out, struct fault *f)
{
	struct oid_list bases = { 0 }, next = { 0 };
	int result = oid_list_add(&bases, &commits[0]) < 0 ? fault_memory(f) : 0;

	for (size_t i = 1; i < count && result == 0; i++) {
		for (size_t j = 0; j < bases.count && result == 0; j++)
			result = bases_of_two(graph, &commits[i], &bases.ids[j], &next, f);
		if (result == 0 && bases.count > 1)
			result = remove_reached(graph, &next, f);
		oid_list_release(&bases);
		bases = next;
		next = (struct oid_list){ 0 };
	}
	for (size_t i = 0; result == 0 && i < bases.count; i++)
		result = oid_list_add(out, &bases.ids[i]) < 0 ? fault_memory(f) : 0;
	oid_list_release(&bases);
	oid_list_release(&next);
	return result;
}
