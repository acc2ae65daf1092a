#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether what such a user may write is as good as what we write ourselves. */
static bool owner_trusted(uid_t uid, uid_t owner)
{
	return uid == 0 || uid == geteuid() || (owner != (uid_t)-1 && uid == owner);
}

static int trust_file(const char *path, const struct stat *st, uid_t owner, struct fault *f)
{
	if (!S_ISREG(st->st_mode))
		return fault_set(f, FAULT_ADMIN, "%s is not a regular file", path);
	if (!owner_trusted(st->st_uid, owner))
		return fault_set(f, FAULT_ADMIN,
			"%s is owned by user %lu, not by root, by the repository's owner or by "
			"whoever runs this",
			path, (unsigned long)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return fault_set(f, FAULT_ADMIN,
			"%s is writable by others: chmod go-w it (an ACL counts as its group's "
			"mode)",
			path);
	return 0;
}

/* A folder in which anyone may put another file in the place of this one is no place for it. */
static int trust_folder(int folder, const char *path, struct fault *f)
{
	struct stat st;

	if (fstat(folder, &st) < 0)
		return fault_set(f, FAULT_ADMIN, "the folder of %s: %s", path, strerror(errno));
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
		return fault_set(f, FAULT_ADMIN,
			"the folder of %s is writable by everyone: chmod o-w it, or +t it where "
			"all are to push",
			path);
	return 0;
}

/* Opens the folder that the path lies in; *name is the rest. */
static int open_folder(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	*name = slash ? slash + 1 : path;
	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	free(folder);
	return fd;
}

static int read_whole(int fd, const char *path, struct buf *out, struct fault *f)
{
	char chunk[16384];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
		if (n == 0)
			return buf_adds(out, "") < 0 ? fault_memory(f) : 0;
		if (buf_add(out, chunk, (size_t)n) < 0)
			return fault_set(
				f, FAULT_ADMIN, "%s is larger than %zu bytes", path, out->max);
	}
}

static int read_trusted(int fd, const char *path, uid_t owner, struct buf *out, struct fault *f)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	return trust_file(path, &st, owner, f) < 0 ? -1 : read_whole(fd, path, out, f);
}

/* Opens without waiting for a pipe's writer, and without taking a terminal. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

int file_read_trusted(const char *path, uid_t owner, struct buf *out, bool *exists, struct fault *f)
{
	const char *name = NULL;
	int folder, fd = -1, outcome = -1;

	*exists = false;
	folder = open_folder(path, &name);
	if (folder < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (folder < 0)
		return fault_set(f, FAULT_ADMIN, "the folder of %s: %s", path, strerror(errno));
	fd = openat(folder, name, OPEN_FLAGS | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT) {
		outcome = 0;
	} else if (fd < 0 && errno == ELOOP) {
		(void)fault_set(f, FAULT_ADMIN,
			"%s is a symbolic link, not a regular file: put the file itself there",
			path);
	} else if (fd < 0) {
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	} else if (trust_folder(folder, path, f) == 0) {
		*exists = true;
		outcome = read_trusted(fd, path, owner, out, f);
	}
	if (fd >= 0)
		close(fd);
	close(folder);
	return outcome;
}

int file_read(const char *path, struct buf *out, struct fault *f)
{
	int outcome = -1, fd = open(path, OPEN_FLAGS);
	struct stat st;

	if (fd < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) < 0)
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		(void)fault_set(f, FAULT_ADMIN, "%s is not a regular file", path);
	else
		outcome = read_whole(fd, path, out, f);
	close(fd);
	return outcome;
}

const struct dirent *file_entry(DIR *folder, int *error)
{
	const struct dirent *entry;

	errno = 0;
	entry = readdir(folder);
	*error = entry ? 0 : errno;
	return entry;
}

uid_t file_owner(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? (uid_t)-1 : st.st_uid;
}

FILE *file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	FILE *in = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		in = fdopen(fd, "r");
	else
		errno = EINVAL;
	if (!in)
		(void)close(fd);
	return in;
}
