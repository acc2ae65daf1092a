#include "common/history/change.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/history/change_private.h"

#define DEPTH_MAX 1000
#define KEPT_MAX (1 << 20)
#define COUNT_MAX (SIZE_MAX / 4) /* more are not told apart */
#define FOLDERS_PLAIN 1000       /* compared before counts are remembered */

static int walk_folder(struct tree_walk *walk, const struct oid *trees, struct fault *f);

/* Ends the walk; what it found before is not to be relied on.  Always 0. */
static int end(struct tree_walk *walk, enum changes_end how, const char *why)
{
	struct changes *changes = walk->changes;

	walk->ended = true;
	changes->end = how;
	changes->why = why;
	(void)snprintf(changes->where, sizeof(changes->where), "%s",
		walk->path.data ? walk->path.data : "");
	return 0;
}

/* Over a limit: a first look ends here; then the path at hand is more than can be told.  0. */
static int exceed(struct tree_walk *walk, const char *why)
{
	walk->over = walk->over ? walk->over : why;
	walk->ended = walk->ended || !walk->selecting;
	walk->count = COUNT_MAX;
	if (walk->telling && walk->selecting)
		change_pass_over(walk);
	return 0;
}

/* Whether the policy lets the malformed tree stand. */
static bool is_allowed(const struct changes *changes, const struct oid *tree)
{
	return changes->allowed && oid_list_has(changes->allowed, tree);
}

static int advance(struct tree_walk *walk, struct tree_cursor *cursor)
{
	const char *why;
	int got = tree_next(&cursor->rest, &cursor->entry, &cursor->previous, &why);

	cursor->more = got > 0;
	if (got < 0 && (cursor->old || is_allowed(walk->changes, &cursor->tree->id)))
		walk->bad = cursor->tree->id;
	return got < 0 ? end(walk, CHANGES_MALFORMED, why) : 0;
}

static int open_cursor(
	struct tree_walk *walk, struct tree_cursor *cursor, const struct oid *tree, struct fault *f)
{
	int result = change_cache_tree(walk->changes, tree, &cursor->tree, f);

	if (result == CHANGE_TREE_OVER)
		return exceed(walk, "a folder that is larger than the limit allows");
	if (result > 0)
		return end(walk, CHANGES_MALFORMED, "a tree that is another kind of object");
	if (result < 0)
		return fault_context(f, "reading trees");
	if (cursor->tree)
		cursor->rest = cursor->tree->data;
	cursor->previous = tree_begin(tree->len);
	if (cursor->tree && !cursor->old && change_cache_is_mended(cursor->tree) &&
		!is_allowed(walk->changes, tree))
		return end(walk, CHANGES_MALFORMED, "a malformed tree, moved or copied");
	return advance(walk, cursor);
}

/*
 * What all sides have alike is passed over as bytes: nothing changed there, and what is written
 * there was written before this push, or by a commit of it that is looked at by itself.
 */
static int pass_alike(struct tree_walk *walk, struct tree_cursor *cursors)
{
	size_t bytes, sides = walk->comparison->sides;
	struct tree_entry last;
	bool all;

	for (size_t i = 1; i < sides; i++)
		if (!change_cursor_alike(&cursors[0], &cursors[i]))
			return 0;
	bytes = change_cursors_bytes(cursors, sides, &all);
	if (all) {
		for (size_t i = 0; i < sides; i++)
			cursors[i].more = false;
		return 0;
	}
	last = cursors[0].entry;
	bytes = tree_skip(cursors[0].rest, bytes, &last);
	for (size_t i = 0; i < sides; i++) {
		cursors[i].previous = last;
		cursors[i].rest.data += bytes;
		cursors[i].rest.len -= bytes;
		if (advance(walk, &cursors[i]) < 0)
			return -1;
	}
	return 0;
}

/* Takes that name off all sides that have it. */
static void take(struct tree_walk *walk, struct tree_cursor *cursors, struct entry *values,
	const struct tree_entry *first)
{
	const struct tree_entry key = *first;

	for (size_t i = 0; i < walk->comparison->sides; i++) {
		values[i] = (struct entry){ 0 };
		if (!cursors[i].more || tree_compare(&cursors[i].entry, &key) != 0)
			continue;
		values[i].mode = cursors[i].entry.mode;
		values[i].id = tree_entry_id(&cursors[i].entry);
		(void)advance(walk, &cursors[i]);
	}
}

static int tell(struct tree_walk *walk, const struct entry *values, struct fault *f)
{
	struct change change = { .path = buf_span(&walk->path), .new = values[0] };
	size_t differs = 1;

	if (!walk->selecting && walk->count >= walk->changes->limit)
		return exceed(walk, "more changes than the limit allows");
	walk->count += walk->count < COUNT_MAX;
	if (walk->selecting && walk->telling && !walk->fits && walk->left == 0)
		return change_pass_over(walk), 0;
	while (differs < walk->comparison->parents && values[differs].mode == values[0].mode &&
		oid_equal(&values[differs].id, &values[0].id))
		differs++;
	change.old = values[differs];
	if (!walk->telling) {
		if (!walk->selecting && buf_add(&walk->kept, &change, sizeof(change)) == 0)
			buf_addspan(&walk->kept, change.path);
		return 0;
	}
	walk->left -= walk->selecting && !walk->fits;
	return walk->listener->each(walk->listener->context, &change, f);
}

/* What is to be done at one name. */
static int visit(struct tree_walk *walk, const struct entry *values, bool folder, struct fault *f)
{
	size_t sides = walk->comparison->sides;
	struct oid *trees;
	int result = change_is_explained(walk->changes, walk->comparison, values, f);

	if (result != 0)
		return result < 0 ? -1 : 0;
	if (!folder)
		return tell(walk, values, f);
	trees = calloc(sides, sizeof(*trees));
	if (!trees)
		return fault_memory(f);
	for (size_t i = 0; i < sides; i++)
		trees[i] = values[i].id;
	result = walk_folder(walk, trees, f);
	free(trees);
	return result;
}

static int visit_names(
	struct tree_walk *walk, struct tree_cursor *cursors, struct entry *values, struct fault *f)
{
	const struct tree_entry *first;
	size_t len = walk->path.len;
	int result = 0;

	while (result == 0 && !walk->ended && pass_alike(walk, cursors) == 0 && !walk->ended &&
		(first = change_cursors_first(cursors, walk->comparison->sides))) {
		bool folder = first->mode == MODE_TREE;
		struct span name = first->name;

		take(walk, cursors, values, first);
		if (walk->ended)
			break;
		if (deadline_nears(walk->changes->deadline))
			return deadline_fault(f, "comparing trees");
		if ((len && buf_addc(&walk->path, '/') < 0) || buf_addspan(&walk->path, name) < 0) {
			walk->path.failed = false;
			result = exceed(walk, "a path that is longer than the limit allows");
		} else {
			result = visit(walk, values, folder, f);
		}
		if (result == 0 && !walk->ended) {
			walk->path.len = len;
			walk->path.data[len] = '\0';
		}
	}
	return result;
}

/* Compares one folder of all sides, and what lies below it. */
static int compare_folder(struct tree_walk *walk, const struct oid *trees, struct fault *f)
{
	size_t sides = walk->comparison->sides;
	struct tree_cursor *cursors = calloc(sides, sizeof(*cursors));
	struct entry *values = calloc(sides, sizeof(*values));
	int result = cursors && values ? 0 : fault_memory(f);

	for (size_t i = 1; cursors && i < sides; i++)
		cursors[i].old = true;
	for (size_t i = 0; i < sides && result == 0 && !walk->ended; i++)
		result = open_cursor(walk, &cursors[i], &trees[i], f);
	if (result == 0 && !walk->ended)
		result = visit_names(walk, cursors, values, f);
	for (size_t i = 0; cursors && i < sides; i++)
		change_cache_unpin(cursors[i].tree);
	free(cursors);
	free(values);
	return result;
}

int change_deeper(struct tree_walk *walk, const struct oid *trees, struct fault *f)
{
	int result;

	walk->changes->deep = walk->changes->deep || walk->depth == DEPTH_MAX;
	if (walk->depth == DEPTH_MAX)
		return exceed(walk, "folders nested deeper than the limit allows");
	walk->depth++;
	result = compare_folder(walk, trees, f);
	walk->depth--;
	return result;
}

static size_t count_sum(size_t a, size_t b)
{
	return a + b < COUNT_MAX ? a + b : COUNT_MAX;
}

/* Counts, or tells, what is below, and remembers the count. */
static int walk_counted(struct tree_walk *walk, const struct oid *trees, struct change_cache *cache,
	struct fault *f)
{
	size_t before = walk->count;
	uint64_t *known;
	int result;

	walk->count = walk->selecting ? 0 : walk->count;
	result = change_deeper(walk, trees, f);
	if (result != 0 || walk->ended)
		return result;
	known = change_cache_count(cache, walk->comparison, trees);
	if (!known)
		return fault_memory(f);
	*known = (walk->selecting ? walk->count : walk->count - before) + 1;
	if (walk->selecting)
		walk->count = count_sum(walk->count, before);
	return 0;
}

/*
 * The number of changes below a set of trees does not depend on where they lie, so it is worked
 * out once: a tree of 10^10 paths is made of a few trees.  (Few commits touch so many folders that
 * remembering is worth its while.)
 */
static int walk_folder(struct tree_walk *walk, const struct oid *trees, struct fault *f)
{
	struct change_cache *cache = change_cache(walk->changes);
	uint64_t *known;
	size_t changes;

	if (!walk->selecting && walk->folders++ < FOLDERS_PLAIN)
		return change_deeper(walk, trees, f);
	known = cache ? change_cache_count(cache, walk->comparison, trees) : NULL;
	if (!known)
		return fault_memory(f);
	changes = *known ? *known - 1 : COUNT_MAX;
	if (walk->selecting && walk->telling && !walk->fits)
		return change_select(walk, trees, changes, f);
	if (*known && !walk->selecting && walk->count + changes > walk->changes->limit)
		return exceed(walk, "more changes than the limit allows");
	if (changes == 0 || (*known && !walk->telling && (walk->kept.failed || walk->selecting))) {
		walk->count = count_sum(walk->count, changes);
		return 0;
	}
	return walk_counted(walk, trees, cache, f);
}

int change_walk_once(struct tree_walk *walk, struct fault *f)
{
	int result;

	walk->path = (struct buf)BUF_INIT(PATH_LENGTH_MAX);
	walk->count = walk->folders = 0;
	result = buf_adds(&walk->path, "") < 0 ? fault_memory(f)
					       : walk_folder(walk, walk->comparison->trees, f);
	buf_release(&walk->path);
	return result;
}

/* Whether the walk met a malformed tree that is no fault of this push, and can be done again. */
static bool mends(struct tree_walk *walk, struct fault *f, int *result)
{
	bool again = walk->ended && !walk->over && !oid_is_zero(&walk->bad);
	int mended = again ? change_cache_mend(walk->changes, &walk->bad, f) : 0;

	if (mended <= 0) {
		*result = mended;
		return false;
	}
	walk->bad = (struct oid){ 0 };
	walk->ended = false;
	walk->changes->end = CHANGES_WHOLE;
	walk->count = walk->folders = walk->depth = 0;
	buf_release(&walk->kept);
	walk->kept = (struct buf)BUF_INIT(KEPT_MAX);
	return true;
}

/*
 * Counts first, so that nothing is told when it would be too much; what does not fit in between is
 * looked for again.
 */
static int compare(struct changes *changes, const struct comparison *comparison,
	const struct change_listener *listener, struct fault *f)
{
	struct tree_walk walk = {
		.changes = changes, .comparison = comparison, .listener = listener
	};
	int result;

	walk.kept = (struct buf)BUF_INIT(KEPT_MAX);
	do
		result = change_walk_once(&walk, f);
	while (result == 0 && mends(&walk, f, &result));
	if (result == 0 && walk.over) {
		result = change_tell_selected(&walk, f);
	} else if (result == 0 && !walk.ended && walk.count > 0) {
		walk.telling = true;
		result = walk.kept.failed ? change_walk_once(&walk, f) : change_tell_kept(&walk, f);
		changes->limit -= walk.count < changes->limit ? walk.count : changes->limit;
	}
	buf_release(&walk.kept);
	return result;
}

static void begin(struct changes *changes)
{
	changes->end = CHANGES_WHOLE;
	changes->why = NULL;
	changes->where[0] = '\0';
	changes->passed = 0;
	changes->deep = false;
}

int changes_of(struct changes *changes, const struct commit *commit,
	const struct change_listener *listener, struct fault *f)
{
	struct comparison comparison = { 0 };
	struct oid_list parents = { 0 };
	int result = 0;

	begin(changes);
	for (size_t i = 0; i < commit->parent_count && result == 0; i++) {
		struct oid parent = commit_parent(commit, i);

		if (oid_list_add(&parents, &parent) < 0)
			result = fault_memory(f);
	}
	if (result == 0)
		result = change_trees(changes, commit, parents.ids, &comparison, f);
	if (result == 0)
		result = compare(changes, &comparison, listener, f);
	free(comparison.trees);
	oid_list_release(&parents);
	return result;
}

int changes_between(struct changes *changes, const struct oid *old_tree, const struct oid *new_tree,
	const struct change_listener *listener, struct fault *f)
{
	struct oid trees[] = { *new_tree, *old_tree };
	const struct comparison comparison = { .trees = trees, .parents = 1, .sides = 2 };

	begin(changes);
	return compare(changes, &comparison, listener, f);
}

void changes_release(struct changes *changes)
{
	change_cache_free(changes->cache);
	changes->cache = NULL;
}
