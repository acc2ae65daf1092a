/*
 * The log of the state: rows that are chained, each carrying the hash of the one before.  What may
 * still change is beside it, and of that the row itself says nothing: how often the same was
 * refused again, and what became of what it allowed.
 */
#ifndef COMMON_STATE_LOG_H
#define COMMON_STATE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/fault.h"
#include "common/tlog/merkle.h"

struct state;

/* A row of the log.  Texts are UTF-8; NULL is stored as "". */
struct log_row {
	const char *time; /* RFC 3339, UTC, milliseconds */
	const char *kind; /* `decision`, `approval`, `landed`, `policy`, ... */
	const char *account, *ref, *old, *new, *decision, *policy;
	const char *verdict; /* the verdict object, or another JSON object for another kind */
};

/* Appends a row to the chain; gives its hash.  In a transaction.  0 or -1. */
int state_log_append(
	struct state *state, const struct log_row *row, char hash[65], struct fault *f);

/* The number of the row that was appended last, by this state. */
int64_t state_log_last(const struct state *state);

/* A refusal: its time, as rows give it, and a digest of all that makes another one the same. */
struct refusal {
	const char *key, *time;
};

/*
 * Whether the log has the same refusal from less than a day before: then it is counted on that row,
 * whose hash is given.  In a transaction.  0 or -1.
 */
int state_log_again(struct state *state, const struct refusal *what, char hash[65], bool *again,
	struct fault *f);

/* Keeps the key of the row that was appended last.  In a transaction.  0 or -1. */
int state_log_keep_key(struct state *state, const struct refusal *what, struct fault *f);

/* What became of what a row allowed. */
enum fate {
	FATE_NONE, /* it allowed nothing, or nobody kept what became of it */
	FATE_AWAITED,
	FATE_LANDED,
	FATE_NOT_LANDED,
};

/* A row as it was read. */
struct log_entry {
	int64_t seq; /* from 1, without gaps */
	struct log_row row;
	const char *previous, *hash; /* 64 hex digits */
	int64_t again;               /* how often the same was refused again */
	const char *last;            /* and when that was last; "": never */
	enum fate fate;
};

/*
 * Which rows are read.  All but `after` are hints, by which an index can be used: rows that they do
 * not fit may come, too.
 */
struct log_filter {
	int64_t after;             /* rows behind that number */
	const char *since, *until; /* times as rows give them, or the beginnings of such; or NULL */
	const char *ref;           /* its name, or the end of it behind a slash; or NULL */
	const char *agent;         /* whom the row names, `*`: any; or NULL */
};

/*
 * Calls `each` for the rows of the log, oldest first, holding no lock meanwhile.  0, -1, or what
 * `each` returned when that is not 0.
 */
int state_log_read(struct state *state, const struct log_filter *filter,
	int (*each)(void *context, const struct log_entry *entry), void *context, struct fault *f);

/*
 * Gives the time of the last row of the same kind, ref, new value and decision, for free(); NULL:
 * there is none, or it was archived.  0 or -1.
 */
int state_log_time(struct state *state, const struct log_row *same, char **time, struct fault *f);

/* Something that was allowed by a row of the log, and what became of it is not known yet. */
struct awaited {
	int64_t seq; /* of the row */
	const char *ref, *old, *new;
	int64_t time; /* milliseconds since 1970 */
};

/* Awaits what becomes of it.  In a transaction.  0 or -1. */
int state_outcome_await(struct state *state, const struct awaited *what, struct fault *f);

/* Calls `each` for what is awaited on the ref (NULL: any).  0, -1, or what `each` returned. */
int state_outcomes(struct state *state, const char *ref,
	int (*each)(void *context, const struct awaited *what), void *context, struct fault *f);

/*
 * Calls `each` for refs of which something has been pending for longer than any push can be at it
 * (state_pending()).  0, -1, or what `each` returned.
 */
int state_pending_old(struct state *state, int (*each)(void *context, const struct awaited *what),
	void *context, struct fault *f);

/*
 * Whether the ref's landing would settle something: what became of a decision, or what approvals
 * have allowed; NULL: any ref's.  Where that cannot be told, it would.
 */
bool state_waits(struct state *state, const char *ref);

/*
 * Keeps what became of it; events that waited for it are sent or, when it did not land, forgotten.
 * In a transaction.  0 or -1.
 */
int state_outcome_set(struct state *state, int64_t seq, bool landed, struct fault *f);

/* The leaf of the log's tree (log_tree.h) that a row of this hash is.  0, or -1: it is none. */
int log_leaf(const char *hash, struct merkle_hash *leaf);

/* What the row's own hash has to be, by all that it says. */
void log_hash(const struct log_entry *entry, char hash[65]);

enum log_state {
	LOG_WHOLE,
	LOG_ALTERED,   /* the row `broken` is not what was written */
	LOG_REMOVED,   /* it is missing, and later ones are there */
	LOG_REORDERED, /* it does not follow the one before it */
	/* it and all later ones are missing, or what is known of the log reaches further */
	LOG_TRUNCATED,
	LOG_REWRITTEN, /* the rows up to `broken` are not those that a checkpoint was made of */
};

/* What the log is known to have been, by somebody who cannot be made to forget it. */
struct log_known {
	const char *tip;                 /* a hash that it has reached, or NULL */
	const struct merkle_head *heads; /* trees over its first rows */
	size_t head_count;
};

/* How far somebody has come who follows the log. */
struct log_walk {
	int64_t rows; /* number of the last row */
	char tip[65]; /* and its hash */
	bool no_tree; /* it did not begin at the first row, nor where the tree was known */
	struct merkle_frontier tree;
};

/* Before the first row. */
void log_walk_begin(struct log_walk *walk);

/* Whether the log still has the walk's last row as it was, or cut it off.  0 or -1. */
int log_walk_fits(struct state *state, const struct log_walk *walk, bool *fits, struct fault *f);

/* Before the row of that number, which is there: by what it says of the one before.  0 or -1. */
int log_walk_behind(struct state *state, int64_t row, struct log_walk *walk, struct fault *f);

struct log_check {
	enum log_state state;
	int64_t rows, last, broken; /* sound rows read; number of the last one; first broken one */
	int64_t cut;                /* rows that are not in the log any more, but in archives */
	char tip[65];               /* hash of the last sound row */
	bool tip_seen;              /* the one that was known */
	struct log_walk walk;
};

/*
 * Follows the chain from its beginning or, where earlier rows were cut off (cut.h), from there.
 * Who can write the file can make a new chain, and only what was known of the log before shows
 * that; `known` may be NULL.  0 (look at check->state) or -1.
 */
int state_log_verify(struct state *state, const struct log_known *known, struct log_check *check,
	struct fault *f);

/* The same from check->walk, if that has come further; the check goes on. */
int state_log_verify_on(struct state *state, const struct log_known *known, struct log_check *check,
	struct fault *f);

/* What is followed: to which row (0: to the last), and what is known of it; or NULL. */
struct log_reach {
	int64_t end;
	const struct log_known *known;
	struct log_check *check;
};

/* Goes on from where the walk is; check->rows are added to.  0 (look at check->state) or -1. */
int state_log_follow(
	struct state *state, struct log_walk *walk, const struct log_reach *reach, struct fault *f);

/*
 * Compares all rows outside the log that are bound (who is stopped, holds, what is remembered) with
 * what was written.  0, or -1: they are not the same, or could not be read.
 */
int state_bound_verify(struct state *state, struct fault *f);

#endif
