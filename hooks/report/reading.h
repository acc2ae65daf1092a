/*
 * What reports read: the commits of a repository, each once, whatever leads to it, nearest to the
 * tips first; and the rows of its log since a time, each with what its verdict says.
 *
 *	struct history history = { .repo = ..., .text_max = ..., .each = ..., .context = ... };
 *	history_read() for each tip
 *	history_release()
 */
#ifndef HOOKS_REPORT_READING_H
#define HOOKS_REPORT_READING_H

#include <jansson.h>

#include "common/base/names.h"
#include "common/git/object.h"
#include "common/git/repo.h"
#include "common/state/state.h"

struct history {
	struct repo *repo;
	size_t text_max; /* of a commit that is looked at */
	size_t most;     /* commits that are read; 0: all */
	/* Called for each; NULL for one that is too large, or not read as a commit.  0 or -1. */
	int (*each)(
		void *context, const struct oid *id, const struct commit *commit, struct fault *f);
	void *context;

	size_t read; /* so far */
	bool more;   /* there are more than were read */

	struct oid_map seen;
	struct oid_list queue;
};

/* Reads what leads from the tip and was not read yet.  0 or -1. */
int history_read(struct history *history, const struct oid *tip, struct fault *f);

/* Frees what it holds. */
void history_release(struct history *history);

struct log_rows {
	const char *since; /* RFC 3339; "": all */
	names archives;    /* of the log, that lie elsewhere than beside it; or NULL */
	/*
	 * Called for each row, oldest first; `verdict` is NULL where it cannot be read.  0 or -1.
	 */
	int (*each)(void *context, const struct log_row *row, json_t *verdict);
	void *context;
};

/* Reads them.  0, or -1 (with a fault, if it is not one of `each`). */
int log_rows_read(struct log_rows *rows, struct state *state, struct fault *f);

#endif
