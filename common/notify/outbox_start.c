#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/notify/deliver_lock.h"
#include "common/notify/outbox.h"
#include "common/state/state.h"

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

/* What the deliverer starts with: nothing of ours, and /dev/null.  0 or an error's number. */
static int describe(posix_spawn_file_actions_t *files, posix_spawnattr_t *ways)
{
	sigset_t none, all;
	int error = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDWR, 0);

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	for (int i = 1; error == 0 && i < 3; i++)
		error = posix_spawn_file_actions_adddup2(files, 0, i);
	if (error == 0)
		error = posix_spawn_file_actions_addclosefrom_np(files, 3);
	if (error == 0)
		error = posix_spawn_file_actions_addchdir_np(files, "/");
	if (error == 0)
		error = posix_spawnattr_setsigmask(ways, &none);
	if (error == 0)
		error = posix_spawnattr_setsigdefault(ways, &all);
	return error ? error
		     : posix_spawnattr_setflags(ways,
			       POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/*
 * One clone that copies nothing (posix_spawn has the pages lent until the program is there): two
 * forks of a hook and the wait between them took milliseconds on a busy machine.  Nobody waits for
 * the child; when the hook has ended it is init's.
 */
static int spawn(const char *program, const char *git_dir)
{
	char *const environment[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
		(char[]){ "LC_ALL=C" }, (char[]){ "HOME=/nonexistent" }, NULL };
	char *const arguments[] = { (char[]){ "countersign-deliver" }, (char[]){ "--after-push" },
		(char[]){ "--repo" }, (char *)git_dir, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t ways;
	pid_t child;
	int error = posix_spawn_file_actions_init(&files);

	if (error)
		return error;
	error = posix_spawnattr_init(&ways);
	if (error == 0) {
		error = describe(&files, &ways);
		if (error == 0)
			error = posix_spawn(&child, program, &files, &ways, arguments, environment);
		(void)posix_spawnattr_destroy(&ways);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return error;
}

/* Whether there is one that has not looked yet, and so will see what was queued by now. */
static bool is_awaited(const char *git_dir)
{
	struct fault ignored = { 0 };
	int file = state_lock_file(git_dir, &ignored);
	bool awaited = file >= 0 && deliver_lock_is_taken(file, DELIVER_LOCK_NEXT);

	if (file >= 0)
		(void)close(file);
	return awaited;
}

int outbox_start(const char *git_dir, struct fault *f)
{
	char *program;
	int error;

	if (is_awaited(git_dir))
		return 0;
	program = outbox_program();

	if (!program)
		return fault_memory(f);
	error = spawn(program, git_dir);
	free(program);
	return error == 0
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "countersign-deliver could not be started: %s",
				 strerror(error));
}
