/*
 * Root's commands about a repository of somebody else's: what lies there is read and written as
 * its owner, and root's rights are gone before anything in it is opened.
 */
#ifndef HOOKS_HOST_AS_OWNER_H
#define HOOKS_HOST_AS_OWNER_H

#include "common/base/fault.h"

/*
 * Lets go of root's rights for the repository that the words of a command name (`--repo DIR`, or
 * where we stand), if it is another's.  Nothing for the commands that do so themselves or are not
 * about a repository.  0, or -1: it cannot be told whose it is.
 */
int as_owner(int argc, char **argv, struct fault *f);

/* The git directory of the repository at path (NULL: here), for free(); NULL on a fault. */
char *as_owner_git_dir(const char *path, struct fault *f);

#endif
