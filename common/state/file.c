/*
 * Where the database lies and who may use it: the folder and the file take over the sharing of the
 * repository's objects, whatever the umask.  Others get nothing unless they may push.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/expected.h"
#include "common/state/backup.h"
#include "common/state/sql.h"

#define COPY_TRIES 5
#define MARK_SIZE 64 /* bytes of the mark: an id, a number, the end of a line */

static int file_fault(const char *path, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
}

/* Who shares the repository, by the mode of a folder every pusher must write to. */
static int sharing(const char *git_dir, struct stat *out, struct fault *f)
{
	char *objects = NULL;
	int result;

	if (asprintf(&objects, "%s/objects", git_dir) < 0)
		return fault_memory(f);
	result = stat(objects, out);
	free(objects);
	if (result < 0 && stat(git_dir, out) < 0)
		return file_fault(git_dir, f);
	out->st_mode &= 02777;
	if (!(out->st_mode & 0020))
		out->st_mode &= ~(mode_t)02070;
	if (!(out->st_mode & 0002))
		out->st_mode &= ~(mode_t)0007;
	out->st_mode |= 0700;
	if (out->st_mode & 0020)
		out->st_mode |= 02070;
	return 0;
}

/* Makes what is ours fit the sharing; what is another's was made so by them. */
static int share(int file, mode_t mode, const struct stat *like)
{
	struct stat now;

	if (fstat(file, &now) < 0)
		return -1;
	if (now.st_uid != geteuid() && geteuid() != 0)
		return 0;
	if (geteuid() == 0 && now.st_uid != like->st_uid && fchown(file, like->st_uid, -1) < 0)
		return -1;
	if ((mode & 0020) && now.st_gid != like->st_gid)
		(void)!fchown(file, -1, like->st_gid); /* a member may, others share by mode */
	return (now.st_mode & mode) == mode ? 0 : fchmod(file, (now.st_mode & 03000) | mode);
}

static int sync_folder(const char *path, struct fault *f)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = folder < 0 ? -1 : fsync(folder);

	if (result < 0)
		(void)file_fault(path, f);
	if (folder >= 0)
		(void)close(folder);
	return result;
}

static int folder_make(const char *path, const struct stat *like, struct fault *f)
{
	int folder, result;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return file_fault(path, f);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return file_fault(path, f);
	result = share(folder, like->st_mode, like);
	if (result < 0)
		(void)file_fault(path, f);
	(void)close(folder);
	return result;
}

static int database_make(const char *path, const struct stat *like, struct fault *f)
{
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int result;

	if (file < 0)
		return file_fault(path, f);
	result = share(file, like->st_mode & 0666, like);
	if (result < 0)
		(void)file_fault(path, f);
	(void)close(file);
	return result;
}

int state_file_make(const struct state *state, struct fault *f)
{
	char *folder = strdup(state->path), *parent = folder ? strdup(folder) : NULL;
	struct stat like;
	int result = parent ? sharing(state->folder, &like, f) : fault_memory(f);

	if (result == 0) {
		*strrchr(folder, '/') = '\0';
		*strrchr(parent, '/') = '\0';
		*strrchr(parent, '/') = '\0';
	}
	if (result == 0 &&
		(folder_make(folder, &like, f) < 0 || database_make(state->path, &like, f) < 0 ||
			sync_folder(folder, f) < 0 || sync_folder(parent, f) < 0))
		result = -1;
	free(folder);
	free(parent);
	return result;
}

int state_expect(struct state *state, struct fault *f)
{
	return expected_mark(&(struct expected){ state->folder, STATE_EXPECTED }, f);
}

/*
 * The mark says which log it was, and how many rows it had, so that an older copy in its place is
 * seen to be one.  It is written behind each transaction, without waiting: at worst it says less.
 */
static int mark_open(const struct state *state, int flags)
{
	char *path = NULL;
	int file = -1;

	if (asprintf(&path, "%s/countersign.had-" STATE_EXPECTED, state->folder) < 0)
		return -1;
	if ((flags & O_ACCMODE) != O_RDONLY && access(path, W_OK) < 0) {
		struct stat like;
		struct fault ignored = { 0 };

		if (sharing(state->folder, &like, &ignored) == 0)
			(void)!chmod(path, like.st_mode & 0666);
	}
	file = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	free(path);
	return file;
}

/* What it says; 0: nothing of this log. */
static int64_t mark_read(int file, const char *id)
{
	char text[MARK_SIZE + 1] = "";
	ssize_t len = pread(file, text, MARK_SIZE, 0);

	return len == MARK_SIZE && strncmp(text, id, 32) == 0 ? strtoll(text + 32, NULL, 10) : 0;
}

void state_committed(struct state *state)
{
	struct fault later = { 0 }; /* the next transaction marks it, or does not begin */
	char id[33], text[MARK_SIZE + 1];
	int file;

	if (state->before == 0)
		(void)state_expect(state, &later);
	if (!state->appended || state_repository_id(state, id, &later) < 0)
		return;
	file = mark_open(state, O_RDWR);
	(void)snprintf(text, sizeof(text), "%-32s %30" PRId64 "\n", id, state->appended);
	if (file >= 0 && mark_read(file, id) < state->appended)
		(void)!pwrite(file, text, MARK_SIZE, 0);
	if (file >= 0)
		(void)close(file);
}

void state_mark_clear(const struct state *state)
{
	int file = mark_open(state, O_WRONLY | O_TRUNC);

	if (file >= 0)
		(void)close(file);
}

int state_rows_had(struct state *state, int64_t *rows, int64_t *had, struct fault *f)
{
	char id[33], hash[65];
	int file, status;

	*rows = *had = 0;
	if (state_is_empty(state))
		return 0;
	file = mark_open(state, O_RDONLY);
	status = state_repository_id(state, id, f);
	/* The mark first: of what comes meanwhile it then says too little, never too much. */
	if (status == 0 && file >= 0)
		*had = mark_read(file, id);
	if (status == 0)
		status = log_tail(state, rows, hash, f);
	if (file >= 0)
		(void)close(file);
	return status;
}

int state_lock_file(const char *git_dir, struct fault *f)
{
	char *path = NULL;
	struct stat like;
	int file;

	if (sharing(git_dir, &like, f) < 0)
		return -1;
	if (asprintf(&path, "%s/countersign/deliver.lock", git_dir) < 0)
		return fault_memory(f);
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || share(file, like.st_mode & 0666, &like) < 0) {
		(void)file_fault(path, f);
		if (file >= 0)
			(void)close(file);
		file = -1;
	}
	free(path);
	return file;
}

static int pour(int from, int to)
{
	char bytes[65536];
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)got) != got)
			return -1;
	return got < 0 ? -1 : 0;
}

/* Copies a file; one that is not there is no error. */
static int copy_file(const char *from, const char *folder, const char *name)
{
	int source = open(from, O_RDONLY | O_CLOEXEC);
	int target = -1, result = -1;
	char *path = NULL;

	if (source < 0)
		return errno == ENOENT ? 0 : -1;
	if (asprintf(&path, "%s/%s", folder, name) >= 0)
		target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (target >= 0)
		result = pour(source, target);
	if (target >= 0)
		(void)close(target);
	(void)close(source);
	free(path);
	return result;
}

struct stamp {
	struct timespec database, journal;
	off_t database_size, journal_size;
};

static struct stamp stamp_of(const char *database, const char *journal)
{
	struct stat a = { 0 }, b = { 0 };
	struct stamp stamp = { 0 };

	(void)stat(database, &a);
	(void)stat(journal, &b);
	stamp.database = a.st_mtim;
	stamp.journal = b.st_mtim;
	stamp.database_size = a.st_size;
	stamp.journal_size = b.st_size;
	return stamp;
}

/* Copies both as they are at one moment: again, when they changed meanwhile. */
static int copy_both(const struct state *state, const char *folder, struct fault *f)
{
	char *journal = NULL;
	int result = 1;

	if (asprintf(&journal, "%s-journal", state->path) < 0)
		return fault_memory(f);
	for (int i = 0; i < COPY_TRIES && result > 0; i++) {
		struct stamp before = stamp_of(state->path, journal), after;

		if (copy_file(state->path, folder, "state.db") < 0 ||
			copy_file(journal, folder, "state.db-journal") < 0) {
			result = file_fault(state->path, f);
			break;
		}
		after = stamp_of(state->path, journal);
		result = memcmp(&before, &after, sizeof(before)) == 0 ? 0 : 1;
	}
	free(journal);
	return result <= 0 ? result
			   : fault_set(f, FAULT_ADMIN, "%s: changes while it is read", state->path);
}

int state_file_copy(const struct state *state, char **folder, struct fault *f)
{
	char name[] = "/tmp/countersign-XXXXXX";

	*folder = NULL;
	if (!mkdtemp(name))
		return fault_set(f, FAULT_ADMIN, "/tmp: %s", strerror(errno));
	*folder = strdup(name);
	if (!*folder) {
		(void)rmdir(name);
		return fault_memory(f);
	}
	return copy_both(state, *folder, f);
}

void state_file_forget(char *folder)
{
	static const char *const names[] = { "state.db", "state.db-journal" };

	for (size_t i = 0; folder && i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", folder, names[i]) < 0)
			continue;
		(void)unlink(path);
		free(path);
	}
	if (folder)
		(void)rmdir(folder);
	free(folder);
}
