/*
 * Where holds are: in the repository itself, or, where the policy names a store, in a repository of
 * their own there, STORE/ID.git, ID being the repository's.  Reviewers fetch from it; nobody pushes
 * into it but Countersign.
 *
 * It borrows what has landed from the repository (objects/info/alternates), so it is small, and the
 * repository has to keep what it has: gc.pruneExpire is `never` there from then on.  It belongs to
 * the repository's owner, and whoever may read the store's folder may read it.  It is made in a
 * folder of another name, which gets its own at the end: if we die half-way, `.new-*` is left.
 */
#ifndef COMMON_FACTS_HOLD_STORE_H
#define COMMON_FACTS_HOLD_STORE_H

#include <stdbool.h>

#include "common/base/env.h"
#include "common/base/install_paths.h"
#include "common/policy/policy.h"

struct hold_store {
	bool apart;                   /* they are kept in a store */
	char path[INSTALL_PATH_MAX];  /* of the repository that they are in */
	char fetch[INSTALL_PATH_MAX]; /* what reviewers fetch them from; `origin` without a store */
};

/* Finds out where holds of the repository with that id are, or would be.  0 or -1. */
int hold_store_find(struct hold_store *out, const struct policy *policy, const char *git_dir,
	const char *id, struct fault *f);

/*
 * Whether it may be used: it is no link, has the repository's owner, and does not lie where
 * GIT_PROJECT_ROOT says that git serves; where it is not there yet, whether its folder is.  0
 * or -1.
 */
int hold_store_check(const struct hold_store *store, const char *git_dir, const struct env *env,
	struct fault *f);

/* The same, and makes it if it is not there yet, which only its owner can.  0 or -1. */
int hold_store_make(const struct hold_store *store, const char *git_dir, const struct env *env,
	struct fault *f);

/* Its folder of objects.  0 or -1. */
int hold_store_objects(const struct hold_store *store, char out[INSTALL_PATH_MAX], struct fault *f);

#endif
