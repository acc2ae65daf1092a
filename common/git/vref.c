#include "common/git/vref.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the kernel tells of a process in that file of /proc; nothing where it tells nothing. */
static void proc_read(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t got = -1;
	int file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		got = read(file, text, size - 1);
		(void)close(file);
	}
	text[got > 0 ? got : 0] = '\0';
}

/* Whether a process has that name: the kernel's, of the hook's file, which gitolite's perl runs. */
static bool is_named(pid_t pid, const char *name)
{
	char text[32];

	proc_read(pid, "comm", text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, name) == 0;
}

/* Who started a process, as the kernel tells behind its name in brackets; 0: not known. */
static pid_t parent_of(pid_t pid)
{
	const char *end;
	char text[512];
	int parent = 0;

	proc_read(pid, "stat", text, sizeof(text));
	end = strrchr(text, ')');
	if (!end || sscanf(end, ") %*c %d", &parent) != 1)
		return 0;
	return parent;
}

/* Between gitolite's hook and us is our own script, which waits for what we answer. */
void vref_refused(const struct env *env)
{
	pid_t gitolite = parent_of(getppid());

	if (env_get(env, "GL_REPO") && env_get(env, "GL_LIBDIR") && gitolite > 1 &&
		is_named(gitolite, "update"))
		(void)kill(gitolite, SIGINT);
}
