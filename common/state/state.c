#include "common/state/state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/expected.h"
#include "common/state/sql.h"

#define BUSY_MILLISECONDS 10000

/*
 * Settings of every connection.  TRUNCATE is as durable as DELETE under FULL, with fewer changes to
 * the folder.
 */
static const char settings[] = "PRAGMA journal_mode=TRUNCATE;"
			       "PRAGMA synchronous=EXTRA;"
			       "PRAGMA temp_store=MEMORY;"
			       "PRAGMA trusted_schema=OFF;"
			       "PRAGMA cell_size_check=ON;"
			       "PRAGMA foreign_keys=ON;";

/* What an admin reads for each kind of failure; the first row whose code fits. */
static const struct {
	int code;
	const char *words;
} failures[] = {
	{ SQLITE_BUSY, "locked by another process for ten seconds" },
	{ SQLITE_LOCKED, "locked by another process for ten seconds" },
	{ SQLITE_FULL, "the disk is full" },
	{ SQLITE_CORRUPT, "damaged; " STATE_MEND },
	{ SQLITE_NOTADB, "damaged or not a database; " STATE_MEND },
	{ SQLITE_READONLY, "may not be written by this user" },
	{ SQLITE_PERM, "permission denied" },
	{ SQLITE_CANTOPEN, "cannot be opened" },
	{ SQLITE_IOERR, "cannot be read or written" },
	{ SQLITE_NOMEM, "out of memory" },
};

int state_fault(struct state *state, int code, struct fault *f)
{
	int system = state->db ? sqlite3_system_errno(state->db) : 0;

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if (failures[i].code != (code & 0xff))
			continue;
		if (system && (code & 0xff) != SQLITE_BUSY)
			return fault_set(f, FAULT_ADMIN, "%s: %s (%s)", state->path,
				failures[i].words, strerror(system));
		return fault_set(f, FAULT_ADMIN, "%s: %s", state->path, failures[i].words);
	}
	return fault_set(f, FAULT_INTERNAL, "%s: %s", state->path,
		state->db ? sqlite3_errmsg(state->db) : sqlite3_errstr(code));
}

/* The kept statement of that text, made now if it is new. */
static sqlite3_stmt *statement_of(struct state *state, const char *sql, struct fault *f)
{
	size_t i = 0;
	int code;

	while (i < STATE_KEPT && state->kept[i].sql && state->kept[i].sql != sql)
		i++;
	if (i == STATE_KEPT) {
		(void)fault_set(f, FAULT_INTERNAL, "too many statements");
		return NULL;
	}
	if (state->kept[i].sql) {
		state_done(state->kept[i].statement);
		return state->kept[i].statement;
	}
	code = sqlite3_prepare_v3(
		state->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &state->kept[i].statement, NULL);
	if (code != SQLITE_OK) {
		(void)state_fault(state, code, f);
		return NULL;
	}
	state->kept[i].sql = sql;
	return state->kept[i].statement;
}

static int bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	return sqlite3_bind_text(statement, place, text ? text : "", -1, SQLITE_TRANSIENT);
}

/* An id is as many bytes as it has; one of no repository is zero, as it always was kept. */
static int bind_id(sqlite3_stmt *statement, int place, const struct oid *id)
{
	return sqlite3_bind_blob(
		statement, place, id->hash, id->len ? id->len : OID_SHA1, SQLITE_TRANSIENT);
}

sqlite3_stmt *state_query(
	struct state *state, struct fault *f, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement = statement_of(state, sql, f);
	int code = SQLITE_OK;
	va_list args;

	if (!statement)
		return NULL;
	va_start(args, kinds);
	for (int i = 0; kinds[i] && code == SQLITE_OK; i++) {
		if (kinds[i] == 't')
			code = bind_text(statement, i + 1, va_arg(args, const char *));
		else if (kinds[i] == 'n')
			code = sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));
		else
			code = bind_id(statement, i + 1, va_arg(args, const struct oid *));
	}
	va_end(args);
	if (code == SQLITE_OK)
		return statement;
	(void)state_fault(state, code, f);
	return NULL;
}

int state_step(struct state *state, sqlite3_stmt *statement, struct fault *f)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		(void)state_fault(state, code, f);
	state_done(statement);
	return code == SQLITE_DONE ? 0 : -1;
}

void state_done(sqlite3_stmt *statement)
{
	if (!statement)
		return;
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
}

int state_run(struct state *state, sqlite3_stmt *statement, struct fault *f)
{
	if (!statement || state_step(state, statement, f) < 0)
		return -1;
	state_done(statement);
	return 0;
}

const char *state_text(struct arena *arena, sqlite3_stmt *statement, int column)
{
	const void *text = sqlite3_column_text(statement, column);
	int len = sqlite3_column_bytes(statement, column);

	return arena_copy(arena, text ? text : "", text ? (size_t)len : 0);
}

bool state_is_empty(const struct state *state)
{
	return state->version == 0;
}

bool state_is_copy(const struct state *state)
{
	return state->copy != NULL;
}

bool state_has(const struct state *state, int64_t version)
{
	return state->version >= version;
}

int state_needs_transaction(struct state *state, struct fault *f)
{
	return state->begun ? 0 : fault_set(f, FAULT_INTERNAL, "state: not in a transaction");
}

static void disconnect(struct state *state)
{
	for (size_t i = 0; i < STATE_KEPT; i++) {
		(void)sqlite3_finalize(state->kept[i].statement);
		state->kept[i].statement = NULL;
		state->kept[i].sql = NULL;
	}
	(void)sqlite3_close(state->db);
	state->db = NULL;
	state->version = 0;
	state->begun = false;
}

/* Connects to a file that is there and looks whether it can be read. */
static int connect_to(struct state *state, const char *path, bool write, struct fault *f)
{
	int flags = write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int code = sqlite3_open_v2(path, &state->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return state_fault(state, code, f);
	(void)sqlite3_extended_result_codes(state->db, 1);
	(void)sqlite3_busy_timeout(state->db, BUSY_MILLISECONDS);
	(void)sqlite3_db_config(state->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	code = sqlite3_exec(state->db, settings, NULL, NULL, NULL);
	if (code == SQLITE_OK && state->mode == STATE_READ)
		code = sqlite3_exec(state->db, "PRAGMA query_only=ON", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return state_fault(state, code, f);
	return state_schema_check(state, f);
}

/*
 * A writer died and left its journal, and we may not write, so we cannot roll it back there: do
 * it in a copy of our own.
 */
static int connect_to_copy(struct state *state, struct fault *f)
{
	char *path = NULL;
	int result;

	if (state_file_copy(state, &state->copy, f) < 0)
		return -1;
	if (asprintf(&path, "%s/state.db", state->copy) < 0)
		return fault_memory(f);
	result = connect_to(state, path, true, f);
	free(path);
	return result;
}

/* Connects as far as this user may; what cannot be written can still be read. */
static int connect_any(struct state *state, struct fault *f)
{
	bool may_write = access(state->path, W_OK) == 0;
	struct fault first = { 0 };
	int code;

	if (may_write || state->mode == STATE_WRITE)
		return connect_to(state, state->path, true, f);
	if (connect_to(state, state->path, false, &first) == 0)
		return 0;
	code = state->db ? sqlite3_extended_errcode(state->db) : SQLITE_CANTOPEN;
	disconnect(state);
	if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY ||
		(code & 0xff) == SQLITE_CANTOPEN)
		return connect_to_copy(state, f);
	return fault_set(f, first.class, "%s", first.text);
}

/* A state that was there and is not any more, or is empty, is not a new one.  0 or -1. */
static int state_is_lost(const struct state *state, struct fault *f)
{
	const struct expected mark = { state->folder, STATE_EXPECTED };
	struct stat found = { 0 };
	bool expected;

	if (stat(state->path, &found) < 0 && errno != ENOENT)
		return fault_set(f, FAULT_ADMIN, "%s: %s", state->path, strerror(errno));
	if (found.st_mode && !S_ISREG(found.st_mode)) /* a pipe would be waited for */
		return fault_set(f, FAULT_ADMIN, "%s: not a regular file", state->path);
	if (found.st_size > 0 || state->anew)
		return 0;
	if (expected_is(&mark, &expected, f) < 0)
		return -1;
	return !expected ? 0
			 : fault_set(f, FAULT_ADMIN, "%s was there and is %s; " STATE_MEND,
				   state->path, found.st_mode ? "empty" : "missing");
}

static int connect_if_there(struct state *state, struct fault *f)
{
	return access(state->path, F_OK) == 0 ? connect_any(state, f) : 0;
}

/* The database at that path; `anew`: it may be one that nobody has made yet. */
static int open_path(struct state **out, const struct state *what, struct fault *f)
{
	struct state *state = calloc(1, sizeof(*state));

	*out = NULL;
	if (!state)
		return fault_memory(f);
	state->mode = what->mode;
	state->anew = what->anew;
	state->folder = strdup(what->folder);
	state->path = what->path ? strdup(what->path) : NULL;
	if (!state->folder || !state->path) {
		state_close(state);
		return fault_memory(f);
	}
	if (state_is_lost(state, f) < 0 || connect_if_there(state, f) < 0) {
		state_close(state);
		return -1;
	}
	*out = state;
	return 0;
}

int state_open_archive(
	struct state **out, const char *git_dir, const char *path, bool write, struct fault *f)
{
	return open_path(out,
		&(struct state){ .mode = write ? STATE_WRITE : STATE_READ,
			.anew = true,
			.folder = (char *)(uintptr_t)git_dir,
			.path = (char *)(uintptr_t)path },
		f);
}

int state_open(struct state **out, const char *git_dir, enum state_mode mode, struct fault *f)
{
	struct state what = { .mode = mode == STATE_ANEW ? STATE_WRITE : mode,
		.anew = mode == STATE_ANEW,
		.folder = (char *)(uintptr_t)git_dir };
	int result;

	if (asprintf(&what.path, "%s/countersign/state.db", git_dir) < 0)
		what.path = NULL;
	result = open_path(out, &what, f);
	free(what.path);
	return result;
}

void state_close(struct state *state)
{
	if (!state)
		return;
	state_rollback(state);
	disconnect(state);
	state_file_forget(state->copy);
	buf_release(&state->told);
	free(state->folder);
	free(state->path);
	free(state);
}

static int execute(struct state *state, const char *sql, struct fault *f)
{
	int code = sqlite3_exec(state->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : state_fault(state, code, f);
}

int state_connect(struct state *state, struct fault *f)
{
	if (state->db)
		return 0;
	if (state_file_make(state, f) < 0)
		return -1;
	if (connect_to(state, state->path, true, f) == 0)
		return 0;
	disconnect(state);
	return -1;
}

/*
 * Tables that are not there yet come with the transaction or not at all, and a state is expected
 * once it is there: so no state is ever without what its first transaction says.
 */
int state_begin(struct state *state, struct fault *f)
{
	if (state->mode != STATE_WRITE || state->begun)
		return fault_set(f, FAULT_INTERNAL, "state: no transaction can begin here");
	if (state_connect(state, f) < 0 || (state->version > 0 && state_expect(state, f) < 0) ||
		execute(state, "BEGIN IMMEDIATE", f) < 0)
		return -1;
	state->begun = true;
	state->before = state->version;
	if (state_schema_make(state, f) == 0)
		return 0;
	state_rollback(state);
	return -1;
}

int state_commit(struct state *state, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_tell_end(state, true, f) < 0 || execute(state, "COMMIT", f) < 0) {
		state_rollback(state);
		return -1;
	}
	state->begun = false;
	state_committed(state);
	return 0;
}

void state_rollback(struct state *state)
{
	if (!state->begun)
		return;
	for (size_t i = 0; i < STATE_KEPT; i++)
		state_done(state->kept[i].statement);
	(void)sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
	(void)state_tell_end(state, false, NULL);
	state->begun = false;
	state->version = state->before;
	state->appended = 0;
}
