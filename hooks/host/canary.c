#include "hooks/host/canary.h"

#include "common/base/run.h"

#define SECONDS 120

int canary_try(const struct canary *canary, bool *refused, struct buf *said, struct fault *f)
{
	char program[INSTALL_PATH_MAX];
	const char *argv[] = { program, canary->git_dir, NULL };
	struct run what = { .argv = argv, .env = canary->env->vars, .seconds = SECONDS };
	int exited;

	*refused = false;
	if (install_paths_join(program, canary->paths->prefix, "libexec/countersign/canary", f) <
			0 ||
		run(&what, said, &exited, f) < 0)
		return fault_context(f, "the canary push");
	*refused = exited == 0;
	return 0;
}
