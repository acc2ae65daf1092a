/*
 * Other programs, run safely: an argument vector, an environment that we built, no shell, a
 * deadline, bounded output, and nothing of ours inherited but the three standard descriptors.
 */
#ifndef COMMON_BASE_RUN_H
#define COMMON_BASE_RUN_H

#include "common/base/buf.h"
#include "common/base/fault.h"

struct run {
	/* NULL-terminated; a program without a slash is looked for in the sealed PATH */
	const char *const *argv;
	char *const *env;   /* NULL-terminated */
	const char *folder; /* to run in, or NULL */
	struct span input;  /* its standard input */
	int seconds;        /* it is killed after that; 0: never */
	/* its output goes to our standard error as it comes, instead of into *output */
	int pass_output;
};

/*
 * Runs it to its end; its standard output and standard error, together, are appended to *output, of
 * which what does not fit is dropped.  *status is its exit status, or 128 and the signal that ended
 * it.  0, or -1: it could not be started, or had to be killed.
 */
int run(const struct run *what, struct buf *output, int *status, struct fault *f);

#endif
