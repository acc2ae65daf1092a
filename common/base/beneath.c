#include "common/base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME_LONGEST 4096
#define FRESH "/.countersign-XXXXXX"
#define TRIES 16

static void close_kept(int fd)
{
	int kept = errno;

	if (fd >= 0)
		(void)close(fd);
	errno = kept;
}

/* One component that is a name in that folder and nothing else. */
static bool is_name(const char *name)
{
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* The same by one component at a time, where the kernel has no openat2 or it is forbidden. */
static int open_stepwise(int folder, const char *path, int flags)
{
	char copy[NAME_LONGEST], *rest = copy, *name;
	int fd = dup(folder);

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy)) {
		close_kept(fd);
		errno = ENAMETOOLONG;
		return -1;
	}
	while (fd >= 0 && (name = strsep(&rest, "/"))) {
		int how = rest ? O_PATH | O_DIRECTORY : flags, next = -1;

		errno = ELOOP;
		if (is_name(name))
			next = openat(fd, name, how | O_NOFOLLOW | O_CLOEXEC);
		close_kept(fd);
		fd = next;
	}
	return fd;
}

int beneath_open(int folder, const char *path, int flags)
{
	static bool stepwise;
	struct open_how how = { .flags = (__u64)(flags | O_NOFOLLOW | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
	long fd;

	if (!stepwise) {
		fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
		if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
			return (int)fd;
		stepwise = errno == ENOSYS;
	}
	return open_stepwise(folder, path, flags);
}

/* In words, since "too many levels of symbolic links" is no help. */
static int refuse(struct fault *f, const char *path)
{
	if (errno == ELOOP)
		return fault_set(f, FAULT_ADMIN,
			"%s is a symbolic link, or lies behind one: put what it leads to in its "
			"place",
			path);
	return fault_set(f, FAULT_ADMIN, "%s: %s%s", path, strerror(errno),
		errno == EPERM ? "; is it immutable (lsattr)?" : "");
}

int beneath_parent(int folder, const char *path, const char **name, struct fault *f)
{
	const char *slash = strrchr(path, '/');
	char above[NAME_LONGEST];
	int fd;

	*name = slash ? slash + 1 : path;
	if (!is_name(*name))
		return fault_set(f, FAULT_INTERNAL, "%s names no file", path);
	if (slash && snprintf(above, sizeof(above), "%.*s", (int)(slash - path), path) >=
			     (int)sizeof(above))
		return fault_set(f, FAULT_ADMIN, "path too long: %s", path);
	fd = slash ? beneath_open(folder, above, O_RDONLY | O_DIRECTORY)
		   : openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		int kept = errno;

		(void)refuse(f, slash ? above : ".");
		errno = kept;
	}
	return fd;
}

/* Whether errno says that there is no such thing, rather than that it cannot be had. */
static bool is_absent(void)
{
	return errno == ENOENT || errno == ENOTDIR;
}

int beneath_stat(int folder, const char *path, struct stat *st, bool *exists, struct fault *f)
{
	const char *name;
	struct fault above = { 0 };
	int fd = beneath_parent(folder, path, &name, &above), outcome = -1;

	*exists = false;
	if (fd < 0 && is_absent())
		return 0;
	if (fd < 0) {
		*f = above;
		return -1;
	}
	if (fstatat(fd, name, st, AT_SYMLINK_NOFOLLOW) == 0)
		outcome = 0;
	*exists = outcome == 0;
	if (outcome < 0 && is_absent())
		outcome = 0;
	else if (outcome < 0)
		(void)refuse(f, path);
	close_kept(fd);
	return outcome;
}

/* Root reads nothing that has another name besides, which may be one elsewhere. */
static int readable(int fd, const char *path, struct fault *f)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return refuse(f, path);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, FAULT_ADMIN, "%s is not a regular file", path);
	if (geteuid() == 0 && st.st_nlink > 1)
		return fault_set(f, FAULT_ADMIN,
			"%s is a file that has another name, too: make it one of its own", path);
	return 0;
}

static int read_whole(int fd, const char *path, struct buf *out, struct fault *f)
{
	char chunk[16384];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refuse(f, path);
		if (buf_add(out, chunk, (size_t)n) < 0)
			return fault_set(
				f, FAULT_ADMIN, "%s is larger than %zu bytes", path, out->max);
	}
	return buf_adds(out, "") < 0 ? fault_memory(f) : 0;
}

int beneath_read(int folder, const char *path, struct buf *out, bool *exists, struct fault *f)
{
	int fd = beneath_open(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY), outcome;

	*exists = false;
	if (fd < 0 && is_absent())
		return 0;
	if (fd < 0)
		return refuse(f, path);
	*exists = true;
	outcome = readable(fd, path, f) < 0 ? -1 : read_whole(fd, path, out, f);
	close_kept(fd);
	return outcome;
}

int beneath_link(int folder, const char *path, struct buf *out, struct fault *f)
{
	char target[NAME_LONGEST];
	const char *name;
	struct fault none = { 0 };
	int fd = beneath_parent(folder, path, &name, &none);
	ssize_t len = fd < 0 ? -1 : readlinkat(fd, name, target, sizeof(target));

	close_kept(fd);
	if (len == (ssize_t)sizeof(target))
		return fault_set(f, FAULT_ADMIN, "%s leads to a path that is too long", path);
	return buf_add(out, target, len < 0 ? 0 : (size_t)len) < 0 ? fault_memory(f) : 0;
}

static int like(int fd, const struct beneath_like *like)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (((like->uid != (uid_t)-1 && like->uid != st.st_uid) ||
		    (like->gid != (gid_t)-1 && like->gid != st.st_gid)) &&
		fchown(fd, like->uid, like->gid) < 0 && geteuid() == 0)
		return -1;
	if (fstat(fd, &st) == 0 && (st.st_mode & 07777) == like->mode)
		return 0;
	return fchmod(fd, like->mode);
}

/* A file that was not there before, under a name that nobody can foretell. */
static int fresh_open(int parent, char name[sizeof(FRESH)])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	unsigned char random[6];
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		(void)snprintf(name, sizeof(FRESH), "%s", &FRESH[1]);
		if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
			return -1;
		for (size_t j = 0; j < sizeof(random); j++)
			name[sizeof(FRESH) - 8 + j] = letters[random[j] % 32];
		fd = openat(parent, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

static int write_whole(int fd, struct span text)
{
	while (text.len) {
		ssize_t n = write(fd, text.data, text.len);

		if (n < 0 && errno != EINTR)
			return -1;
		text.data += n < 0 ? 0 : n;
		text.len -= n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

int beneath_write(int folder, const char *path, struct span text, const struct beneath_like *as,
	struct fault *f)
{
	char fresh[sizeof(FRESH)] = "";
	const char *name;
	int parent = beneath_parent(folder, path, &name, f), fd, outcome = -1;

	if (parent < 0)
		return -1;
	fd = fresh_open(parent, fresh);
	if (fd >= 0 && write_whole(fd, text) == 0 && like(fd, as) == 0 && fsync(fd) == 0)
		outcome = renameat(parent, fresh, parent, name);
	if (outcome < 0) {
		(void)refuse(f, path);
		if (fd >= 0)
			(void)unlinkat(parent, fresh, 0);
	}
	close_kept(fd);
	close_kept(parent);
	return outcome;
}

/*
 * Where the parent hands on its group, the folder is made with its mode at once: to whoever is not
 * in that group, the kernel gives no second chance to set the bit that hands it on.
 */
static int mkdir_like(int parent, const char *name, const struct beneath_like *as)
{
	struct stat st;
	mode_t mask, mode = 0700;
	int outcome;

	if (fstat(parent, &st) == 0 && (st.st_mode & S_ISGID))
		mode = as->mode & 01777;
	mask = umask(0);
	outcome = mkdirat(parent, name, mode);
	(void)umask(mask);
	return outcome;
}

/* One folder whose parent is there; what is there already is left as it is. */
static int mkdir_one(int folder, const char *path, const struct beneath_like *as, struct fault *f)
{
	const char *name;
	int parent = beneath_parent(folder, path, &name, f), fd = -1, outcome = -1;
	bool made;

	if (parent < 0)
		return -1;
	made = mkdir_like(parent, name, as) == 0;
	if (made || errno == EEXIST)
		fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		outcome = made ? like(fd, as) : 0;
	if (outcome < 0) {
		errno = errno == ENOTDIR ? ELOOP : errno;
		(void)refuse(f, path);
	}
	close_kept(fd);
	close_kept(parent);
	return outcome;
}

int beneath_mkdir(int folder, const char *path, const struct beneath_like *as, struct fault *f)
{
	char above[NAME_LONGEST];
	struct fault ignored = { 0 };

	if (mkdir_one(folder, path, as, &ignored) == 0) /* where those above are there already */
		return 0;
	if (snprintf(above, sizeof(above), "%s", path) >= (int)sizeof(above))
		return fault_set(f, FAULT_ADMIN, "path too long: %s", path);
	for (char *slash = strchr(above, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir_one(folder, above, as, f) < 0)
			return -1;
		*slash = '/';
	}
	return mkdir_one(folder, path, as, f);
}

int beneath_move(int folder, const char *from, const char *to, struct fault *f)
{
	const char *old, *new;
	int source = beneath_parent(folder, from, &old, f);
	int target = source < 0 ? -1 : beneath_parent(folder, to, &new, f);
	int outcome = -1;

	if (target >= 0) {
		outcome = renameat2(source, old, target, new, RENAME_NOREPLACE);
		if (outcome < 0)
			(void)refuse(f, errno == EEXIST ? to : from);
	}
	close_kept(source);
	close_kept(target);
	return outcome;
}

int beneath_symlink(int folder, const char *path, const char *target, struct fault *f)
{
	const char *name;
	int parent = beneath_parent(folder, path, &name, f), outcome = -1;

	if (parent >= 0 && (outcome = symlinkat(target, parent, name)) < 0)
		(void)refuse(f, path);
	close_kept(parent);
	return outcome;
}

int beneath_remove(int folder, const char *path, int flags, struct fault *f)
{
	const char *name;
	struct fault above = { 0 };
	int parent = beneath_parent(folder, path, &name, &above), outcome;

	if (parent < 0 && is_absent())
		return 0;
	if (parent < 0) {
		*f = above;
		return -1;
	}
	outcome = unlinkat(parent, name, flags);
	if (outcome < 0 && is_absent())
		outcome = 0;
	if (outcome < 0)
		(void)refuse(f, path);
	close_kept(parent);
	return outcome;
}
