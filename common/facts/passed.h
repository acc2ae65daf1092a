/*
 * What pre-receive has said of the updates of this push, found without opening the repository: for
 * hooks that have nothing to do but that, which most pushes' update and post-receive are.
 *
 *	passed_open(&p, f)
 *	passed_find(&p, &pass, hold)	as pass_find(), under the policy files and stops of now
 *	passed_close(&p)
 */
#ifndef COMMON_FACTS_PASSED_H
#define COMMON_FACTS_PASSED_H

#include <limits.h>
#include <stdbool.h>

#include "common/base/install_paths.h"
#include "common/state/pass.h"
#include "common/state/state.h"

struct passed {
	struct install_paths paths;
	char git_dir[PATH_MAX];
	char policy[65]; /* the digest of the policy's files and of who is stopped */
	struct state *state;
};

/*
 * Finds where we are installed, the git directory that GIT_DIR names, the policy's files and the
 * state.  For passed_close() either way.  0, or -1; paths and git_dir may be known then.
 */
int passed_open(struct passed *passed, struct fault *f);

/*
 * What was decided on exactly this update; what->policy is filled in.  A symbolic ref is never
 * found, nor is anything where another hook that was there before is to run, too.
 */
enum pass_answer passed_find(const struct passed *passed, const char *hook, struct pass *what,
	char hold[PASS_HOLD_MAX + 1]);

/* Lets go of the state. */
void passed_close(struct passed *passed);

#endif
