/* Archives of the log: written a month at a time, found, and read before the log itself. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/state/cut.h"
#include "common/state/sql.h"

#define FOLDER "countersign/archive"
#define ENDING ".db"
#define MONTH 7 /* `2026-11` */

/* Copying rows to an archive. */
struct copying {
	struct archiving *archiving;
	struct state *to;
	char month[MONTH + 1]; /* of its rows */
	int64_t count, last;
	struct fault *f;
};

static int copy_beside(struct copying *copying, const struct log_entry *entry)
{
	static const char again[] =
		"INSERT OR REPLACE INTO again VALUES (?1, 'was ' || ?1, ?2, ?3)",
			  outcome[] = "INSERT OR REPLACE INTO outcome VALUES (?, '', '', '', 0, ?)",
			  agents[] = STATE_INDEX_AGENTS("l.seq = ?1");
	struct state *to = copying->to;

	if (entry->again && state_run(to,
				    state_query(to, copying->f, again, "nnt", entry->seq,
					    entry->again, entry->last),
				    copying->f) < 0)
		return -1;
	if (entry->fate != FATE_NONE &&
		state_run(to,
			state_query(to, copying->f, outcome, "nn", entry->seq,
				(int64_t)(entry->fate == FATE_LANDED)),
			copying->f) < 0)
		return -1;
	return state_run(to, state_query(to, copying->f, agents, "n", entry->seq), copying->f);
}

/* Whether the row is of those that go: old enough, decided, and of the archive's month. */
static bool goes(const struct copying *copying, const struct log_entry *entry)
{
	const struct archiving *archiving = copying->archiving;

	return copying->count < archiving->most && entry->fate != FATE_AWAITED &&
	       strcmp(entry->row.time, archiving->before) < 0 &&
	       (!archiving->end || entry->seq <= archiving->end) &&
	       strncmp(entry->row.time, copying->month, MONTH) == 0;
}

static int copy_row(void *context, const struct log_entry *entry)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct copying *copying = context;
	const struct log_row *row = &entry->row;

	if (!goes(copying, entry))
		return 1;
	copying->count++;
	copying->last = entry->seq;
	if (state_run(copying->to,
		    state_query(copying->to, copying->f, sql, "nttttttttttt", entry->seq, row->time,
			    row->kind, row->account, row->ref, row->old, row->new, row->decision,
			    row->policy, row->verdict, entry->previous, entry->hash),
		    copying->f) < 0)
		return -1;
	return copy_beside(copying, entry);
}

/* The numbers of the first and the last row. */
static int ends_of(struct state *state, struct log_archive *out, struct fault *f)
{
	static const char sql[] =
		"SELECT coalesce(min(seq), 0), coalesce((SELECT max(seq) FROM log), 0) FROM log";
	sqlite3_stmt *statement;
	int found;

	out->first = out->last = 0;
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "");
	found = statement ? state_step(state, statement, f) : -1;
	if (found > 0) {
		out->first = sqlite3_column_int64(statement, 0);
		out->last = sqlite3_column_int64(statement, 1);
	}
	state_done(statement);
	return found < 0 ? -1 : 0;
}

/* The month of the first row, "" when that does not go. */
static int first_month(void *context, const struct log_entry *entry)
{
	struct copying *copying = context;

	(void)snprintf(copying->month, sizeof(copying->month), "%.*s", MONTH, entry->row.time);
	if (!goes(copying, entry))
		copying->month[0] = '\0';
	return 1;
}

/* The archive that these rows go to: one of their month that ends just before, or a new one. */
static int choose(struct archiving *archiving, const char *month,
	const struct log_archives *archives, char **path, struct fault *f)
{
	const char *folder = archives->folder;

	*path = NULL;
	for (size_t i = 0; i < archives->count && !*path; i++) {
		const char *name = strrchr(archives->list[i].path, '/') + 1;

		if (archives->list[i].last == archiving->at.rows &&
			strncmp(name, month, MONTH) == 0 &&
			!(*path = strdup(archives->list[i].path)))
			return fault_memory(f);
	}
	if (!*path && asprintf(path, "%s/" FOLDER "/%s.%" PRId64 ".%.8s" ENDING, folder, month,
			      archiving->at.rows + 1, archives->id) < 0)
		return fault_memory(f);
	(void)snprintf(archiving->file, sizeof(archiving->file), "%s", strrchr(*path, '/') + 1);
	return 0;
}

/* The id of the log that it is an archive of, "" for what is none. */
static int archive_id(struct state *state, char id[33], struct fault *f)
{
	char *mark = NULL;
	int status = state_value(state, STATE_ARCHIVE, &mark, f);

	id[0] = '\0';
	if (status == 0 && mark)
		status = state_repository_id(state, id, f);
	free(mark);
	return status;
}

static int mark(struct state *to, const char *id, struct fault *f)
{
	return state_value_set(to, STATE_ARCHIVE, "1", f) < 0 ||
			       state_value_set(to, "repository-id", id, f) < 0
		       ? -1
		       : 0;
}

/* In transactions of some rows each, to a file that nobody else waits for. */
static int copy(struct copying *copying, struct state *from, const char *id, struct fault *f)
{
	const struct log_filter filter = { .after = copying->archiving->at.rows };
	struct state *to = copying->to;

	if (state_begin(to, f) < 0 || mark(to, id, f) < 0 ||
		state_log_read(from, &filter, copy_row, copying, f) < 0)
		return -1;
	return state_commit(to, f);
}

/* Follows the copies as they are in the file now. */
static int follow(struct copying *copying, struct fault *f)
{
	struct archiving *archiving = copying->archiving;
	struct log_check check = { 0 };
	const struct log_reach reach = { .end = copying->last, .check = &check };

	archiving->copied = copying->count;
	if (copying->count == 0)
		return 0;
	if (state_log_follow(copying->to, &archiving->at, &reach, f) < 0)
		return -1;
	return check.state == LOG_WHOLE ? 0
					: fault_set(f, FAULT_ADMIN,
						  "the log is broken at row %" PRId64
						  ", and nothing of it is archived: countersign "
						  "log verify tells more",
						  check.broken);
}

int log_archive(const char *git_dir, struct archiving *archiving, struct fault *f)
{
	struct copying copying = { .archiving = archiving, .f = f };
	struct log_archives archives = { 0 };
	struct log_filter from = { 0 };
	struct state *state = NULL;
	char *path = NULL;
	int status = state_open(&state, git_dir, STATE_READ, f);

	if (status == 0)
		status = log_archives_find(&archives, state, NULL, NULL, f);
	if (status == 0 && !archives.cut.told)
		status = fault_set(f, FAULT_ADMIN, "no row of the log tells where it was cut");
	archiving->at = archives.cut.walk;
	archiving->copied = 0;
	from.after = archiving->at.rows;
	if (status == 0 && state_log_read(state, &from, first_month, &copying, f) < 0)
		status = -1;
	if (status == 0 && copying.month[0]) {
		status = choose(archiving, copying.month, &archives, &path, f);
		if (status == 0)
			status = state_open_archive(&copying.to, git_dir, path, true, f);
		if (status == 0)
			status = copy(&copying, state, archives.id, f);
		if (status == 0)
			status = follow(&copying, f);
	}
	state_close(copying.to);
	state_close(state);
	log_archives_release(&archives);
	free(path);
	return status;
}

static int by_first(const void *a, const void *b)
{
	const struct log_archive *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Takes up one file; one that is beside the state but of another log is passed over. */
static int add(struct log_archives *out, const char *path, bool named, struct fault *f)
{
	struct log_archive *more, found = { .path = strdup(path) };
	struct state *state = NULL;
	char id[33] = "";
	int status = found.path ? state_open_archive(&state, out->folder, path, false, f)
				: fault_memory(f);

	if (status == 0)
		status = archive_id(state, id, f);
	if (status == 0)
		status = ends_of(state, &found, f);
	state_close(state);
	if (status == 0 && strcmp(id, out->id) == 0 && found.first) {
		more = realloc(out->list, (out->count + 1) * sizeof(*more));
		if (more) {
			out->list = more;
			out->list[out->count++] = found;
			return 0;
		}
		status = fault_memory(f);
	} else if (status == 0 && named) {
		status = fault_set(f, FAULT_ADMIN, "%s is not an archive of this log", path);
	}
	free(found.path);
	return status;
}

static bool is_wanted(const char *name, const char *since)
{
	size_t len = strlen(name), end = strlen(ENDING);

	if (len <= end + MONTH || strcmp(name + len - end, ENDING) != 0)
		return false;
	return !since || strncmp(name, since, strnlen(since, MONTH)) >= 0;
}

static int add_folder(struct log_archives *out, const char *since, struct fault *f)
{
	char *folder = NULL, *path = NULL;
	const struct dirent *entry;
	int status = 0, error = 0;
	DIR *listing;

	if (asprintf(&folder, "%s/" FOLDER, out->folder) < 0)
		return fault_memory(f);
	listing = opendir(folder);
	if (!listing && errno != ENOENT)
		status = fault_set(f, FAULT_ADMIN, "%s: %s", folder, strerror(errno));
	while (listing && status == 0 && (entry = file_entry(listing, &error))) {
		if (!is_wanted(entry->d_name, since))
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
			status = fault_memory(f);
			break;
		}
		status = add(out, path, false, f);
		free(path);
	}
	if (error)
		status = fault_set(f, FAULT_ADMIN, "%s: %s", folder, strerror(error));
	if (listing)
		(void)closedir(listing);
	free(folder);
	return status;
}

int log_archives_find(struct log_archives *out, struct state *state, const char *since, names files,
	struct fault *f)
{
	int status;

	*out = (struct log_archives){ .folder = strdup(state->folder), .state = state };
	status = out->folder ? state_repository_id(state, out->id, f) : fault_memory(f);
	if (status == 0)
		status = state_log_cut(state, &out->cut, f);
	if (status == 0 && (out->cut.walk.rows || !since))
		status = add_folder(out, since, f);
	for (; status == 0 && files && *files; files++)
		status = access(*files, R_OK) < 0
				 ? fault_set(f, FAULT_ADMIN, "%s: %s", *files, strerror(errno))
				 : add(out, *files, true, f);
	if (status == 0 && out->count)
		qsort(out->list, out->count, sizeof(out->list[0]), by_first);
	return status;
}

void log_archives_release(struct log_archives *archives)
{
	for (size_t i = 0; i < archives->count; i++)
		free(archives->list[i].path);
	free(archives->list);
	free(archives->folder);
	*archives = (struct log_archives){ 0 };
}
