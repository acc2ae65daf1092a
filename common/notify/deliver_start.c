#include "common/notify/deliver_start.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"

char *deliver_program(void)
{
	struct fault ignored = { 0 };
	struct install_paths paths;
	char path[INSTALL_PATH_MAX];

	if (install_paths_find(&paths, &ignored) == 0)
		for (size_t i = 0; i < 2; i++)
			if (install_paths_join(path, paths.prefix,
				    i ? "countersign-deliver" : "bin/countersign-deliver",
				    &ignored) == 0 &&
				access(path, X_OK) == 0)
				return strdup(path);
	fault_clear(&ignored);
	return strdup(COUNTERSIGN_BINDIR "/countersign-deliver");
}

int deliver_start(const char *git_dir, const char *what_for, struct fault *f)
{
	const char *argv[] = { "countersign-deliver", "--after-push", what_for, git_dir, NULL };
	struct run what = { .argv = argv, .env = run_bare_env, .folder = "/" };
	char *program = deliver_program();
	int status;

	if (!program)
		return fault_memory(f);
	what.program = program;
	status = run_apart(&what, f);
	free(program);
	return status;
}
