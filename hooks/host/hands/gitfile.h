/* Files that git takes for a repository, since they say where it is. */
#ifndef HOOKS_HOST_HANDS_GITFILE_H
#define HOOKS_HOST_HANDS_GITFILE_H

#include <limits.h>
#include <stdbool.h>

/*
 * Whether a file in a folder is one of `gitdir: PATH`, as a working tree's `.git` is; then *target
 * is the git directory that it leads to, of all working trees if it is one of theirs.
 */
bool gitfile_leads(int folder, const char *name, char target[PATH_MAX]);

/* Whether a path is that of a folder, or below it. */
bool gitfile_is_below(const char *folder, const char *path);

#endif
