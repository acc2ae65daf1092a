/*
 * Where things lie: all paths are found from where the running program is installed, so that an
 * installation under any prefix is whole in itself and nothing in the environment can point
 * elsewhere.
 *
 *	PREFIX/bin/countersign, countersign-deliver, git-countersign
 *	PREFIX/libexec/countersign/update
 *	PREFIX/share/countersign/policy.schema.json
 *	PREFIX/etc/countersign/policy.json, or /etc/countersign/policy.json for /usr and /usr/local
 */
#ifndef COMMON_BASE_INSTALL_PATHS_H
#define COMMON_BASE_INSTALL_PATHS_H

#include <stdbool.h>

#include "common/base/fault.h"

#define INSTALL_PATH_MAX 4096

struct install_paths {
	char prefix[INSTALL_PATH_MAX];
	char etc[INSTALL_PATH_MAX]; /* the folder of the site's policy and stop list */
};

/* Finds the installation of the running program (from /proc/self/exe).  0 or -1. */
int install_paths_find(struct install_paths *paths, struct fault *f);

/* Writes `folder/name` into out; 0, or -1 when it is too long. */
int install_paths_join(
	char out[INSTALL_PATH_MAX], const char *folder, const char *name, struct fault *f);

/* Whether this host has a key for its logs, by which landings are attested, too. */
bool install_paths_has_key(const struct install_paths *paths);

/* Whether we may sign by it; else root's timer does. */
bool install_paths_may_sign(const struct install_paths *paths);

#endif
