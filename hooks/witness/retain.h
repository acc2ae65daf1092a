/*
 * What the policy's `keep` asks for: old rows go from the log to archives (common/state/cut.h), and
 * holds that ended long ago are forgotten.  By the timer, never in a push; a push waits for none of
 * its transactions for longer than it takes to remove a few rows.
 */
#ifndef HOOKS_WITNESS_RETAIN_H
#define HOOKS_WITNESS_RETAIN_H

#include <stdint.h>

#include "common/base/env.h"
#include "common/base/fault.h"

/* What was done. */
struct retained {
	int64_t archived, removed, forgotten; /* rows told of as archived; rows gone; holds */
};

/*
 * Does it for the repository at that path, as whoever runs it, so much at a time.  A log that is
 * not whole, or is not what its checkpoints say, is not cut, and a fault.  0 or -1.
 */
int retain(const char *path, const struct env *env, struct retained *out, struct fault *f);

#endif
