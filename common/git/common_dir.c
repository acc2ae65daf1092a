#include "common/git/common_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int nowhere(struct fault *f, const char *path)
{
	return fault_set(f, FAULT_ADMIN, "%s leads to no git directory: %s", path, strerror(errno));
}

/* What the file says; *there is false when there is none. */
static int read_file(char text[PATH_MAX], const char *path, bool *there, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;

	*there = fd >= 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : nowhere(f, path);
	len = read(fd, text, PATH_MAX - 1);
	(void)close(fd);
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len <= 0 || memchr(text, '\0', (size_t)len))
		return fault_set(f, FAULT_ADMIN, "%s names no directory", path);
	text[len] = '\0';
	return 0;
}

int common_dir_find(char out[PATH_MAX], const char *git_dir, bool called, struct fault *f)
{
	const char *said = called ? getenv("GIT_COMMON_DIR") : NULL;
	char path[PATH_MAX], text[PATH_MAX];
	bool there;

	if (said && *said)
		return realpath(said, out) ? 0 : nowhere(f, said);
	if (snprintf(path, sizeof(path), "%s/commondir", git_dir) >= (int)sizeof(path))
		return fault_set(f, FAULT_ADMIN, "%s: path too long", git_dir);
	if (read_file(text, path, &there, f) < 0)
		return -1;
	if (!there)
		return realpath(git_dir, out) ? 0 : nowhere(f, git_dir);
	if (text[0] == '/')
		return realpath(text, out) ? 0 : nowhere(f, path);
	if (snprintf(path, sizeof(path), "%s/%s", git_dir, text) >= (int)sizeof(path))
		return fault_set(f, FAULT_ADMIN, "%s: path too long", git_dir);
	return realpath(path, out) ? 0 : nowhere(f, path);
}
