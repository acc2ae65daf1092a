/* The list of guarded repositories that install.sh keeps beside the site's policy: an absolute path a line. */
#ifndef HOOKS_REGISTRY_H
#define HOOKS_REGISTRY_H

#include "common/fault.h"

/* Calls `each` for every git directory on the list; none is no fault.  0, -1, or what `each` returned. */
int registry_each(const char *etc, int (*each)(void *context, const char *git_dir), void *context,
	struct fault *f);

#endif
