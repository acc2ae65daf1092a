#include "hooks/host/run_as_owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/base/beneath.h"
#include "common/base/file.h"
#include "hooks/host/worktree.h"

#define DEPTH 8

/* Where others cannot come, what they may write does not count. */
static bool is_roots(const struct trail *trail, const struct stat *st)
{
	return st->st_uid == 0 && (trail->closed || S_ISLNK(st->st_mode) || !trail_is_open(st));
}

/* Whether all below a folder is root's, and nobody else may write there.  What is not there is. */
static bool folder_is_roots(const struct trail *trail, int folder, const char *name, int depth)
{
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;
	int error = 0;
	bool roots = dir ? fstat(fd, &st) == 0 && is_roots(trail, &st) : errno == ENOENT;

	while (roots && dir && (entry = file_entry(dir, &error))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		roots = depth > 0 && fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			is_roots(trail, &st) &&
			(!S_ISDIR(st.st_mode) ||
				folder_is_roots(trail, fd, entry->d_name, depth - 1));
	}
	if (dir)
		(void)closedir(dir);
	else if (fd >= 0)
		(void)close(fd);
	return roots && !error;
}

/* Whether what git, hooks and our own programs obey in a repository is root's alone. */
static bool repository_is_roots(const struct trail *trail)
{
	static const char *const files[] = { "config", "config.worktree", "HEAD", "commondir",
		"objects" };
	static const char *const folders[] = { "hooks", "custom_hooks", "countersign" };
	bool roots = is_roots(trail, &trail->st);
	struct stat st;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && roots; i++)
		roots = fstatat(trail->fd, files[i], &st, AT_SYMLINK_NOFOLLOW) < 0
				? errno == ENOENT
				: is_roots(trail, &st);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && roots; i++)
		roots = folder_is_roots(trail, trail->fd, folders[i], DEPTH);
	return roots;
}

static void name_user(struct owner *owner)
{
	const struct passwd *user = getpwuid(owner->uid);

	(void)snprintf(owner->home, sizeof(owner->home), "/nonexistent");
	if (!user)
		return;
	owner->gid = user->pw_gid;
	(void)snprintf(owner->name, sizeof(owner->name), "%s", user->pw_name);
	if (user->pw_dir && user->pw_dir[0] == '/')
		(void)snprintf(owner->home, sizeof(owner->home), "%s", user->pw_dir);
}

int owner_of(struct owner *owner, const struct trail *trail, struct fault *f)
{
	*owner = (struct owner){ .uid = trail->st.st_uid, .gid = OWNER_NOBODY };
	if (geteuid() != 0) {
		owner->uid = geteuid();
		owner->gid = getegid();
		return 0;
	}
	if (owner->uid == 0 && !trail->ours)
		return fault_set(f, FAULT_ADMIN,
			"%s is root's, and lies in a folder that others may write in, who can put "
			"something else in its place: give it to the user whom it is for",
			trail->path);
	if (owner->uid == 0 && !repository_is_roots(trail)) {
		owner->uid = OWNER_NOBODY;
		owner->gid = trail->st.st_gid ? trail->st.st_gid : OWNER_NOBODY;
		owner->shared = true;
		(void)snprintf(owner->home, sizeof(owner->home), "/nonexistent");
		return 0;
	}
	name_user(owner);
	return 0;
}

/* Whether nothing of root is left, and none can be had again. */
static bool is_dropped(const struct owner *owner)
{
	uid_t uids[3];
	gid_t gids[3];

	return getresuid(&uids[0], &uids[1], &uids[2]) == 0 &&
	       getresgid(&gids[0], &gids[1], &gids[2]) == 0 && uids[0] == owner->uid &&
	       uids[1] == owner->uid && uids[2] == owner->uid && gids[0] == owner->gid &&
	       gids[1] == owner->gid && gids[2] == owner->gid && setuid(0) < 0;
}

int owner_drop(const struct owner *owner, struct fault *f)
{
	if (geteuid() != 0 || owner->uid == 0)
		return 0;
	if ((owner->name[0] ? initgroups(owner->name, owner->gid) : setgroups(0, NULL)) < 0 ||
		setresgid(owner->gid, owner->gid, owner->gid) < 0 ||
		setresuid(owner->uid, owner->uid, owner->uid) < 0 || !is_dropped(owner) ||
		prctl(PR_SET_DUMPABLE, 0) < 0)
		return fault_set(f, FAULT_ADMIN, "cannot work as user %lu: %s",
			(unsigned long)owner->uid, strerror(errno));
	return 0;
}

/* Whether the trail is at a git directory, or has gone on to the one of a working tree. */
static bool is_repository(struct trail *trail)
{
	struct stat st;

	return faccessat(trail->fd, "HEAD", F_OK, AT_SYMLINK_NOFOLLOW) == 0
		       ? faccessat(trail->fd, "objects", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
				 faccessat(trail->fd, "commondir", F_OK, AT_SYMLINK_NOFOLLOW) == 0
		       : trail_on(trail, ".git") ||
				 fstatat(trail->fd, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int owner_find(const char *path, char git_dir[INSTALL_PATH_MAX], struct fault *f)
{
	char at[INSTALL_PATH_MAX], *slash;
	struct trail trail;
	bool absent, found = false;
	int status = 0;

	git_dir[0] = '\0';
	(void)snprintf(at, sizeof(at), "%s", path);
	while (status == 0 && !found) {
		status = trail_to(&trail, at, TRAIL_LINKS_OURS, &absent, f);
		if (status == 0) {
			(void)memcpy(at, trail.path, sizeof(at));
			found = is_repository(&trail);
		}
		if (found)
			status = worktree_follow(&trail, TRAIL_LINKS_OURS, f);
		if (found && status == 0)
			(void)memcpy(git_dir, trail.path, INSTALL_PATH_MAX);
		trail_release(&trail);
		slash = strrchr(at, '/');
		if (!slash || slash == at)
			break;
		*slash = '\0';
	}
	return status;
}

int run_as_owner(const char *git_dir, struct fault *f)
{
	struct trail trail;
	struct owner owner;
	bool absent;
	int status;

	if (geteuid() != 0)
		return 0;
	status = trail_to(&trail, git_dir, TRAIL_LINKS_OURS, &absent, f);
	if (status == 0)
		status = owner_of(&owner, &trail, f);
	if (status == 0)
		status = owner_drop(&owner, f);
	trail_release(&trail);
	return status;
}
