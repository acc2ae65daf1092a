/*
 * Between the files of state: how each of them runs its statements.  Nobody else includes this.
 *
 * A statement is made once and kept; state_query() hands it out reset and bound.  Whoever steps
 * through rows copies them and calls state_done() before calling anyone else, so that no read
 * lock is held while somebody prints to a pipe that is not being read.
 */
#ifndef COMMON_STATE_SQL_H
#define COMMON_STATE_SQL_H

#include <sqlite3.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/state/state.h"

/* What an admin can do about a database that is lost. */
#define STATE_MEND                                                                            \
	"restore it (countersign state restore FILE), or begin anew on purpose (countersign " \
	"state begin --reason TEXT)"

#define STATE_APPLICATION_ID 0x43734764 /* "CsGd" */

#define LOG_GENESIS "0000000000000000000000000000000000000000000000000000000000000000"

#define STATE_EXPECTED "state" /* the mark of a state that is there (common/base/expected.h) */

#define STATE_ARCHIVE "archive" /* the value by which an archive of the log is known (cut.h) */

#define STATE_KEPT 96 /* statements kept; more than there are */

/*
 * Fills log_agent for the rows that the condition on `l.seq` is true of: each agent that the row's
 * verdict object names, and `*` for any; `,` where there are several in one text.
 */
#define STATE_ROW_JSON "iif(json_valid(l.verdict), l.verdict, '{}')"
#define STATE_INDEX_AGENTS(condition)                                                           \
	"INSERT OR IGNORE INTO log_agent SELECT iif(any, '*', iif(instr(n, ','), ',', n)), seq" \
	" FROM (SELECT 0 AS any UNION ALL SELECT 1), ("                                         \
	"SELECT CAST(a.value AS TEXT) AS n, l.seq FROM log l,"                                  \
	" json_each(" STATE_ROW_JSON ", '$.agents') a WHERE " condition                         \
	" UNION ALL SELECT CAST(json_extract(" STATE_ROW_JSON ", '$.agent') AS TEXT), l.seq"    \
	" FROM log l WHERE " condition                                                          \
	" UNION ALL SELECT CAST(json_extract(f.value, '$.agent') AS TEXT), l.seq FROM log l,"   \
	" json_each(" STATE_ROW_JSON ", '$.findings') f WHERE " condition                       \
	" UNION ALL SELECT CAST(a.value AS TEXT), l.seq FROM log l,"                            \
	" json_each(" STATE_ROW_JSON                                                            \
	", '$.findings') f, json_each(f.value, '$.agents') a WHERE " condition ") WHERE n <> ''"

#define STATE_BATCH_INIT(type, reader)                                                        \
	{                                                                                     \
		.arena = ARENA_INIT((size_t)1 << 28), .size = sizeof(type), .read = (reader), \
	}

struct state {
	sqlite3 *db; /* NULL: there is no database */
	enum state_mode mode;
	int64_t version;          /* of the tables, 0: none are there */
	int64_t before;           /* the version, when the transaction began */
	bool begun;               /* in a transaction */
	int64_t appended;         /* number of the row that was appended to the log last */
	bool shares;              /* what is remembered is for other hosts, too */
	struct buf told;          /* of that, what this transaction has to tell */
	bool anew;                /* a missing database is made, though one was there */
	unsigned char bound[512]; /* parts of what is remembered that were compared, a bit each */
	char *copy;               /* folder of a private copy that was read instead, or NULL */
	char *folder;             /* the git directory */
	char *path;               /* of the database */
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} kept[STATE_KEPT];
};

/*
 * Records what SQLite says went wrong, with the file's name and what an admin can do.  Always -1.
 */
int state_fault(struct state *state, int code, struct fault *f);

/*
 * The statement, bound to what follows: `t` const char * (NULL is ""), `n` int64_t, `o` const
 * struct oid *.  The text must be a literal.  NULL on a fault.
 */
sqlite3_stmt *state_query(
	struct state *state, struct fault *f, const char *sql, const char *kinds, ...);

/* The next row: 1, 0 when there is none, or -1. */
int state_step(struct state *state, sqlite3_stmt *statement, struct fault *f);

/* Lets go of the statement's rows and locks. */
void state_done(sqlite3_stmt *statement);

/* Runs a statement that gives no rows and lets go of it; NULL statement: -1.  0 or -1. */
int state_run(struct state *state, sqlite3_stmt *statement, struct fault *f);

/* The number of the last row that ever was, and the hash of the last that is.  0 or -1. */
int log_tail(struct state *state, int64_t *seq, char hash[65], struct fault *f);

/*
 * How many rows a table has, which is counted beside them: with all that there is room for,
 * counting them would be most of what a push does.  Where nobody has counted yet, they are counted
 * once, by the statement STATE_TALLY() of it.  In a transaction.  0 or -1.
 */
int state_tally(
	struct state *state, const char *table, const char *all, int64_t *count, struct fault *f);

#define STATE_TALLY(table) "INSERT INTO counter SELECT '" table "', '', count(*) FROM " table

/* So many rows came, or went.  In a transaction.  0 or -1. */
int state_tally_add(struct state *state, const char *table, int64_t by, struct fault *f);

/* Whether it has the tables of that version. */
bool state_has(const struct state *state, int64_t version);

/*
 * In front of an agent's name where another host says so: no name begins so, and it is behind all
 * others in their order.
 */
#define STATE_ELSEWHERE "~"

/* What is told to other hosts, by its kind and then the fields, up to NULL.  0 or -1. */
int state_tell(struct state *state, char kind, const char *const fields[], struct fault *f);

/* Writes down what the transaction has told (with `commit`), or forgets it.  0 or -1. */
int state_tell_end(struct state *state, bool commit, struct fault *f);

/* 0, or -1 with a fault: a writer outside of a transaction. */
int state_needs_transaction(struct state *state, struct fault *f);

/*
 * Rows copied out of a statement, some at a time.  The reader sets size and read; each call of
 * state_batch_read() forgets the rows before, copies the next ones until there are many, and lets
 * go of the statement.  The caller goes on behind the last row until none comes.
 */
struct state_batch {
	struct arena arena;
	void *rows;
	size_t size, count;
	bool ended; /* the statement has no more rows */
	int (*read)(struct arena *arena, sqlite3_stmt *statement, void *row); /* 0, -1: no memory */
};

/* Fills the batch; NULL statement: -1.  0 or -1. */
int state_batch_read(
	struct state_batch *batch, struct state *state, sqlite3_stmt *statement, struct fault *f);

/* Frees what the batch holds. */
void state_batch_release(struct state_batch *batch);

/* A copy of a column's text in the arena, "" for NULL; NULL when memory ran out. */
const char *state_text(struct arena *arena, sqlite3_stmt *statement, int column);

/* Tables whose rows are bound. */
enum bound {
	BOUND_STOPPED,
	BOUND_HOLD,
	BOUND_REMEMBERED,
	BOUND_LANDED,
};

/* A part of such a table: three hex digits, or "". */
struct bound_part {
	char text[4];
};

/* The part that the id belongs to. */
struct bound_part bound_part_of(const struct oid *id);

/* Binds the rows of the part as they are now: after each change.  In a transaction.  0 or -1. */
int state_bind(struct state *state, enum bound which, const char *part, struct fault *f);

/* Binds what is in tables that were not bound in that version.  In a transaction.  0 or -1. */
int state_bind_since(struct state *state, int64_t version, struct fault *f);

/* Compares the part with what it was bound to.  0, or -1: it is not what was written. */
int state_bound(struct state *state, enum bound which, const char *part, struct fault *f);

/* The same for what is remembered of that id, once for each part.  0 or -1. */
int state_bound_id(struct state *state, const struct oid *id, struct fault *f);

/*
 * Opens an archive of the log of that repository (cut.h), to be written also where there is none.
 * 0 or -1.
 */
int state_open_archive(
	struct state **out, const char *git_dir, const char *path, bool write, struct fault *f);

/* Makes folder and file with the repository's sharing, when they are not there.  0 or -1. */
int state_file_make(const struct state *state, struct fault *f);

/*
 * Copies the database and its journal into a new private folder, whose name *folder gets.  0 or -1.
 */
int state_file_copy(const struct state *state, char **folder, struct fault *f);

/* Removes such a folder and frees its name; NULL is fine. */
void state_file_forget(char *folder);

/* Connects to the database; one that is not there is made, without tables.  0 or -1. */
int state_connect(struct state *state, struct fault *f);

/* From now on the state is expected to be there.  0 or -1. */
int state_expect(struct state *state, struct fault *f);

/* Behind a transaction: expects a state that is new, and keeps how many rows its log has. */
void state_committed(struct state *state);

/* Forgets how many rows there were: what is there now was put there on purpose. */
void state_mark_clear(const struct state *state);

/* Brings the schema up to date.  In a transaction.  0 or -1. */
int state_schema_make(struct state *state, struct fault *f);

/* Finds the version of the tables, or a fault: not ours, or of a later version.  0 or -1. */
int state_schema_check(struct state *state, struct fault *f);

#endif
