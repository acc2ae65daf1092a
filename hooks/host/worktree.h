/*
 * From a linked worktree to its repository: a push that names the one is a push to the other, so
 * that whoever names one to the installer means the repository.
 */
#ifndef HOOKS_HOST_WORKTREE_H
#define HOOKS_HOST_WORKTREE_H

#include "hooks/host/trail.h"

/*
 * Goes from a linked worktree (its working tree, or its folder in the repository) to the common
 * directory.  Its files `.git` and `commondir` are its owner's word, so they count only where they
 * lead to something of the same owner.  0, also when the trail is at something else; or -1.
 */
int worktree_follow(struct trail *trail, enum trail_links links, struct fault *f);

#endif
