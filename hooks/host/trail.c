#include "hooks/host/trail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX 40

/* A way that is being walked: what is left of it. */
struct trail_path {
	struct trail *trail;
	enum trail_links links;
	char rest[2 * INSTALL_PATH_MAX];
	unsigned int followed;
};

static bool is_us(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

bool trail_is_open(const struct stat *st)
{
	return (st->st_mode & S_IWOTH) || ((st->st_mode & S_IWGRP) && st->st_gid != 0);
}

bool trail_is_ours(const struct stat *folder)
{
	return is_us(folder->st_uid) && (!trail_is_open(folder) || (folder->st_mode & S_ISVTX));
}

/* Takes into account what a folder that is gone through lets others do. */
static void pass(struct trail *trail, const struct stat *folder)
{
	trail->ours = trail->ours && trail_is_ours(folder);
	trail->closed = trail->ours && (trail->closed || !(folder->st_mode & (S_IXGRP | S_IXOTH)));
}

static void step_to(struct trail *trail, int fd)
{
	if (trail->fd >= 0)
		(void)close(trail->fd);
	trail->fd = fd;
}

/* Goes on where a link leads: its target takes its place in what is left. */
static int follow(struct trail_path *way, int link, const char *name, struct fault *f)
{
	char target[INSTALL_PATH_MAX], rest[2 * INSTALL_PATH_MAX];
	ssize_t len = readlinkat(link, "", target, sizeof(target) - 1);

	if (len <= 0 || ++way->followed > LINKS_MAX)
		return fault_set(f, FAULT_ADMIN, "%s: a link that leads nowhere", name);
	target[len] = '\0';
	if (snprintf(rest, sizeof(rest), "%s/%s", target, way->rest) >= (int)sizeof(rest))
		return fault_set(f, FAULT_ADMIN, "%s: a link that leads too far", name);
	(void)memcpy(way->rest, rest, sizeof(rest));
	if (target[0] != '/')
		return 0;
	step_to(way->trail, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	return 0;
}

static int refuse_link(
	const struct trail_path *way, const char *name, const struct stat *st, struct fault *f)
{
	if (way->links == TRAIL_LINKS_NONE)
		return fault_set(f, FAULT_ADMIN,
			"%s on the way to it is a link by now: what it leads to is another place",
			name);
	return fault_set(f, FAULT_ADMIN,
		"%s on the way to it is a link that user %lu can change: name the place that it "
		"leads to",
		name, (unsigned long)st->st_uid);
}

static int step(struct trail_path *way, const char *name, bool *absent, struct fault *f)
{
	struct trail *trail = way->trail;
	struct stat folder, st;
	int fd;

	if (fstat(trail->fd, &folder) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", name, strerror(errno));
	pass(trail, &folder);
	fd = openat(trail->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		*absent = errno == ENOENT || errno == ENOTDIR;
		return fault_set(f, FAULT_ADMIN, "%s: %s", name, strerror(errno));
	}
	if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		int status = -1;

		if (way->links == TRAIL_LINKS_NONE ||
			(geteuid() == 0 && !(trail->ours && is_us(st.st_uid))))
			(void)refuse_link(way, name, &st, f);
		else
			status = follow(way, fd, name, f);
		(void)close(fd);
		return status;
	}
	step_to(trail, fd);
	return 0;
}

/* The path that the kernel has for what was opened. */
static int name_it(struct trail *trail, struct fault *f)
{
	char link[64];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", trail->fd);
	len = readlink(link, trail->path, sizeof(trail->path) - 1);
	if (len <= 0 || len == (ssize_t)sizeof(trail->path) - 1 || trail->path[0] != '/')
		return fault_set(f, FAULT_ADMIN, "cannot tell where it lies (is /proc mounted?)");
	trail->path[len] = '\0';
	return 0;
}

static int trail_rest(struct trail_path *way, bool *absent, struct fault *f)
{
	char name[INSTALL_PATH_MAX];

	for (;;) {
		char *rest = way->rest + strspn(way->rest, "/");
		size_t len = strcspn(rest, "/");

		if (!len)
			return 0;
		if (len >= sizeof(name))
			return fault_set(f, FAULT_ADMIN, "path too long");
		(void)memcpy(name, rest, len);
		name[len] = '\0';
		(void)memmove(way->rest, rest + len, strlen(rest + len) + 1);
		if (strcmp(name, ".") != 0 && step(way, name, absent, f) < 0)
			return -1;
	}
}

int trail_to(struct trail *trail, const char *path, enum trail_links links, bool *absent,
	struct fault *f)
{
	struct trail_path way = { .trail = trail, .links = links };
	int status = -1;

	*absent = false;
	*trail = (struct trail){ .fd = -1, .ours = true };
	if (snprintf(way.rest, sizeof(way.rest), "%s", path) >= INSTALL_PATH_MAX)
		return fault_set(f, FAULT_ADMIN, "%s: path too long", path);
	if (path[0] != '/') {
		char here[INSTALL_PATH_MAX];

		if (!getcwd(here, sizeof(here)) || snprintf(way.rest, sizeof(way.rest), "%s/%s",
							   here, path) >= (int)sizeof(way.rest))
			return fault_set(f, FAULT_ADMIN, "cannot tell where we stand");
	}
	trail->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (trail->fd >= 0 && trail_rest(&way, absent, f) == 0 && fstat(trail->fd, &trail->st) == 0)
		status = name_it(trail, f);
	return status < 0 ? fault_context(f, "%s", path) : 0;
}

bool trail_on(struct trail *trail, const char *name)
{
	size_t len = strlen(trail->path);
	struct stat st;
	int fd = openat(trail->fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0 ||
		snprintf(trail->path + len, sizeof(trail->path) - len, "/%s", name) >=
			(int)(sizeof(trail->path) - len)) {
		trail->path[len] = '\0';
		if (fd >= 0)
			(void)close(fd);
		return false;
	}
	pass(trail, &trail->st);
	trail->st = st;
	step_to(trail, fd);
	return true;
}

void trail_release(struct trail *trail)
{
	step_to(trail, -1);
}
