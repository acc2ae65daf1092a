#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/outbox.h"

char *outbox_program(void)
{
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *path = NULL, *slash;

	if (len > 0) {
		self[len] = '\0';
		slash = strrchr(self, '/');
		if (slash &&
			asprintf(&path, "%.*s/countersign-deliver", (int)(slash - self), self) < 0)
			return NULL;
	}
	if (path && access(path, X_OK) == 0)
		return path;
	free(path);
	return strdup(COUNTERSIGN_BINDIR "/countersign-deliver");
}

/* In the grandchild: nothing of ours is left but the program and its arguments. */
static _Noreturn void become(const char *program, const char *git_dir)
{
	char *const environment[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
		(char[]){ "LC_ALL=C" }, (char[]){ "HOME=/nonexistent" }, NULL };
	char *const arguments[] = { (char[]){ "countersign-deliver" }, (char[]){ "--repo" },
		(char *)git_dir, NULL };
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	for (int i = 0; null >= 0 && i < 3; i++)
		(void)dup2(null, i);
	if (null >= 0)
		(void)close_range(3, ~0U, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	if (null >= 0 && chdir("/") == 0)
		(void)execve(program, arguments, environment);
	_exit(127);
}

int outbox_start(const char *git_dir, struct fault *f)
{
	char *program = outbox_program();
	int status = -1;
	pid_t child;

	if (!program)
		return fault_memory(f);
	child = fork();
	if (child == 0) {
		if (setsid() < 0)
			_exit(127);
		child = fork();
		if (child == 0)
			become(program, git_dir);
		_exit(child < 0 ? 127 : 0);
	}
	free(program);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0 ? 0
			   : fault_set(f, FAULT_ADMIN, "countersign-deliver could not be started");
}
