/*
 * Where a repository is.
 *
 * One repository can be pushed to by many paths: its own, a symbolic link's, that of a folder that
 * `git worktree add` made (app.git/worktrees/NAME, or the working tree itself).  git takes refs,
 * objects, settings and hooks from the common directory whichever it was, so that is where all of
 * ours lies, too: policy, state, holds, log, stops, passes and locks.
 */
#ifndef COMMON_GIT_COMMON_DIR_H
#define COMMON_GIT_COMMON_DIR_H

#include <limits.h>
#include <stdbool.h>

#include "common/base/fault.h"

/*
 * The common directory of a git directory, absolute and without links: what GIT_COMMON_DIR says
 * when git called us (`called`), else what the file `commondir` in it says, else the directory
 * itself.  0, or -1: it leads nowhere.
 */
int common_dir_find(char out[PATH_MAX], const char *git_dir, bool called, struct fault *f);

#endif
