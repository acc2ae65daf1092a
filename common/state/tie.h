/*
 * Who is stopped, known without opening the database: what passes are tied to (state_stopped_tie())
 * is left beside them with a mark of the database as it was before it was read.  While the mark is
 * the same nothing has been written, so nobody was stopped or resumed.
 *
 *	pre-receive	tie_mark(), then what reads the state; tie_put() when it leaves passes
 *	update		tie_find()
 */
#ifndef COMMON_STATE_TIE_H
#define COMMON_STATE_TIE_H

#include <stdbool.h>
#include <stdint.h>

/* A database as it was. */
struct tie_mark {
	char file[64];   /* which it is; "" when that cannot be told */
	uint32_t writes; /* how many it has seen, as SQLite counts them */
};

struct tie {
	struct tie_mark mark;
	unsigned own;   /* writes of ours since */
	char files[65]; /* the digest of the policy's files alone */
};

/* Marks the database as it is. */
void tie_mark(struct tie_mark *mark, const char *git_dir);

/*
 * Leaves what the files' digest became with who is stopped, if the database has seen no writes
 * since the mark but our own.  Where nothing is left update looks itself.
 */
void tie_put(const char *git_dir, const struct tie *tie, const char *tied);

/* What the files' digest is tied to, if nothing was written since; else false. */
bool tie_find(const char *git_dir, const char *files, char tied[65]);

/* Takes it away. */
void tie_drop(const char *git_dir);

#endif
