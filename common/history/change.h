/*
 * What a commit itself did: the paths whose (mode, object) differ from what it is compared with.
 *
 * Raw trees are compared, descending only where they differ; there is no rename detection.  One
 * parent: against it; a root: against the empty tree; a merge: what is not explained by the plain
 * three-way rule, or by an automatic merge of the contents.
 *
 * A malformed tree on the new side ends it; on the other sides, where it was there before, as much
 * of it counts as can be told (tree_mend()).
 */
#ifndef COMMON_HISTORY_CHANGE_H
#define COMMON_HISTORY_CHANGE_H

#include "common/base/fault.h"
#include "common/git/object.h"
#include "common/history/graph.h"

struct entry {
	uint32_t mode; /* 0: there is nothing */
	struct oid id;
};

struct change {
	struct span path; /* valid during the call */
	struct entry old, new;
};

/* Who is told of changes. */
struct change_listener {
	int (*each)(void *context, const struct change *change, struct fault *f);
	void *context;
};

enum changes_end {
	CHANGES_WHOLE = 0,
	CHANGES_MALFORMED, /* a tree is malformed: why, and where */
	CHANGES_LIMIT, /* more changes, deeper or longer paths than the limits: not all was told */
};

struct changes {
	struct repo *repo;
	struct graph *graph;
	size_t limit; /* changes that may still be told; counts down over calls that keep to it */
	struct deadline *deadline; /* NULL: never */
	size_t asks;       /* how often git may be asked what it makes of contents; counts down */
	size_t blob_limit; /* contents larger than this are not merged, so not explained */
	const struct oid_list *allowed; /* trees that may be malformed; NULL: none */
	enum changes_end end;
	const char *why; /* a constant sentence */
	char where[256]; /* the path or tree it is about, may be cut; of several the first */
	size_t passed;   /* paths and folders that were passed over for a limit */
	bool deep;       /* some for being nested deeper than anybody may let through */
	void *cache;     /* of this module; changes_release() */
};

/*
 * Tells the listener every change of the commit, in tree order, and sets changes->end.  Where they
 * are more than the limit, what fits is told and the rest passed over: files and small folders come
 * before large ones, so that a tree of 10^10 paths costs little and hides nothing beside it.
 * 0, -1 (out of time: FAULT_LIMIT), or what the listener returned when that is not 0.
 */
int changes_of(struct changes *changes, const struct commit *commit,
	const struct change_listener *listener, struct fault *f);

/* Every entry of the difference between two trees (zero: the empty tree), as for one parent. */
int changes_between(struct changes *changes, const struct oid *old_tree, const struct oid *new_tree,
	const struct change_listener *listener, struct fault *f);

/* Frees what was kept between calls. */
void changes_release(struct changes *changes);

#endif
