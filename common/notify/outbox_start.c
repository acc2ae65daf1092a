/* Starting a deliverer that outlives the push. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/run.h"
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

static int start(const char *git_dir, const char *what_for, struct fault *f)
{
	const char *argv[] = { "countersign-deliver", "--after-push", what_for, git_dir, NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .folder = "/" };
	char *program = outbox_program();
	int status;

	if (!program)
		return fault_memory(f);
	what.program = program;
	status = run_apart(&what, f);
	free(program);
	return status;
}

int outbox_start(const char *git_dir, struct fault *f)
{
	return is_awaited(git_dir) ? 0 : start(git_dir, "--repo", f);
}

int outbox_start_attesting(const char *git_dir, struct fault *f)
{
	return start(git_dir, "--attest", f);
}
