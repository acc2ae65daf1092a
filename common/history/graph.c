#include "common/history/graph.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/header.h"
#include "common/history/graph_private.h"

#define MEMORY_MAX ((size_t)1 << 30) /* of parents' ids */

int graph_new(struct graph **out, struct repo *repo, struct fault *f)
{
	struct graph *graph = calloc(1, sizeof(*graph));

	*out = graph;
	if (!graph)
		return fault_memory(f);
	graph->repo = repo;
	graph->arena = (struct arena)ARENA_INIT(MEMORY_MAX);
	graph->limit = SIZE_MAX;
	return 0;
}

void graph_free(struct graph *graph)
{
	if (!graph)
		return;
	arena_release(&graph->arena);
	oid_map_release(&graph->map);
	free(graph->nodes);
	free(graph->touched);
	free(graph);
}

void graph_limit(struct graph *graph, size_t commits, struct deadline *deadline)
{
	graph->limit = commits;
	graph->deadline = deadline;
}

bool graph_is_late(struct graph *graph)
{
	return deadline_nears(graph->deadline);
}

int graph_node(struct graph *graph, const struct oid *id, uint32_t *out, struct fault *f)
{
	uint64_t *slot = oid_map_get(&graph->map, id);

	if (slot) {
		*out = (uint32_t)*slot;
		return 0;
	}
	if (graph->count == graph->cap) {
		size_t cap = graph->cap ? graph->cap * 2 : 256;
		void *nodes = reallocarray(graph->nodes, cap, sizeof(*graph->nodes));

		if (!nodes || cap > UINT32_MAX) {
			graph->nodes = nodes ? nodes : graph->nodes;
			return fault_memory(f);
		}
		graph->nodes = nodes;
		graph->cap = cap;
	}
	slot = oid_map_put(&graph->map, id);
	if (!slot)
		return fault_memory(f);
	*out = (uint32_t)(*slot = graph->count);
	graph->nodes[graph->count++] = (struct node){ .id = *id };
	return 0;
}

/* The next line of the header; false after the last. */
static bool next_line(struct span *rest, struct span *line)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;

	if (!end || end == rest->data)
		return false;
	*line = (struct span){ rest->data, (size_t)(end - rest->data) };
	rest->data += line->len + 1;
	rest->len -= line->len + 1;
	return true;
}

/* The seconds that stand behind the last `>` of a committer line; 0 when there are none. */
static int64_t date_of(struct span line)
{
	const char *close = memrchr(line.data, '>', line.len);
	size_t at = close ? (size_t)(close - line.data) + 1 : line.len;
	int64_t date = 0;

	while (at < line.len && line.data[at] == ' ')
		at++;
	for (; at < line.len && line.data[at] >= '0' && line.data[at] <= '9'; at++) {
		if (date > INT64_MAX / 20)
			return 0;
		date = date * 10 + (line.data[at] - '0');
	}
	return date;
}

/*
 * Reads tree, parents and date as git does: the parents are the lines that follow the first.
 * Lenient in all else, so that one odd commit in old history does not stop every push; new commits
 * are read by commit_parse() before they are judged.
 */
static int read_commit(struct graph *graph, struct node *node, struct span rest, struct fault *f)
{
	static const char prefix[] = "parent ";
	const size_t skip = sizeof(prefix) - 1;
	struct span line;
	struct oid *parents = NULL, parent;
	bool more;

	node->tree.len = node->id.len;
	if (header_oid(&rest, "tree ", &node->tree) < 0)
		return fault_set(
			f, FAULT_ADMIN, "commit %s names no tree", oid_text(&node->id).hex);
	more = next_line(&rest, &line);
	for (; more && span_starts(line, prefix); more = next_line(&rest, &line)) {
		if (oid_parse_as(&parent, node->id.len,
			    (struct span){ line.data + skip, line.len - skip }) < 0)
			return fault_set(f, FAULT_ADMIN, "commit %s has a malformed parent line",
				oid_text(&node->id).hex);
		parents = arena_grow(&graph->arena, parents, node->parent_count, sizeof(parent));
		if (!parents)
			return fault_memory(f);
		parents[node->parent_count++] = parent;
	}
	for (; more && !span_starts(line, "committer "); more = next_line(&rest, &line))
		;
	node->date = more ? date_of(line) : 0;
	node->parents = parents;
	node->numbers = arena_alloc(
		&graph->arena, (node->parent_count + !node->parent_count) * sizeof(*node->numbers));
	if (!node->numbers)
		return fault_memory(f);
	memset(node->numbers, 0, node->parent_count * sizeof(*node->numbers));
	return 0;
}

int graph_load(struct graph *graph, uint32_t number, struct fault *f)
{
	struct node *node = &graph->nodes[number];
	struct object object;
	int result;

	if (node->loaded)
		return 0;
	if (repo_read(graph->repo, &node->id, &object, f) < 0) {
		if (f->class != FAULT_PUSHER)
			return fault_context(f, "walking the history");
		fault_clear(f);
		return fault_set(f, FAULT_PUSHER,
			"commit %s is missing, on which others of the push stand; if yours "
			"is a shallow clone, run `git fetch --unshallow` and push again",
			oid_text(&node->id).hex);
	}
	result = object.type == OBJECT_COMMIT
			 ? read_commit(graph, node, object.data, f)
			 : fault_set(f, FAULT_ADMIN, "%s is not a commit", oid_text(&node->id).hex);
	object_release(&object);
	node->loaded = result == 0;
	if (result < 0)
		node->parent_count = 0;
	return result;
}

int graph_parent(
	struct graph *graph, uint32_t node, uint32_t parent, uint32_t *out, struct fault *f)
{
	uint32_t *known = &graph->nodes[node].numbers[parent];

	if (*known == 0) {
		if (graph_node(graph, &graph->nodes[node].parents[parent], out, f) < 0)
			return -1;
		*known = *out + 1;
	}
	*out = *known - 1;
	return 0;
}

int graph_parents(struct graph *graph, const struct oid *commit, const struct oid **out,
	size_t *count, struct fault *f)
{
	uint32_t node = 0;

	*out = NULL;
	*count = 0;
	if (graph_node(graph, commit, &node, f) < 0 || graph_load(graph, node, f) < 0)
		return -1;
	*out = graph->nodes[node].parents;
	*count = graph->nodes[node].parent_count;
	return 0;
}

int graph_tree(struct graph *graph, const struct oid *commit, struct oid *out, struct fault *f)
{
	uint32_t node = 0;

	*out = (struct oid){ 0 };
	if (graph_node(graph, commit, &node, f) < 0 || graph_load(graph, node, f) < 0)
		return -1;
	*out = graph->nodes[node].tree;
	return 0;
}

int graph_date(struct graph *graph, const struct oid *commit, int64_t *out, struct fault *f)
{
	uint32_t node = 0;

	*out = 0;
	if (graph_node(graph, commit, &node, f) < 0 || graph_load(graph, node, f) < 0)
		return -1;
	*out = graph->nodes[node].date;
	return 0;
}

int graph_flag(struct graph *graph, uint32_t number, unsigned flags, struct fault *f)
{
	struct node *node = &graph->nodes[number];

	if ((node->flags & flags) == flags)
		return 0;
	if (!node->flags && graph->touched_count == graph->touched_cap) {
		size_t cap = graph->touched_cap ? graph->touched_cap * 2 : 256;
		void *touched = reallocarray(graph->touched, cap, sizeof(*graph->touched));

		if (!touched)
			return fault_memory(f);
		graph->touched = touched;
		graph->touched_cap = cap;
	}
	if (!node->flags)
		graph->touched[graph->touched_count++] = number;
	node->flags |= flags;
	return 1;
}

void graph_forget(struct graph *graph)
{
	for (size_t i = 0; i < graph->touched_count; i++)
		graph->nodes[graph->touched[i]].flags = 0;
	graph->touched_count = 0;
}

static bool is_later(const struct graph *graph, uint32_t a, uint32_t b)
{
	int64_t x = graph->nodes[a].date, y = graph->nodes[b].date;

	return x != y ? x > y : a < b;
}

int heap_push(struct heap *heap, const struct graph *graph, uint32_t node)
{
	size_t at = heap->count, up;

	if (heap->count == heap->cap) {
		size_t cap = heap->cap ? heap->cap * 2 : 64;
		void *items = reallocarray(heap->items, cap, sizeof(*heap->items));

		if (!items)
			return -1;
		heap->items = items;
		heap->cap = cap;
	}
	heap->count++;
	for (; at > 0 && is_later(graph, node, heap->items[up = (at - 1) / 2]); at = up)
		heap->items[at] = heap->items[up];
	heap->items[at] = node;
	return 0;
}

uint32_t heap_pop(struct heap *heap, const struct graph *graph)
{
	uint32_t top = heap->items[0], last = heap->items[--heap->count];
	size_t at = 0, child;

	for (; (child = 2 * at + 1) < heap->count; at = child) {
		if (child + 1 < heap->count &&
			is_later(graph, heap->items[child + 1], heap->items[child]))
			child++;
		if (!is_later(graph, heap->items[child], last))
			break;
		heap->items[at] = heap->items[child];
	}
	heap->items[at] = last;
	return top;
}

void heap_release(struct heap *heap)
{
	free(heap->items);
	*heap = (struct heap){ 0 };
}
