/*
 * The list of guarded repositories that install.sh keeps beside the site's policy: an absolute path
 * a line.
 */
#ifndef HOOKS_HOST_GUARDED_LIST_H
#define HOOKS_HOST_GUARDED_LIST_H

#include "common/base/fault.h"

/*
 * Calls `each` for every git directory on the list; none is no fault.  0, -1, or what `each`
 * returned.
 */
int guarded_list_each(const char *etc, int (*each)(void *context, const char *git_dir),
	void *context, struct fault *f);

#endif
