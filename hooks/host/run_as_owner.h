/*
 * Working as whom a repository belongs to.  What lies in a repository must be neither read nor
 * written as root, nor may root run git there: its owner can put anything in any place.  So root
 * lets go of all its rights for good, first.
 *
 * A repository of root's own that others may write in has no user to work as: its files are
 * root's, and whoever may write there could make root run what they like.  There programs run as
 * nobody, with the repository's group.
 */
#ifndef HOOKS_HOST_RUN_AS_OWNER_H
#define HOOKS_HOST_RUN_AS_OWNER_H

#include "common/base/fault.h"
#include "hooks/host/trail.h"

#define OWNER_NOBODY 65534

/* Whose rights programs have in a repository. */
struct owner {
	uid_t uid;
	gid_t gid;
	char name[64]; /* "" when the machine knows no such user */
	char home[INSTALL_PATH_MAX];
	bool shared; /* the repository is root's, but others may write in it: `uid` is nobody's */
};

/*
 * Finds out whom to work as where the trail led.  0, or -1: it is root's, and somebody else can
 * change the way there, so that root cannot tell what it would work on.
 */
int owner_of(struct owner *owner, const struct trail *trail, struct fault *f);

/*
 * Lets go of all other rights, for good, and makes sure of it.  Without root's rights to begin
 * with: does nothing.  0 or -1.
 */
int owner_drop(const struct owner *owner, struct fault *f);

/*
 * The git directory of the repository at a path or above it, found without reading anything in it
 * but where a linked worktree leads; "" when there is none.  0, or -1: it cannot be told.
 */
int owner_find(const char *path, char git_dir[INSTALL_PATH_MAX], struct fault *f);

/* owner_of() and owner_drop() for the repository at that path.  0 or -1. */
int run_as_owner(const char *git_dir, struct fault *f);

#endif
