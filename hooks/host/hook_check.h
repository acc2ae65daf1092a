/*
 * Whether Countersign is really in the way of pushes to a repository: what git skips in silence (a
 * hook that is not executable, a dangling link, core.hooksPath that points elsewhere), and settings
 * that would hide history.  What is looked for is what install.sh puts there.
 */
#ifndef HOOKS_HOST_HOOK_CHECK_H
#define HOOKS_HOST_HOOK_CHECK_H

#include <stdbool.h>

#include "common/base/install_paths.h"
#include "common/git/config.h"
#include "common/git/repo.h"

#define HOOK_CHECK_INSTALL_AGAIN "run install.sh repo for this repository again"

/* A setting of git's that the hooks rely on. */
struct wanted {
	const char *name, *value;
	const char *key; /* the name as git prints it */
	bool among;      /* one value among several that may be there */
};

/* All of them, ended by one without a name. */
extern const struct wanted hook_check_wanted[];

/* What is not as it must be, and what mends it. */
struct drift {
	const char *what; /* `hooks/update`, `receive.shallowUpdate` */
	const char *problem;
	const char *advice;
	bool mild; /* worth knowing, but nothing gets past for it */
};

typedef int (*drift_each)(void *context, const struct drift *drift);

struct hook_check {
	struct repo *repo;
	const char *git_dir; /* by which a push names it: its own, or a linked worktree's */
	const struct install_paths *paths; /* the installation that the hooks have to belong to */
	const struct config *settings;
	const struct env *env; /* the caller's */
	drift_each each;
	void *context;
};

/* Calls `each` for all that is wrong with the three hooks.  0, -1, or what `each` returned. */
int hook_check_hooks(const struct hook_check *check, struct fault *f);

/*
 * Whether all three hooks are named by git's settings (2.54 and up); what lies in the repository
 * does not count then.
 */
bool hook_check_configured(const struct hook_check *check);

/* The same for the git settings, wherever they were said. */
int config_check(const struct hook_check *check, struct fault *f);

/* The same for the version that was installed into the repository. */
int hook_check_version(const struct hook_check *check, struct fault *f);

/* A hook that was there before, and is kept. */
struct chained {
	const char *hook, *path;
	bool first; /* runs before Countersign judges, not after it has allowed */
	bool runs;  /* is executable; else it is passed over, as git does */
};

/* Calls `each` for those that are kept.  0, -1, or what `each` returned. */
int hook_check_chained(const struct hook_check *check,
	int (*each)(void *context, const struct chained *chained), struct fault *f);

/* Tells of one thing; what `each` returned. */
int hook_check_drift(
	const struct hook_check *check, const char *what, const char *problem, const char *advice);

#endif
