/*
 * Rows on their way to PostgreSQL: of each repository in order, some at a time, each batch one
 * statement that goes on from the row before it or is refused.  What the engine has is asked of the
 * engine, so nothing is lost or doubled whoever dies, and whenever.
 *
 * A log that does not go on from what was told before, or whose hashes are not right, is told as an
 * alarm, and none of its rows are taken until it is whole again.
 */
#ifndef HOOKS_FLEET_DRAIN_H
#define HOOKS_FLEET_DRAIN_H

#include <sys/stat.h>

#include "hooks/fleet/link.h"

/* A repository that is drained. */
struct drain_repository {
	char *git_dir;
	char id[33];         /* "": not known yet */
	struct stat seen;    /* its database as it was when all had been told */
	bool told, listed;   /* all had been; it is on the list yet */
	char holds[65];      /* digest of the holds that were told last */
	char decisions[65];  /* and of the decisions on them */
	char cursor[33];     /* which row of what servers share was taken last here */
	char alarm[256];     /* what was told to be wrong with it; "?": nobody knows */
	double shared_again; /* it is not to take any before that time */
	double again;        /* not before that time */
};

struct drain {
	struct link *link;
	const char *etc;
	struct drain_repository *repositories;
	size_t count, next;
	int64_t rows;  /* that were taken in all */
	char month[8]; /* the last that there is a partition for */
};

/* Begins with none; for drain_release(). */
void drain_begin(struct drain *drain, struct link *link, const char *etc);

/* Reads the list of guarded repositories anew.  0 or -1. */
int drain_list(struct drain *drain, struct fault *f);

/*
 * Takes some rows of the next repository that has something new; *idle: none has.  What is wrong
 * with one is no fault: it is told, on standard error too.  0, or -1: the connection is gone.
 */
int drain_step(struct drain *drain, bool *idle, struct fault *f);

/* Frees what it holds. */
void drain_release(struct drain *drain);

#endif
