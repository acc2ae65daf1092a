#include "common/notify/sendmail.h"

#include <unistd.h>

#include "common/base/run.h"

#define SECONDS 10

int sendmail(const char *program, struct span message, struct fault *f)
{
	const char *argv[] = { "sendmail", "-t", "-oi", NULL };
	const struct run what = { .argv = argv,
		.program = program,
		.env = run_bare_env,
		.input = message,
		.seconds = SECONDS,
		.output = RUN_DROP };
	int status;

	/* As a shell says it. */
	if (access(program, X_OK) < 0)
		return fault_set(f, FAULT_ADMIN, "%s ended with 127: it cannot be run", program);
	if (run(&what, NULL, &status, f) < 0)
		return -1;
	if (status == 0)
		return 0;
	(void)fault_set(f, FAULT_ADMIN, "%s ended with %d", program, status);
	return 1;
}
