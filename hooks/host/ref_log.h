/*
 * git's own log of a ref, read backwards: whether it came by pushes alone from what it was.  Only
 * the end of a long log is read; what lies before that is taken for good.  Dates in it are claims,
 * so what came since is told by its place; where git has shortened the log meanwhile (gc), and in a
 * reftable, it is what came after the ref was last what it was.
 */
#ifndef HOOKS_HOST_REF_LOG_H
#define HOOKS_HOST_REF_LOG_H

#include "common/git/repo.h"

struct ref_trace {
	struct repo *repo;
	const char *ref;
	struct oid now;         /* what it is */
	const struct oid *from; /* and what it was; NULL: it was not there */
	int64_t before;         /* how long its log was then; what is behind that came since */
	/* of REF_TRAIL_OTHER: to what it came, by which command of git's; "": that is not known */
	struct oid to;
	char by[32];
};

enum ref_trail {
	REF_TRAIL_PUSHED, /* by pushes, as far as the log goes */
	REF_TRAIL_MADE,   /* by pushes, the first of which made it */
	REF_TRAIL_OTHER,
};

/* How long the log of a ref is, in bytes; 0: there is none, or it is in a reftable. */
int64_t ref_trail_length(const struct repo *repo, const char *ref);

/* Follows it back.  0 or -1. */
int ref_trail_follow(struct ref_trace *trace, enum ref_trail *way, struct fault *f);

#endif
