/*
 * Hooks that were there before Countersign: kept below the git directory and run with the same
 * input, arguments, environment and exit status that git would have given and taken.
 *
 *	countersign/chained-first/HOOK	before Countersign judges
 *	countersign/chained/HOOK	after it has allowed
 */
#ifndef HOOKS_GATE_CHAIN_H
#define HOOKS_GATE_CHAIN_H

#include "common/base/env.h"
#include "common/base/fault.h"
#include "common/git/push.h"

enum chain_when {
	CHAIN_FIRST,
	CHAIN_AFTER,
};

/* A hook that git has called. */
struct chain_call {
	const struct env *env;
	const char *git_dir;
	char *const *argv;       /* argv[0] is the hook's name */
	const struct push *push; /* what stood on standard input; NULL: nothing */
};

/*
 * Runs the kept hook, if there is one; *status is its exit status, 0 when there is none.  0 or -1.
 */
int chain_run(const struct chain_call *call, enum chain_when when, int *status, struct fault *f);

#endif
