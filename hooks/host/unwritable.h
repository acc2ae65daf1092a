/*
 * What is in a repository and whoever works on it as its owner may not write: left by a command
 * that somebody else ran there, root most often, or by modes.  The pushes that would have to write
 * there are refused.  What lies in the repository may be anybody's, so no link is followed.
 */
#ifndef HOOKS_HOST_UNWRITABLE_H
#define HOOKS_HOST_UNWRITABLE_H

#include <sys/stat.h>

#include "common/base/fault.h"

/*
 * Is told of a place, by its path in the git directory; not 0 ends the walk.  A NULL st: in that
 * place is more than is looked at.
 */
typedef int unwritable_each(void *context, const char *path, const struct stat *st);

/*
 * Calls `each` for what neither this process nor the repository's group may write: the git
 * directory, Countersign's in it, logs of refs, and the folders of refs and objects.  Not looked at
 * is what lies in such a folder of somebody else's, and more than 200,000 entries in one place.
 * Root may write everything that is not immutable.  0, -1, or what `each` returned.
 */
int unwritable_find(int git_dir, unwritable_each *each, void *context, struct fault *f);

#endif
