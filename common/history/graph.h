/*
 * Which commits a push is about: walks over raw commits, each read once and remembered.
 *
 * A walk never just ends: a commit that cannot be read is a fault.  What is walked is bounded by a
 * number of commits and a deadline; reaching either is reported, not hidden.  Only the order in
 * which commits are visited depends on their dates, which the pusher controls; what is found is
 * exact whatever they say.  Commit-graph files, grafts and replace refs are not looked at.
 */
#ifndef COMMON_HISTORY_GRAPH_H
#define COMMON_HISTORY_GRAPH_H

#include <stdbool.h>

#include "common/base/deadline.h"
#include "common/base/fault.h"
#include "common/base/oid.h"
#include "common/git/repo.h"

struct graph;

enum graph_end {
	GRAPH_WHOLE = 0, /* all that was asked for */
	GRAPH_LIMIT,     /* over the number of new commits, or out of time */
};

/* A graph over the repository, which must outlive it; for graph_free(). */
int graph_new(struct graph **out, struct repo *repo, struct fault *f);

/* Frees the graph; NULL is fine. */
void graph_free(struct graph *graph);

/*
 * The most new commits one range may hold, and when to stop; the deadline (NULL: never) must
 * outlive the graph.
 */
void graph_limit(struct graph *graph, size_t commits, struct deadline *deadline);

/*
 * The commits that can be reached from the tips and from none of the hidden ones, ancestors before
 * descendants.  All are commit ids (callers peel tags).  *end says whether that is all; if not,
 * *out is empty or cut.  A hidden commit that is needed and cannot be read is a fault; needed are
 * none while all that is new lies in the push's quarantine.  Hidden commits are meant to have been
 * there before the push.  0 or -1.
 */
int graph_range(struct graph *graph, const struct oid_list *tips, const struct oid_list *hidden,
	struct oid_list *out, enum graph_end *end, struct fault *f);

/* The commits that can be reached from the tips and were not in the repository before this push. */
int graph_introduced(struct graph *graph, const struct oid_list *tips, struct oid_list *out,
	enum graph_end *end, struct fault *f);

/* Whether `ancestor` can be reached from `descendant` (each reaches itself).  0 or -1, likewise. */
int graph_reaches(struct graph *graph, const struct oid *descendant, const struct oid *ancestor,
	bool *reaches, struct fault *f);

/*
 * The best common ancestors of two or more commits, as `git merge-base --all --octopus`;
 * none for histories that are not related.  Running out of time is a fault (FAULT_LIMIT).  0 or -1.
 */
int graph_merge_bases(struct graph *graph, const struct oid *commits, size_t count,
	struct oid_list *out, struct fault *f);

/* The parents of a commit, read leniently and kept by the graph; 0 or -1. */
int graph_parents(struct graph *graph, const struct oid *commit, const struct oid **out,
	size_t *count, struct fault *f);

/* The tree of a commit, likewise. */
int graph_tree(struct graph *graph, const struct oid *commit, struct oid *out, struct fault *f);

/* When it was committed, as claimed: seconds since 1970; 0 when that cannot be read.  Likewise. */
int graph_date(struct graph *graph, const struct oid *commit, int64_t *out, struct fault *f);

#endif
