/* The trees that a commit is compared by: its own, its parents', and those of what these share. */
#include <stdlib.h>

#include "common/history/change_private.h"

#define PAIRED_MAX 8 /* parents of which each two are compared */

/* The merge bases of the parents and, of two bases, their own one. */
static int find_bases(struct changes *changes, const struct oid *parents, size_t count,
	struct oid_list *bases, bool *virtual, struct fault *f)
{
	struct oid_list deeper = { 0 };
	int result;

	if (count < 2)
		return 0;
	if (graph_merge_bases(changes->graph, parents, count, bases, f) < 0)
		return -1;
	if (bases->count != 2)
		return 0;
	result = graph_merge_bases(changes->graph, bases->ids, 2, &deeper, f);
	*virtual = result == 0 && deeper.count == 1 && count == 2;
	if (*virtual && oid_list_add(bases, &deeper.ids[0]) < 0)
		result = fault_memory(f);
	oid_list_release(&deeper);
	return result;
}

/* The merge base of each two of several parents; none when one of the pairs has not just one. */
static int find_pairs(struct changes *changes, const struct oid *parents, size_t count,
	struct oid_list *pairs, struct fault *f)
{
	int result = 0;
	bool single = count > 2 && count <= PAIRED_MAX;

	for (size_t j = 1; j < count && single && result == 0; j++)
		for (size_t i = 0; i < j && single && result == 0; i++) {
			const struct oid two[] = { parents[i], parents[j] };
			struct oid_list bases = { 0 };

			result = graph_merge_bases(changes->graph, two, 2, &bases, f);
			single = result == 0 && bases.count == 1;
			if (single && oid_list_add(pairs, &bases.ids[0]) < 0)
				result = fault_memory(f);
			oid_list_release(&bases);
		}
	if (!single)
		pairs->count = 0;
	return result;
}

/* Puts the trees of commits behind those that are there. */
static int add_trees(struct changes *changes, const struct oid *commits, size_t count,
	struct comparison *out, struct fault *f)
{
	for (size_t i = 0; i < count; i++)
		if (graph_tree(changes->graph, &commits[i], &out->trees[out->sides++], f) < 0)
			return -1;
	return 0;
}

int change_trees(struct changes *changes, const struct commit *commit, const struct oid *parents,
	struct comparison *out, struct fault *f)
{
	struct oid_list bases = { 0 }, pairs = { 0 };
	size_t count = commit->parent_count;
	int result = find_bases(changes, parents, count, &bases, &out->virtual, f);

	if (result == 0)
		result = find_pairs(changes, parents, count, &pairs, f);
	out->parents = count ? count : 1;
	out->bases = bases.count - out->virtual;
	out->pairs = pairs.count;
	out->trees = calloc(1 + out->parents + bases.count + pairs.count, sizeof(*out->trees));
	if (result == 0 && !out->trees)
		result = fault_memory(f);
	if (result == 0) {
		out->trees[0] = commit->tree;
		out->sides = 1;
		result = add_trees(changes, parents, count, out, f);
	}
	if (result == 0) {
		out->sides = 1 + out->parents; /* a root has the empty tree for parent */
		result = add_trees(changes, bases.ids, bases.count, out, f);
	}
	if (result == 0)
		result = add_trees(changes, pairs.ids, pairs.count, out, f);
	oid_list_release(&bases);
	oid_list_release(&pairs);
	return result;
}
