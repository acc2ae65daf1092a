/* A commit that changes more than the limit: what of it can be told, and what is left out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/history/change_private.h"

#define LATER_MAX 10000 /* folders that do not fit and are remembered */
#define LATER_KEPT_MAX ((size_t)16 << 20)
#define LATER_OPENED 100 /* of them that are looked into */
#define LATER_TOLD 10000 /* changes in them that are told */

void change_pass_over(struct tree_walk *walk)
{
	struct changes *changes = walk->changes;

	changes->end = CHANGES_LIMIT;
	changes->why = walk->over;
	if (changes->passed++ == 0)
		(void)snprintf(changes->where, sizeof(changes->where), "%s",
			walk->path.len ? walk->path.data : "the whole tree");
}

/* Remembers a folder that does not fit, to be looked into when all that fits has been told. */
static int put_later(struct tree_walk *walk, const struct oid *trees, struct fault *f)
{
	const struct later later = { walk->depth, walk->path.len };

	if (walk->later_count == LATER_MAX)
		return change_pass_over(walk), 0;
	walk->later_count++;
	(void)buf_add(&walk->later, &later, sizeof(later));
	(void)buf_add(&walk->later, trees, walk->comparison->sides * sizeof(*trees));
	(void)buf_addspan(&walk->later, buf_span(&walk->path));
	return walk->later.failed ? fault_memory(f) : 0;
}

/* A folder of so many changes, when what fits is told. */
int change_select(struct tree_walk *walk, const struct oid *trees, size_t changes, struct fault *f)
{
	int result;

	if (changes == 0)
		return 0;
	if (changes > walk->left)
		return put_later(walk, trees, f);
	walk->left -= changes;
	walk->fits = true;
	result = change_deeper(walk, trees, f);
	walk->fits = false;
	return result;
}

/* Looks into the folders that did not fit, as far as it goes, in the order they were met. */
static int tell_later(struct tree_walk *walk, struct fault *f)
{
	size_t sides = walk->comparison->sides, size = sides * sizeof(struct oid), opened = 0;
	struct oid *trees = calloc(sides, sizeof(*trees));
	int result = trees ? 0 : fault_memory(f);

	for (size_t at = 0; result == 0 && !walk->ended && at < walk->later.len;) {
		struct later later;

		memcpy(&later, walk->later.data + at, sizeof(later));
		memcpy(trees, walk->later.data + at + sizeof(later), size);
		at += sizeof(later) + size;
		buf_clear(&walk->path);
		buf_add(&walk->path, walk->later.data + at, later.path_len);
		at += later.path_len;
		walk->depth = later.depth;
		if (opened > 0 && walk->left > LATER_TOLD)
			walk->left = LATER_TOLD;
		if (walk->left > 0 && opened++ < LATER_OPENED)
			result = change_deeper(walk, trees, f);
		else
			change_pass_over(walk);
	}
	free(trees);
	return result;
}

/*
 * Tells what fits into the limit: counts all, tells what is small enough, then some of the rest.
 * It uses nothing of the limit up: commits behind one that is over it are judged, as the clock
 * allows.
 */
int change_tell_selected(struct tree_walk *walk, struct fault *f)
{
	int result;

	walk->selecting = true;
	walk->ended = false;
	walk->later = (struct buf)BUF_INIT(LATER_KEPT_MAX);
	result = change_walk_once(walk, f);
	if (result == 0 && !walk->ended) {
		walk->telling = true;
		walk->left = walk->changes->limit;
		walk->path = (struct buf)BUF_INIT(PATH_LENGTH_MAX);
		result = buf_adds(&walk->path, "") < 0 ? fault_memory(f) : 0;
		if (result == 0)
			result = put_later(walk, walk->comparison->trees, f);
		if (result == 0)
			result = tell_later(walk, f);
		buf_release(&walk->path);
	}
	buf_release(&walk->later);
	return result;
}

int change_tell_kept(struct tree_walk *walk, struct fault *f)
{
	int result = 0;

	for (size_t at = 0; at < walk->kept.len && result == 0;) {
		struct change change;

		memcpy(&change, walk->kept.data + at, sizeof(change));
		change.path.data = walk->kept.data + at + sizeof(change);
		at += sizeof(change) + change.path.len;
		result = walk->listener->each(walk->listener->context, &change, f);
	}
	return result;
}
