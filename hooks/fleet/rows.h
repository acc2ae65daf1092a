/*
 * A repository's log and holds, for the fleet.  Root reads nothing in a repository: a child gives
 * up root's rights for its owner's, reads, and tells us through a socket.  What it tells is the
 * owner's word, so lengths are bounded, and a child that is silent for too long is ended.
 *
 *	rows_open()	the repository's id and name
 *	rows_read()	some rows behind a number, and the holds
 *	rows_close()
 */
#ifndef HOOKS_FLEET_ROWS_H
#define HOOKS_FLEET_ROWS_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

#define ROWS_TEXTS 11                /* of a row: time to verdict, previous, hash */
#define ROWS_MOST 4000               /* rows at a time */
#define ROWS_BYTES ((size_t)8 << 20) /* about; one row may be more */

struct rows {
	pid_t child;
	FILE *from, *to;
	char id[33]; /* of the repository; "": it has no state yet */
	char name[256];
	char cursor[33]; /* which row of what servers share was taken last here; "": none */
};

/* A row as it was told. */
struct rows_row {
	int64_t seq;
	struct span texts[ROWS_TEXTS];
};

/* What is asked of the child. */
struct rows_wanted {
	int64_t after; /* rows behind that number */
	/* is told of each row; not 0 ends it */
	int (*each)(void *context, const struct rows_row *row, struct fault *f);
	void *context;
	struct buf *holds;     /* a JSON list of them, once there are no more rows */
	struct buf *decisions; /* likewise, of what people have said to those that wait */
	struct buf *shared;    /* likewise, of what was told to other servers behind shared_tip */
	char shared_tip[33];
	bool *more; /* there are more rows, or more of that */
};

/* Starts the child of that repository; for rows_close(), also after -1.  0 or -1. */
int rows_open(struct rows *rows, const char *git_dir, struct fault *f);

/* Reads what is wanted, once.  0, -1, or what `each` returned. */
int rows_read(struct rows *rows, const struct rows_wanted *wanted, struct fault *f);

/* Ends the child; harmless on a zeroed one. */
void rows_close(struct rows *rows);

#endif
