/*
 * Verifying a repository's log: its chain, what is bound beside it, and the checkpoints that it has
 * to go on from.
 */
#ifndef HOOKS_WITNESS_LOG_VERIFY_H
#define HOOKS_WITNESS_LOG_VERIFY_H

#include <stdbool.h>

#include "common/base/env.h"
#include "common/base/fault.h"

#define LOG_VERIFY_FILES 8

struct log_verify_options {
	const char *tip, *trust; /* a hash that the log had; whose signatures count; or NULL */
	const char *checkpoints[LOG_VERIFY_FILES + 1];
	const char *archives[LOG_VERIFY_FILES + 1]; /* that lie elsewhere than beside the state */
	bool json, go_on;                           /* go_on: from the last row that was verified */
};

/* Verifies, and prints and tells what was found.  0 whole, 1 broken, -1. */
int log_verify(const struct env *env, const struct log_verify_options *options, const char *git_dir,
	struct fault *f);

/* Has the deliverer make a checkpoint, and prints it.  0, its status when there is none, or -1. */
int log_checkpoint(const char *git_dir, struct fault *f);

#endif
