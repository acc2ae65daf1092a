/* Working as whom a repository belongs to. */
#ifndef HOOKS_HOST_RUN_AS_OWNER_H
#define HOOKS_HOST_RUN_AS_OWNER_H

#include "common/base/fault.h"

/*
 * Root goes on as the repository's owner: what lies in a repository must not be read as root.
 * 0 or -1.
 */
int run_as_owner(const char *git_dir, struct fault *f);

#endif
