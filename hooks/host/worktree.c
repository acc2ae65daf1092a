#include "hooks/host/worktree.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "common/base/beneath.h"

#define POINTER_MAX 4096

/* Goes where the file says, after the prefix; stays where there is no such file. */
static int follow(struct trail *trail, const char *file, const char *prefix, enum trail_links links,
	struct fault *f)
{
	struct buf text = BUF_INIT(POINTER_MAX);
	struct trail next = { .fd = -1 };
	char path[2 * INSTALL_PATH_MAX];
	size_t skip = strlen(prefix);
	bool exists = false, absent;
	const char *to;
	int status = beneath_read(trail->fd, file, &text, &exists, f);

	if (status < 0 || !exists) {
		buf_release(&text);
		return status;
	}
	while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
		text.data[--text.len] = '\0';
	to = text.len > skip && strncmp(text.data, prefix, skip) == 0 ? text.data + skip : "";
	(void)snprintf(path, sizeof(path), "%s%s%s", *to == '/' ? "" : trail->path,
		*to == '/' ? "" : "/", to);
	if (!*to)
		status = fault_set(f, FAULT_ADMIN, "%s/%s names no directory", trail->path, file);
	else
		status = trail_to(&next, path, links, &absent, f);
	if (status == 0 && next.st.st_uid != trail->st.st_uid)
		status = fault_set(f, FAULT_ADMIN,
			"%s leads to %s, which is another user's: name that one", trail->path,
			next.path);
	buf_release(&text);
	if (status < 0) {
		trail_release(&next);
		return -1;
	}
	trail_release(trail);
	*trail = next;
	return 0;
}

int worktree_follow(struct trail *trail, enum trail_links links, struct fault *f)
{
	struct stat st;
	bool exists = false;

	if (fstatat(trail->fd, "HEAD", &st, AT_SYMLINK_NOFOLLOW) < 0 &&
		fstatat(trail->fd, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		follow(trail, ".git", "gitdir: ", links, f) < 0)
		return -1;
	if (beneath_stat(trail->fd, "commondir", &st, &exists, f) < 0)
		return -1;
	return exists ? follow(trail, "commondir", "", links, f) : 0;
}
