/*
 * Rows of the log that are old go to archives: files beside the state, each a database that has
 * nothing but rows, so that whatever reads the log reads them, too.
 *
 * Where the log was cut is told by a row of it (kind `cut`): how many rows lie before, the hash of
 * the last of them and the root of the tree over them.  So the chain and the tree go on from there,
 * and whoever has the archives follows both from the first row.  In this order, and each step
 * durable before the next: rows are copied, the copy is followed, the row tells of it, and only
 * then do rows go, few at a time.
 */
#ifndef COMMON_STATE_CUT_H
#define COMMON_STATE_CUT_H

#include "common/base/names.h"
#include "common/state/state.h"

/* Where the log was cut. */
struct log_cut {
	struct log_walk walk; /* rows 0: nowhere */
	bool told;            /* a row of the log tells of just this */
};

/* A tree as text: the roots of its complete subtrees in hex, behind each other. */
struct log_tree_text {
	char hex[2 * MERKLE_SIZE * (MERKLE_DEPTH + 1) + 1];
};

/* That text of it. */
struct log_tree_text log_tree_text_of(const struct merkle_frontier *tree);

/* Reads it, of a tree over so many rows.  0 or -1. */
int log_tree_text_read(struct merkle_frontier *out, int64_t rows, const char *text);

/* Finds out.  0 or -1. */
int state_log_cut(struct state *state, struct log_cut *out, struct fault *f);

/* Keeps that the row appended last tells of a cut there.  In a transaction.  0 or -1. */
int state_log_cut_set(struct state *state, const struct log_walk *at, struct fault *f);

/* Removes some of the rows that were cut off; *gone: how many.  In a transaction.  0 or -1. */
int state_log_shed(struct state *state, int64_t most, int64_t *gone, struct fault *f);

/* Which holds are forgotten: those without refs, and denied ones, of before each time. */
struct holds_old {
	const char *before, *denied;
	int64_t most; /* at a time */
};

/* Removes such holds; *gone: how many.  In a transaction.  0 or -1. */
int state_holds_forget(
	struct state *state, const struct holds_old *old, int64_t *gone, struct fault *f);

/*
 * Forgets of who made commits, and of what notes say, the oldest of what is too much, and what was
 * spent long ago: so many rows at a time; *gone: how many.  In a transaction.  0 or -1.
 */
int state_memory_forget(struct state *state, int64_t most, int64_t *gone, struct fault *f);

/* What is to be archived. */
struct archiving {
	const char *before; /* rows of before that time, up to the first that is not */
	int64_t end;        /* and none behind that row; 0: any */
	int64_t most;       /* at a time */
	/* out: how far it came, following the copies; how many rows, 0: there are no old ones */
	struct log_walk at;
	int64_t copied;
	char file[64]; /* out: the archive's name */
};

/*
 * Copies old rows of one month to an archive, and follows the copies.  Nothing goes.  0 or -1: also
 * when the rows are not what was written.
 */
int log_archive(const char *git_dir, struct archiving *archiving, struct fault *f);

/* An archive as it was found. */
struct log_archive {
	char *path;
	int64_t first, last; /* its rows */
};

/* Those of a log. */
struct log_archives {
	struct log_archive *list; /* by their first rows */
	size_t count;
	char id[33];  /* of the repository */
	char *folder; /* its git directory */
	struct state *state;
	struct log_cut cut;
};

/*
 * Finds the archives beside the state, but for those that have no row of after `since` (or NULL),
 * and those of the files named (or NULL), which must be of this log.  For log_archives_release(),
 * before the state is closed.  0 or -1.
 */
int log_archives_find(struct log_archives *out, struct state *state, const char *since, names files,
	struct fault *f);

/* Frees what it holds. */
void log_archives_release(struct log_archives *archives);

/* As state_log_read(), first from the archives and then from the log itself. */
int log_archives_read(const struct log_archives *archives, const struct log_filter *filter,
	int (*each)(void *context, const struct log_entry *entry), void *context, struct fault *f);

/* What of the rows that were cut off could not be verified. */
struct log_archived {
	int64_t missing; /* rows that are in none of the archives */
	size_t unproven; /* checkpoints of those rows, if the tree's file proves nothing either */
};

/*
 * As state_log_verify_on(), first through the archives; what they do not have, the chain is begun
 * anew behind it.  0 or -1.
 */
int log_archives_verify(const struct log_archives *archives, const struct log_reach *reach,
	struct log_archived *out, struct fault *f);

#endif
