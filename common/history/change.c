#include "common/history/change.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/history/change_private.h"

#define DEPTH_MAX 1000
#define PATH_LENGTH_MAX 65536
#define KEPT_MAX (1 << 20)
#define COUNT_MAX (SIZE_MAX / 4) /* more are not told apart */
#define LATER_MAX 10000          /* folders that do not fit and are remembered */
#define LATER_KEPT_MAX ((size_t)16 << 20)
#define LATER_OPENED 100   /* of them that are looked into */
#define LATER_TOLD 10000   /* changes in them that are told */
#define FOLDERS_PLAIN 1000 /* compared before counts are remembered */

/* One side's place in the folder that is being compared. */
struct tree_cursor {
	struct cached *tree;
	struct span rest;
	struct tree_entry entry, previous;
	bool more; /* entry is one that was not passed yet */
	bool old;  /* not the new side's: it was there before, or is looked at by itself */
};

/* A folder that does not fit into the limit; behind it its trees and its path. */
struct later {
	size_t depth, path_len;
};

struct tree_walk {
	struct changes *changes;
	const struct comparison *comparison;
	const struct change_listener *listener;
	bool telling;    /* else only counting */
	struct buf kept; /* what is to be told, while it fits: struct change and path in turn */
	struct buf path;
	size_t count, depth, folders;
	bool ended;        /* changes->end says why, or `over` */
	struct oid bad;    /* a malformed tree that may be mended; zero: none */
	const char *over;  /* over which limit it is, when not all can be told */
	bool selecting;    /* so what fits is told */
	bool fits;         /* the folder at hand does */
	size_t left, told; /* changes that may still be told, and were */
	struct buf later;  /* folders for later, each a struct later */
	size_t later_count;
};

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

/* Notes that the path at hand is not told. */
static void pass_over(struct tree_walk *walk)
{
	struct changes *changes = walk->changes;

	changes->end = CHANGES_LIMIT;
	changes->why = walk->over;
	if (changes->passed++ == 0)
		(void)snprintf(changes->where, sizeof(changes->where), "%s",
			walk->path.len ? walk->path.data : "the whole tree");
}

/* Over a limit: a first look ends here; then the path at hand is more than can be told.  0. */
static int exceed(struct tree_walk *walk, const char *why)
{
	walk->over = walk->over ? walk->over : why;
	walk->ended = walk->ended || !walk->selecting;
	walk->count = COUNT_MAX;
	if (walk->telling && walk->selecting)
		pass_over(walk);
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
	if (cursor->tree && !cursor->old && change_cache_is_mended(cursor->tree) &&
		!is_allowed(walk->changes, tree))
		return end(walk, CHANGES_MALFORMED, "a malformed tree, moved or copied");
	return advance(walk, cursor);
}

/* How many bytes both begin with. */
static size_t shared_bytes(struct span a, struct span b)
{
	size_t most = a.len < b.len ? a.len : b.len, at = 0;

	while (most - at >= 256 && memcmp(a.data + at, b.data + at, 256) == 0)
		at += 256;
	while (at < most && a.data[at] == b.data[at])
		at++;
	return at;
}

static bool entries_alike(const struct tree_cursor *a, const struct tree_cursor *b)
{
	return a->more && b->more && a->entry.mode == b->entry.mode &&
	       span_equal(a->entry.name, b->entry.name) &&
	       memcmp(a->entry.hash, b->entry.hash, OID_SIZE) == 0;
}

/*
 * How many bytes behind the entry, which all sides have, all sides have alike; *all: they end
 * there.
 */
static size_t bytes_alike(const struct tree_cursor *cursors, size_t sides, bool *all)
{
	struct span least = cursors[0].rest;

	*all = true;
	for (size_t i = 1; i < sides; i++) {
		*all = *all && cursors[i].rest.len == cursors[0].rest.len;
		least.len = shared_bytes(least, cursors[i].rest);
	}
	*all = *all && least.len == cursors[0].rest.len;
	return least.len;
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
		if (!entries_alike(&cursors[0], &cursors[i]))
			return 0;
	bytes = bytes_alike(cursors, sides, &all);
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

/* The first name, in tree order, that some side has and that was not passed; NULL at the end. */
static const struct tree_entry *first_of(const struct tree_cursor *cursors, size_t sides)
{
	const struct tree_entry *first = NULL;

	for (size_t i = 0; i < sides; i++)
		if (cursors[i].more && (!first || tree_compare(&cursors[i].entry, first) < 0))
			first = &cursors[i].entry;
	return first;
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
		memcpy(values[i].id.hash, cursors[i].entry.hash, OID_SIZE);
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
		return pass_over(walk), 0;
	while (differs < walk->comparison->parents && values[differs].mode == values[0].mode &&
		oid_equal(&values[differs].id, &values[0].id))
		differs++;
	change.old = values[differs];
	if (!walk->telling) {
		if (!walk->selecting && buf_add(&walk->kept, &change, sizeof(change)) == 0)
			buf_addspan(&walk->kept, change.path);
		return 0;
	}
	walk->told++;
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
		(first = first_of(cursors, walk->comparison->sides))) {
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

static int deeper(struct tree_walk *walk, const struct oid *trees, struct fault *f)
{
	int result;

	if (walk->depth == DEPTH_MAX)
		return exceed(walk, "folders nested deeper than the limit allows");
	walk->depth++;
	result = compare_folder(walk, trees, f);
	walk->depth--;
	return result;
}

/* Remembers a folder that does not fit, to be looked into when all that fits has been told. */
static int put_later(struct tree_walk *walk, const struct oid *trees, struct fault *f)
{
	const struct later later = { walk->depth, walk->path.len };

	if (walk->later_count == LATER_MAX)
		return pass_over(walk), 0;
	walk->later_count++;
	(void)buf_add(&walk->later, &later, sizeof(later));
	(void)buf_add(&walk->later, trees, walk->comparison->sides * sizeof(*trees));
	(void)buf_addspan(&walk->later, buf_span(&walk->path));
	return walk->later.failed ? fault_memory(f) : 0;
}

/* A folder of so many changes, when what fits is told. */
static int select_folder(
	struct tree_walk *walk, const struct oid *trees, size_t changes, struct fault *f)
{
	int result;

	if (changes == 0)
		return 0;
	if (changes > walk->left)
		return put_later(walk, trees, f);
	walk->left -= changes;
	walk->fits = true;
	result = deeper(walk, trees, f);
	walk->fits = false;
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
	result = deeper(walk, trees, f);
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
		return deeper(walk, trees, f);
	known = cache ? change_cache_count(cache, walk->comparison, trees) : NULL;
	if (!known)
		return fault_memory(f);
	changes = *known ? *known - 1 : COUNT_MAX;
	if (walk->selecting && walk->telling && !walk->fits)
		return select_folder(walk, trees, changes, f);
	if (*known && !walk->selecting && walk->count + changes > walk->changes->limit)
		return exceed(walk, "more changes than the limit allows");
	if (changes == 0 || (*known && !walk->telling && (walk->kept.failed || walk->selecting))) {
		walk->count = count_sum(walk->count, changes);
		return 0;
	}
	return walk_counted(walk, trees, cache, f);
}

static int walk_once(struct tree_walk *walk, struct fault *f)
{
	int result;

	walk->path = (struct buf)BUF_INIT(PATH_LENGTH_MAX);
	walk->count = walk->folders = 0;
	result = buf_adds(&walk->path, "") < 0 ? fault_memory(f)
					       : walk_folder(walk, walk->comparison->trees, f);
	buf_release(&walk->path);
	return result;
}

/* Tells what was kept. */
static int tell_kept(struct tree_walk *walk, struct fault *f)
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
			result = deeper(walk, trees, f);
		else
			pass_over(walk);
	}
	free(trees);
	return result;
}

/* Tells what fits into the limit: counts all, tells what is small enough, then some of the rest. */
static int tell_selected(struct tree_walk *walk, struct fault *f)
{
	int result;

	walk->selecting = true;
	walk->ended = false;
	walk->later = (struct buf)BUF_INIT(LATER_KEPT_MAX);
	result = walk_once(walk, f);
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
	walk->changes->limit -= walk->told;
	buf_release(&walk->later);
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
		result = walk_once(&walk, f);
	while (result == 0 && mends(&walk, f, &result));
	if (result == 0 && walk.over) {
		result = tell_selected(&walk, f);
	} else if (result == 0 && !walk.ended && walk.count > 0) {
		walk.telling = true;
		result = walk.kept.failed ? walk_once(&walk, f) : tell_kept(&walk, f);
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
