/*
 * What pre-receive has said of the updates of this push, found without opening the repository or
 * the database: for hooks that have nothing to do but that, as update and post-receive of most
 * pushes.
 */
#ifndef COMMON_FACTS_PASSED_H
#define COMMON_FACTS_PASSED_H

#include <limits.h>

#include "common/base/install_paths.h"
#include "common/git/push.h"
#include "common/state/pass.h"

struct passed {
	struct install_paths paths;
	char git_dir[PATH_MAX];
	char policy[65]; /* the digest of the policy's files and of who is stopped */
};

/*
 * Finds where we are installed, the git directory that GIT_DIR names, the policy's files and what
 * pre-receive found of who is stopped.  0, or -1: something is amiss, or has been written since.
 */
int passed_open(struct passed *passed, struct fault *f);

/*
 * What was decided on exactly this update; what->policy is filled in.  A symbolic ref is never
 * found, nor is anything where another hook that was there before is to run, too.
 */
enum pass_answer passed_find(const struct passed *passed, const char *hook, struct pass *what,
	char hold[PASS_HOLD_MAX + 1]);

/*
 * Whether pre-receive let all of the push through and nothing waited for it to land, so that there
 * is nothing to settle, to tell or to land, and no other hook; what it left is taken away then.
 */
bool passed_is_settled(struct passed *passed, const struct push *push);

#endif
