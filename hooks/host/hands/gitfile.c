#include "hooks/host/hands/gitfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "gitdir: "

/* The path that it says; whether it says one. */
static bool says(int folder, const char *name, char path[PATH_MAX])
{
	char text[PATH_MAX + sizeof(PREFIX)];
	int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	ssize_t len = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < (off_t)sizeof(text))
		len = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len < (ssize_t)sizeof(PREFIX))
		return false;
	text[len] = '\0';
	return strncmp(text, PREFIX, sizeof(PREFIX) - 1) == 0 &&
	       snprintf(path, PATH_MAX, "%s", text + sizeof(PREFIX) - 1) < PATH_MAX;
}

bool gitfile_leads(int folder, const char *name, char target[PATH_MAX])
{
	char said[PATH_MAX], from[PATH_MAX + 64], *tree;
	struct stat st;

	if (!says(folder, name, said))
		return false;
	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d/%s", folder, said);
	if (!realpath(said[0] == '/' ? said : from, target) || stat(target, &st) < 0 ||
		!S_ISDIR(st.st_mode))
		return false;
	tree = strstr(target, "/worktrees/");
	if (tree && !strchr(tree + strlen("/worktrees/"), '/'))
		*tree = '\0';
	return true;
}

bool gitfile_is_below(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	len -= len && folder[len - 1] == '/';
	return strncmp(folder, path, len) == 0 && (path[len] == '/' || !path[len]);
}
