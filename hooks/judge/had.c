/*
 * Whether history had something at a path before: whoever brings that back made nothing.  Looked
 * for near the tips first, and not for ever; what is not found counts as never there.
 */
#include <stdlib.h>

#include "hooks/judge/parts.h"

#define COMMITS_MAX 2000 /* of history, for one question */

/* What a commit has at the path. */
enum place { PLACE_OTHER = 1, PLACE_NEW = 2, PLACE_OLD = 3 };

struct search {
	struct judge *judge;
	const struct judge_had_question *question;
	struct oid_list queue;
	struct oid_map visited;
	struct oid_map trees; /* to 4 times its depth and the place, of trees on the way */
};

static bool same(const struct entry *a, const struct entry *b)
{
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

static enum place place_of(const struct search *s, const struct entry *value)
{
	const struct change *change = s->question->change;

	if (same(value, &change->new))
		return PLACE_NEW;
	return same(value, &change->old) ? PLACE_OLD : PLACE_OTHER;
}

/* The entry of that name; of a tree that cannot be read, or is none, nothing. */
static struct entry entry_of(struct judge *judge, const struct oid *tree, struct span name)
{
	struct fault ignored = { 0 };
	struct tree_entry entry, previous = tree_begin(tree->len);
	struct entry found = { 0 };
	struct object object = { 0 };
	const char *why;
	bool over;
	struct span rest;

	if (repo_read_within(judge->facts->repo, tree, (size_t)judge->facts->policy->limits.blob,
		    &object, &over, &ignored) < 0)
		return found;
	rest = object.data;
	while (object.type == OBJECT_TREE && !found.mode &&
		tree_next(&rest, &entry, &previous, &why) > 0)
		if (span_equal(entry.name, name))
			found = (struct entry){ entry.mode, tree_entry_id(&entry) };
	object_release(&object);
	return found;
}

/* What lies at the rest of the path below a tree. */
static enum place look_up(struct search *s, const struct oid *root)
{
	struct span rest = s->question->change->path;
	struct entry at = { MODE_TREE, *root };
	struct oid way[64];
	uint64_t depth = 0, *known, place = 0;

	while (!place) {
		const char *slash = memchr(rest.data, '/', rest.len);
		size_t len = slash ? (size_t)(slash - rest.data) : rest.len;

		known = oid_map_get(&s->trees, &at.id);
		if (known && *known / 4 == depth)
			place = *known % 4;
		if (place)
			break;
		if (depth < sizeof(way) / sizeof(way[0]))
			way[depth++] = at.id;
		at = entry_of(s->judge, &at.id, (struct span){ rest.data, len });
		if (!slash && at.mode != MODE_TREE)
			place = place_of(s, &at);
		else if (!slash || at.mode != MODE_TREE) /* a folder there is no file */
			place = place_of(s, &(struct entry){ 0 });
		rest = (struct span){ rest.data + len + (slash != NULL),
			rest.len - len - (slash != NULL) };
	}
	while (depth-- > 0) {
		known = oid_map_put(&s->trees, &way[depth]);
		if (known && !*known)
			*known = depth * 4 + place;
	}
	return (enum place)place;
}

/* Whether the commit answers the question; its parents come later. */
static int look_at(struct search *s, const struct oid *commit, bool *had, struct fault *f)
{
	struct graph *graph = s->judge->graph;
	const struct oid *parents;
	struct oid tree;
	size_t count;
	enum place here;

	if (graph_tree(graph, commit, &tree, f) < 0 ||
		graph_parents(graph, commit, &parents, &count, f) < 0)
		return -1;
	here = look_up(s, &tree);
	*had = here == PLACE_NEW && !s->question->step;
	for (size_t i = 0; i < count && !*had; i++) {
		const struct oid parent = parents[i];

		if (here == PLACE_NEW && graph_tree(graph, &parent, &tree, f) < 0)
			return -1;
		*had = here == PLACE_NEW && look_up(s, &tree) == PLACE_OLD;
		if (graph_parents(graph, commit, &parents, &count, f) < 0)
			return -1;
		if (!oid_map_get(&s->visited, &parent) &&
			(!oid_map_put(&s->visited, &parent) ||
				oid_list_add(&s->queue, &parent) < 0))
			return fault_memory(f);
	}
	return 0;
}

int judge_had(
	struct judge *judge, const struct judge_had_question *question, bool *had, struct fault *f)
{
	struct search s = { .judge = judge, .question = question };
	struct fault ignored = { 0 };
	int status = 0;

	*had = false;
	for (size_t i = 0; status == 0 && i < question->tips->count; i++)
		if (!oid_map_get(&s.visited, &question->tips->ids[i]) &&
			(!oid_map_put(&s.visited, &question->tips->ids[i]) ||
				oid_list_add(&s.queue, &question->tips->ids[i]) < 0))
			status = fault_memory(f);
	for (size_t i = 0;
		status == 0 && !*had && i < s.queue.count && i < COMMITS_MAX && judge->had_left;
		i++, judge->had_left--) {
		const struct oid commit = s.queue.ids[i];

		if (judge_is_late(judge))
			status = deadline_fault(f, "finding out who made what first");
		else if (look_at(&s, &commit, had, &ignored) < 0)
			fault_clear(&ignored); /* what cannot be read was there before the push */
	}
	oid_list_release(&s.queue);
	oid_map_release(&s.visited);
	oid_map_release(&s.trees);
	return status;
}
