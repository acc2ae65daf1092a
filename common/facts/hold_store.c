#include "common/facts/hold_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/run.h"

#define GIT_SECONDS 60
#define SAID_MAX 4096

/* What the folder that the policy names says of those in it. */
struct making {
	const struct hold_store *store;
	const char *git_dir;
	char folder[INSTALL_PATH_MAX], fresh[INSTALL_PATH_MAX];
	struct stat st; /* of the folder */
};

int hold_store_find(struct hold_store *out, const struct policy *policy, const char *git_dir,
	const char *id, struct fault *f)
{
	const struct hold_keeping *said = &policy->holds;
	char name[64];

	*out = (struct hold_store){ .apart = said->store != NULL };
	(void)snprintf(out->fetch, sizeof(out->fetch), "origin");
	if (!out->apart) {
		(void)snprintf(out->path, sizeof(out->path), "%s", git_dir);
		return 0;
	}
	(void)snprintf(name, sizeof(name), "%.32s.git", *id ? id : "ID");
	return install_paths_join(out->path, said->store, name, f) < 0 ||
			       install_paths_join(out->fetch,
				       said->address ? said->address : said->store, name, f) < 0
		       ? -1
		       : 0;
}

int hold_store_objects(const struct hold_store *store, char out[INSTALL_PATH_MAX], struct fault *f)
{
	return install_paths_join(out, store->path, "objects", f);
}

static int file_fault(const char *path, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
}

/* Runs git there; what it says, without its last newline, goes to `said`.  0 or -1. */
static int git(const char *const *argv, struct buf *said, struct fault *f)
{
	struct run what = {
		.argv = argv, .env = run_bare_env, .folder = "/", .seconds = GIT_SECONDS
	};
	int exited = 0;

	if (run(&what, said, &exited, f) < 0)
		return -1;
	if (said->len && said->data[said->len - 1] == '\n')
		said->data[--said->len] = '\0';
	return exited ? fault_set(
				f, FAULT_ADMIN, "git %s: %s", argv[2], said->len ? said->data : "")
		      : 0;
}

static int folder_look(struct making *m, uid_t owner, struct fault *f)
{
	char *slash;

	(void)snprintf(m->folder, sizeof(m->folder), "%s", m->store->path);
	slash = strrchr(m->folder, '/');
	*slash = '\0';
	if (stat(m->folder, &m->st) < 0)
		return fault_set(f, FAULT_ADMIN,
			"the store for holds, %s: %s; make it, for user %lu", m->folder,
			strerror(errno), (unsigned long)owner);
	if (!S_ISDIR(m->st.st_mode))
		return fault_set(
			f, FAULT_ADMIN, "the store for holds, %s: not a folder", m->folder);
	if ((m->st.st_mode & S_IWOTH) && !(m->st.st_mode & S_ISVTX))
		return fault_set(f, FAULT_ADMIN,
			"the store for holds, %s, can be written by everybody: chmod o-w",
			m->folder);
	return 0;
}

/*
 * What is in it is shared as the folder is; where everybody has a place in it, each has their own.
 */
static mode_t sharing(const struct making *m)
{
	return m->st.st_mode & S_IWOTH ? 0700 : (m->st.st_mode & 0775) | 0700;
}

/*
 * The kernel lets nobody hand on a group that they are not in: what is made in the folder would be
 * of another group than who may read the folder.
 */
static int group_check(const struct making *m, const char *made, struct fault *f)
{
	struct stat st;

	if (stat(made, &st) < 0)
		return file_fault(made, f);
	if ((m->st.st_mode & S_IWOTH) || !(m->st.st_mode & S_IRWXG) ||
		(st.st_gid == m->st.st_gid && (st.st_mode & S_ISGID)))
		return 0;
	return fault_set(f, FAULT_ADMIN,
		"the store for holds, %s, is group %lu's, which user %lu is not in, so that the "
		"group could not read what is held: add that user to it",
		m->folder, (unsigned long)m->st.st_gid, (unsigned long)geteuid());
}

/* An empty folder of the right group and mode. */
static int fresh_make(struct making *m, struct fault *f)
{
	if (snprintf(m->fresh, sizeof(m->fresh), "%s/.new-%ld-XXXXXX", m->folder, (long)getpid()) >=
			(int)sizeof(m->fresh) ||
		!mkdtemp(m->fresh))
		return file_fault(m->folder, f);
	if (!(m->st.st_mode & S_IWOTH))
		(void)!chown(m->fresh, (uid_t)-1, m->st.st_gid); /* where we are in that group */
	return chmod(m->fresh, 02000 | sharing(m)) < 0 ? file_fault(m->fresh, f)
						       : group_check(m, m->fresh, f);
}

static int init(const struct making *m, struct fault *f)
{
	const char *format[] = { "git", "-C", m->git_dir, "rev-parse", "--show-object-format",
		NULL };
	char shared[32], kind[64];
	const char *argv[] = { "git", "-c", "init.defaultBranch=main", "init", "--quiet", "--bare",
		"--template=", shared, kind, m->fresh, NULL };
	struct buf said = BUF_INIT(SAID_MAX);
	int status = git(format, &said, f);

	(void)snprintf(shared, sizeof(shared), "--shared=0%o", (unsigned)(sharing(m) & 0666));
	(void)snprintf(kind, sizeof(kind), "--object-format=%.32s", said.len ? said.data : "sha1");
	buf_clear(&said);
	if (status == 0)
		status = git(argv, &said, f);
	buf_release(&said);
	return status;
}

static int setting(const char *repository, const char *name, const char *value, struct fault *f)
{
	char where[INSTALL_PATH_MAX + 16];
	const char *argv[] = { "git", where, "config", name, value, NULL };
	struct buf said = BUF_INIT(SAID_MAX);
	int status;

	(void)snprintf(where, sizeof(where), "--git-dir=%s", repository);
	status = git(argv, &said, f);
	buf_release(&said);
	return status;
}

static int file_put(
	const char *folder, const char *name, mode_t mode, const char *text, struct fault *f)
{
	char path[INSTALL_PATH_MAX];
	size_t len = strlen(text);
	int file, status = -1;

	if (install_paths_join(path, folder, name, f) < 0)
		return -1;
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file >= 0 && write(file, text, len) == (ssize_t)len && fchmod(file, mode) == 0)
		status = 0;
	if (status < 0)
		(void)file_fault(path, f);
	if (file >= 0)
		(void)close(file);
	return status;
}

/* What it borrows from, and that nobody pushes there. */
static int fill(const struct making *m, struct fault *f)
{
	static const char refusal[] =
		"#!/bin/sh\n"
		"# Written by Countersign: nobody but it puts anything here.\n"
		"echo 'holds are kept here: push to the repository itself' >&2\n"
		"exit 1\n";
	mode_t mode = sharing(m);
	char path[INSTALL_PATH_MAX], alternates[INSTALL_PATH_MAX + 16];

	(void)snprintf(alternates, sizeof(alternates), "%s/objects\n", m->git_dir);
	if (install_paths_join(path, m->fresh, "hooks", f) < 0)
		return -1;
	if (mkdir(path, 0700) < 0 || chmod(path, 02000 | mode) < 0)
		return file_fault(path, f);
	return file_put(m->fresh, "objects/info/alternates", mode & 0666, alternates, f) < 0 ||
			       file_put(m->fresh, "hooks/pre-receive", mode & 0777, refusal, f) <
				       0 ||
			       setting(m->fresh, "http.receivepack", "false", f) < 0 ||
			       setting(m->git_dir, "gc.pruneExpire", "never", f) < 0
		       ? -1
		       : 0;
}

/* Gives it its name, on the disk, too.  Somebody else's push may have been faster. */
static int put_in_place(const struct making *m, struct fault *f)
{
	int folder = open(m->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = 0;

	if (rename(m->fresh, m->store->path) < 0 && errno != EEXIST && errno != ENOTEMPTY)
		status = file_fault(m->store->path, f);
	if (status == 0 && (folder < 0 || syncfs(folder) < 0))
		status = file_fault(m->folder, f);
	if (folder >= 0)
		(void)close(folder);
	return status;
}

static void fresh_drop(const struct making *m)
{
	const char *argv[] = { "rm", "-rf", "--", m->fresh, NULL };
	struct run what = {
		.argv = argv, .env = run_bare_env, .seconds = GIT_SECONDS, .output = RUN_DROP
	};
	struct stat st;
	struct fault ignored = { 0 };
	int exited;

	if (m->fresh[0] && lstat(m->fresh, &st) == 0)
		(void)run(&what, NULL, &exited, &ignored);
}

static int make(struct making *m, uid_t owner, struct fault *f)
{
	int status;

	if (folder_look(m, owner, f) < 0)
		return -1;
	if (geteuid() != owner)
		return fault_set(f, FAULT_ADMIN,
			"%s is not there yet, and belongs to user %lu: let that user run "
			"countersign holds store --repo %s once",
			m->store->path, (unsigned long)owner, m->git_dir);
	status = fresh_make(m, f) < 0 || init(m, f) < 0 || fill(m, f) < 0 ? -1 : put_in_place(m, f);
	fresh_drop(m);
	return status;
}

/* git serves what lies below that, whatever the policy's files know. */
static int served_check(const struct hold_store *store, const struct env *env, struct fault *f)
{
	const char *root = env_get(env, "GIT_PROJECT_ROOT");
	char one[PATH_MAX], other[PATH_MAX];
	size_t len;

	if (!root || !*root || !realpath(root, one) || !realpath(store->path, other))
		return 0;
	len = strcmp(one, "/") == 0 ? 0 : strlen(one);
	return strncmp(one, other, len) == 0 && other[len] == '/'
		       ? fault_set(f, FAULT_ADMIN,
				 "holds.store: %s lies in %s, which is served: name a folder "
				 "outside of it",
				 other, one)
		       : 0;
}

int hold_store_check(
	const struct hold_store *store, const char *git_dir, const struct env *env, struct fault *f)
{
	struct making m = { .store = store };
	struct stat served, st;

	if (!store->apart)
		return 0;
	if (stat(git_dir, &served) < 0)
		return file_fault(git_dir, f);
	if (lstat(store->path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? folder_look(&m, served.st_uid, f)
							   : file_fault(store->path, f);
	if (!S_ISDIR(st.st_mode) || st.st_uid != served.st_uid || (st.st_mode & S_IWOTH))
		return fault_set(f, FAULT_ADMIN,
			"%s: must be a folder of user %lu that others cannot write in", store->path,
			(unsigned long)served.st_uid);
	return served_check(store, env, f);
}

int hold_store_make(
	const struct hold_store *store, const char *git_dir, const struct env *env, struct fault *f)
{
	struct making m = { .store = store, .git_dir = git_dir };
	struct stat st;

	if (store->apart && lstat(store->path, &st) < 0 && errno == ENOENT &&
		make(&m, file_owner(git_dir), f) < 0)
		return -1;
	return hold_store_check(store, git_dir, env, f);
}
