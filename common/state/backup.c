#include "common/state/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/state/sql.h"

#define COPY_MAX ((off_t)64 << 30)

/* A folder of our own with a file `state.db` in it. */
struct scratch {
	char folder[64], path[96];
};

static int scratch_make(struct scratch *scratch, struct fault *f)
{
	(void)snprintf(scratch->folder, sizeof(scratch->folder), "/tmp/countersign-XXXXXX");
	if (!mkdtemp(scratch->folder))
		return fault_set(f, FAULT_ADMIN, "/tmp: %s", strerror(errno));
	(void)snprintf(scratch->path, sizeof(scratch->path), "%s/state.db", scratch->folder);
	return 0;
}

static void scratch_forget(struct scratch *scratch)
{
	(void)unlink(scratch->path);
	(void)rmdir(scratch->folder);
}

static int pour(int from, int to, struct fault *f)
{
	char bytes[65536];
	off_t all = 0;
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0) {
		all += got;
		if (all > COPY_MAX || write(to, bytes, (size_t)got) != got)
			return fault_set(f, FAULT_ADMIN, "the copy cannot be written: %s",
				all > COPY_MAX ? "too large" : strerror(errno));
	}
	if (got < 0)
		return fault_set(f, FAULT_ADMIN, "the copy cannot be read: %s", strerror(errno));
	return 0;
}

static int pour_path(const char *path, int flags, int file, bool out, struct fault *f)
{
	int other = open(path, flags | O_CLOEXEC, 0600), status;

	if (other < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	status = out ? pour(other, file, f) : pour(file, other, f);
	if (status == 0 && fsync(out ? file : other) < 0 && errno != EINVAL)
		status = fault_set(
			f, FAULT_ADMIN, "the copy cannot be written: %s", strerror(errno));
	(void)close(other);
	return status;
}

/* Copies one open database over another, in one transaction of the other's. */
static int copy_database(sqlite3 *to, sqlite3 *from, struct fault *f)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int code = SQLITE_ERROR;

	if (backup) {
		do {
			code = sqlite3_backup_step(backup, -1);
			if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
				(void)sqlite3_sleep(50);
		} while (code == SQLITE_BUSY || code == SQLITE_LOCKED);
		code = sqlite3_backup_finish(backup);
	}
	return code == SQLITE_OK ? 0
				 : fault_set(f, FAULT_ADMIN, "the state cannot be copied: %s",
					   sqlite3_errmsg(to));
}

static int open_database(sqlite3 **out, const char *path, int flags, struct fault *f)
{
	if (sqlite3_open_v2(path, out, flags | SQLITE_OPEN_EXRESCODE, NULL) == SQLITE_OK)
		return 0;
	(void)fault_set(f, FAULT_ADMIN, "%s: %s", path, sqlite3_errmsg(*out));
	(void)sqlite3_close(*out);
	*out = NULL;
	return -1;
}

int state_backup_save(struct state *state, int file, struct fault *f)
{
	struct scratch scratch;
	sqlite3 *copy = NULL;
	int status;

	if (state_is_empty(state))
		return fault_set(f, FAULT_ADMIN, "no state to save: nothing was recorded yet");
	if (scratch_make(&scratch, f) < 0)
		return -1;
	status = open_database(&copy, scratch.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
	if (status == 0)
		status = copy_database(copy, state->db, f);
	(void)sqlite3_close(copy);
	if (status == 0)
		status = pour_path(scratch.path, O_RDONLY, file, true, f);
	scratch_forget(&scratch);
	return status;
}

/* Whether a database is whole, and a state: one answer of one PRAGMA. */
static bool says(sqlite3 *db, const char *pragma, const char *wanted)
{
	sqlite3_stmt *statement = NULL;
	bool same = sqlite3_prepare_v2(db, pragma, -1, &statement, NULL) == SQLITE_OK &&
		    sqlite3_step(statement) == SQLITE_ROW &&
		    strcmp((const char *)sqlite3_column_text(statement, 0), wanted) == 0;

	(void)sqlite3_finalize(statement);
	return same;
}

static int open_copy(sqlite3 **out, const char *path, struct fault *f)
{
	char id[16];

	(void)snprintf(id, sizeof(id), "%d", STATE_APPLICATION_ID);
	if (open_database(out, path, SQLITE_OPEN_READONLY, f) < 0)
		return -1;
	if (says(*out, "PRAGMA application_id", id) && says(*out, "PRAGMA quick_check", "ok") &&
		says(*out, "SELECT count(*) FROM value WHERE name = '" STATE_ARCHIVE "'", "0"))
		return 0;
	(void)sqlite3_close(*out);
	*out = NULL;
	return fault_set(f, FAULT_ADMIN, "the file is not a whole copy of a state");
}

/* A name beside the state that nobody has yet: the time, and a number where that is not enough. */
static int free_name(char aside[4096], const char *path, struct fault *f)
{
	for (int i = 0; i < 1000; i++) {
		char number[8] = "";

		if (i)
			(void)snprintf(number, sizeof(number), ".%d", i);
		(void)snprintf(
			aside, 4096, "%.4000s.%" PRId64 "%s", path, (int64_t)time(NULL), number);
		if (access(aside, F_OK) < 0 && errno == ENOENT)
			return 0;
	}
	return fault_set(f, FAULT_ADMIN, "%s: cannot be set aside as %s", path, aside);
}

/*
 * First the database: its journal is nothing to one that is empty or not there, and beside it what
 * a writer left half-way can still be taken back.
 */
int state_backup_set_aside(const char *git_dir, char aside[4096], struct fault *f)
{
	char path[4096], from[4096 + 16], to[4096 + 16];

	aside[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/countersign/state.db", git_dir) >=
		(int)sizeof(path) - 40)
		return fault_set(f, FAULT_ADMIN, "%s: %s", git_dir, strerror(ENAMETOOLONG));
	if (access(path, F_OK) < 0)
		return errno == ENOENT ? 0
				       : fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	if (free_name(aside, path, f) < 0)
		return -1;
	(void)snprintf(from, sizeof(from), "%s-journal", path);
	(void)snprintf(to, sizeof(to), "%s-journal", aside);
	if (rename(path, aside) < 0 || (rename(from, to) < 0 && errno != ENOENT))
		return fault_set(f, FAULT_ADMIN, "%s: cannot be set aside as %s: %s", path, aside,
			strerror(errno));
	return 0;
}

/* Whether it can be written at all. */
static int probe(struct state *state, struct fault *f)
{
	int code;

	if (state_connect(state, f) < 0)
		return -1;
	code = sqlite3_exec(state->db, "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : state_fault(state, code, f);
}

/*
 * The state to copy into: the one that is there or, where that cannot be opened, a new one, which
 * is empty, and so refused, until all of the copy is in it.
 */
static int open_target(struct state **out, const char *git_dir, char aside[4096], struct fault *f)
{
	struct fault ignored = { 0 };

	aside[0] = '\0';
	if (state_open(out, git_dir, STATE_ANEW, &ignored) == 0) {
		if (probe(*out, &ignored) == 0)
			return 0;
		state_close(*out);
		*out = NULL;
	}
	if (state_backup_set_aside(git_dir, aside, f) < 0 ||
		state_open(out, git_dir, STATE_ANEW, f) < 0)
		return -1;
	if (probe(*out, f) == 0)
		return 0;
	state_close(*out);
	*out = NULL;
	return -1;
}

int state_backup_restore(const char *git_dir, int file, char aside[4096], struct fault *f)
{
	struct scratch scratch;
	struct state *state = NULL;
	sqlite3 *copy = NULL;
	int status;

	aside[0] = '\0';
	if (scratch_make(&scratch, f) < 0)
		return -1;
	status = pour_path(scratch.path, O_WRONLY | O_CREAT | O_EXCL, file, false, f);
	if (status == 0)
		status = open_copy(&copy, scratch.path, f);
	if (status == 0)
		status = open_target(&state, git_dir, aside, f);
	if (status == 0)
		status = copy_database(state->db, copy, f);
	if (status == 0)
		status = state_expect(state, f);
	if (status == 0)
		state_mark_clear(state);
	(void)sqlite3_close(copy);
	state_close(state);
	scratch_forget(&scratch);
	return status;
}
