/*
 * The proof that pushes to a repository meet Countersign: one that must be refused.
 */
#ifndef HOOKS_HOST_CANARY_H
#define HOOKS_HOST_CANARY_H

#include "common/base/buf.h"
#include "common/base/env.h"
#include "common/base/install_paths.h"

/* Who is pushed to, by which installation, in which environment. */
struct canary {
	const struct install_paths *paths;
	const char *git_dir;
	const struct env *env;
};

/*
 * Tries the push as whoever runs this; *refused says whether Countersign refused it, *said what
 * came back if not.  0 or -1.
 */
int canary_try(const struct canary *canary, bool *refused, struct buf *said, struct fault *f);

#endif
