/*
 * Whether Countersign is really in the way of pushes to a repository: what git skips in silence (a hook that is not
 * executable, a dangling link, core.hooksPath that points elsewhere), and settings that would hide history.
 * What is looked for is what install.sh puts there.
 */
#ifndef HOOKS_WIRING_H
#define HOOKS_WIRING_H

#include "common/place.h"
#include "common/repo.h"

/* What is not as it must be, and what mends it. */
struct drift {
	const char *what; /* `hooks/update`, `receive.shallowUpdate` */
	const char *problem;
	const char *advice;
};

typedef int (*drift_each)(void *context, const struct drift *drift);

struct wiring {
	struct repo *repo;
	const struct place *place; /* the installation that the hooks have to belong to */
	drift_each each;
	void *context;
};

/* Calls `each` for all that is wrong with the three hooks.  0, -1, or what `each` returned. */
int wiring_hooks(const struct wiring *wiring, struct fault *f);

/* The same for the git settings. */
int wiring_settings(const struct wiring *wiring, struct fault *f);

/* `plain`, `gitea`, `gitlab` or `gitolite`: by where the pre-receive hook lies; `plain` when there is none. */
const char *wiring_host(struct repo *repo);

#endif
