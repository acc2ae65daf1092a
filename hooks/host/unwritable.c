#include "hooks/host/unwritable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/beneath.h"
#include "common/base/file.h"
#include "common/base/install_paths.h"

#define DEPTH 64
#define ENTRIES_MAX 200000

/* What is looked at, by its path in the git directory. */
static const struct place {
	const char *path;
	bool below; /* and what lies in it */
	bool files; /* they are written, and not replaced as a whole */
} places[] = { { ".", false, false }, { "countersign", false, false }, { "logs", true, true },
	{ "refs", true, false }, { "objects", true, false } };

struct walk {
	unwritable_each *each;
	void *context;
	gid_t group; /* of the repository */
	size_t entries;
	const struct place *at;
};

/*
 * A place where neither we nor the repository's group may write, by its modes or since it is
 * immutable.
 */
static bool is_shut(const struct walk *w, int folder, const char *name, const struct stat *st)
{
	bool shared = st->st_uid != geteuid() && st->st_gid == w->group && (st->st_mode & S_IWGRP);

	if (faccessat(folder, name, S_ISDIR(st->st_mode) ? W_OK | X_OK : W_OK, AT_EACCESS) == 0)
		return false;
	return errno == EPERM || (errno == EACCES && !shared);
}

static int walk(struct walk *w, int fd, const char *path, int depth);

static int place(struct walk *w, int folder, const char *path, int depth)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int fd, status = 0;
	struct stat st;
	bool shut;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode) && !(w->at->files && S_ISREG(st.st_mode)))
		return 0;
	shut = is_shut(w, folder, name, &st);
	if (shut)
		status = w->each(w->context, path, &st);
	if (status != 0 || (shut && st.st_uid != geteuid()))
		return status;
	fd = w->at->below && S_ISDIR(st.st_mode) && depth < DEPTH
		     ? openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
		     : -1;
	return fd < 0 ? 0 : walk(w, fd, path, depth + 1);
}

/* Closes the folder. */
static int walk(struct walk *w, int fd, const char *path, int depth)
{
	char below[INSTALL_PATH_MAX];
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	int status = 0, error = 0; /* as much as can be read */

	if (!dir)
		(void)close(fd);
	while (dir && status == 0 && w->entries <= ENTRIES_MAX &&
		(entry = file_entry(dir, &error))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			(!w->at->files && entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) ||
			snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >=
				(int)sizeof(below))
			continue;
		status = ++w->entries > ENTRIES_MAX ? w->each(w->context, w->at->path, NULL)
						    : place(w, fd, below, depth);
	}
	if (dir)
		(void)closedir(dir);
	return status;
}

int unwritable_find(int git_dir, unwritable_each *each, void *context, struct fault *f)
{
	struct stat st;
	int status = 0;

	if (fstat(git_dir, &st) < 0)
		return fault_set(f, FAULT_ADMIN, "%s", strerror(errno));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && status == 0; i++) {
		struct walk w = {
			.each = each, .context = context, .group = st.st_gid, .at = &places[i]
		};

		status = place(&w, git_dir, places[i].path, 0);
	}
	return status;
}
