/*
 * What the files of the change module (change*.c) share.  Nobody else includes this.
 */
#ifndef COMMON_HISTORY_CHANGE_PRIVATE_H
#define COMMON_HISTORY_CHANGE_PRIVATE_H

#include "common/base/buf.h"
#include "common/history/change.h"

/* A tree that was read, kept while somebody uses it and for some time after. */
struct cached {
	struct oid id;
	struct object object;
	struct buf mended; /* in the place of a malformed one's bytes */
	struct span data;
	size_t pins;
};

/* Trees by id, and how many changes a set of trees holds by the digest of their ids. */
struct change_cache {
	struct cached **trees;
	size_t count, cap, bytes;
	struct oid_map map, counts;
	struct oid_map mended; /* trees that are read as tree_mend() makes them */
};

/*
 * The trees that are compared: the new one, the parents', the merge bases', and perhaps the merge
 * base of two merge bases; of three parents and more, the merge base of each two of them.
 */
struct comparison {
	struct oid *trees; /* zero: the empty tree */
	size_t parents, bases, sides;
	size_t pairs; /* the last sides: 1 and 2, 1 and 3, 2 and 3, 1 and 4 ... */
	bool virtual; /* the side behind the bases is the base of the two */
};

/* The module's cache of these changes; NULL when memory ran out. */
struct change_cache *change_cache(struct changes *changes);

#define CHANGE_TREE_OVER 2

/*
 * The tree, for change_cache_unpin(); zero gives NULL.  0, -1, 1 when it is no tree, or
 * CHANGE_TREE_OVER when those in use would be larger than memory is meant for.
 */
int change_cache_tree(
	struct changes *changes, const struct oid *id, struct cached **out, struct fault *f);

/*
 * Has a malformed tree, which nobody uses, read as tree_mend() makes it from now on.  1, 0 when it
 * was so already, or -1.
 */
int change_cache_mend(struct changes *changes, const struct oid *id, struct fault *f);

/* Whether it is. */
bool change_cache_is_mended(const struct cached *tree);

/* Lets go of a tree, which may be freed from now on; NULL is fine. */
void change_cache_unpin(struct cached *tree);

/*
 * The place for the count of changes of a set of trees, compared in the same way; 0 in it: not
 * known, else one more than they are.  NULL: no memory.  Valid until it is asked for another.
 */
uint64_t *change_cache_count(
	struct change_cache *cache, const struct comparison *comparison, const struct oid *trees);

/* Frees the cache and all its trees; NULL is fine. */
void change_cache_free(struct change_cache *cache);

/*
 * Whether the values at one path (of all sides) need no judging: what the new one is follows from
 * the others.  1, 0 or -1.
 */
int change_is_explained(struct changes *changes, const struct comparison *comparison,
	const struct entry *values, struct fault *f);

/*
 * Fills in the trees of the new commit, its parents and their bases; out->trees is for free().
 * 0 or -1.
 */
int change_trees(struct changes *changes, const struct commit *commit, const struct oid *parents,
	struct comparison *out, struct fault *f);

#define PATH_LENGTH_MAX 65536

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
	bool ended;       /* changes->end says why, or `over` */
	struct oid bad;   /* a malformed tree that may be mended; zero: none */
	const char *over; /* over which limit it is, when not all can be told */
	bool selecting;   /* so what fits is told */
	bool fits;        /* the folder at hand does */
	size_t left;      /* changes that may still be told */
	struct buf later; /* folders for later, each a struct later */
	size_t later_count;
};

/* Notes that the path at hand is not told. */
void change_pass_over(struct tree_walk *walk);

/*
 * Looks into a folder that has so many changes, now or later, as they fit into the limit.  0 or -1.
 */
int change_select(struct tree_walk *walk, const struct oid *trees, size_t changes, struct fault *f);

/* Tells what was kept.  0, -1, or as the listener said. */
int change_tell_kept(struct tree_walk *walk, struct fault *f);

/* Tells as much as the limit allows, where not all can be told.  0, -1, or as the listener said. */
int change_tell_selected(struct tree_walk *walk, struct fault *f);

/* Walks a folder that is at walk->path; as above. */
int change_deeper(struct tree_walk *walk, const struct oid *trees, struct fault *f);

/* Walks all of it once; as above. */
int change_walk_once(struct tree_walk *walk, struct fault *f);

/* One side's place in the folder that is being compared. */
struct tree_cursor {
	struct cached *tree;
	struct span rest;
	struct tree_entry entry, previous;
	bool more; /* entry is one that was not passed yet */
	bool old;  /* not the new side's: it was there before, or is looked at by itself */
};

/* Whether both are at an entry, and it is the same. */
bool change_cursor_alike(const struct tree_cursor *a, const struct tree_cursor *b);

/*
 * How many bytes behind the entry, which all sides have, all sides have alike; *all: they end
 * there.
 */
size_t change_cursors_bytes(const struct tree_cursor *cursors, size_t sides, bool *all);

/* The first name, in tree order, that some side has and that was not passed; NULL at the end. */
const struct tree_entry *change_cursors_first(const struct tree_cursor *cursors, size_t sides);

#endif
