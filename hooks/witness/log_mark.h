/*
 * How far the log of a repository was verified, so that verifying can go on from there:
 * `countersign/log.verified`.  Nobody signs it: it saves time, and proves nothing to anybody.
 */
#ifndef HOOKS_WITNESS_LOG_MARK_H
#define HOOKS_WITNESS_LOG_MARK_H

#include "common/state/state.h"

/* Reads it; *exists is false, with 0, when there is none of this log.  0 or -1. */
int log_mark_read(const char *git_dir, struct state *state, struct log_walk *out, bool *exists,
	struct fault *f);

/* Keeps it, where we may write. */
void log_mark_keep(const char *git_dir, struct state *state, const struct log_walk *walk);

#endif
