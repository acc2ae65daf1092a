/*
 * The delegated policy file, `.countersign.json` in the tree of the branch that HEAD names: what is
 * in force of it.
 *
 * Whoever pushes controls every byte.  The file that a push proposes is judged as policy and
 * refused where it is wrong (hooks/judge/delegated.c); one that is in force all the same, pushed
 * before or while everything was observed, is nobody's fault any more: its good parts count,
 * `status` tells, and the next push can mend it.
 */
#ifndef COMMON_FACTS_DELEGATED_H
#define COMMON_FACTS_DELEGATED_H

#include "common/git/repo.h"
#include "common/policy/policy.h"

/* The file, not read yet. */
struct repo_file delegated_file(void);

/* The file as a policy source; file->object is for object_release() when file->found. */
void delegated_use(const struct repo_file *file, struct policy_sources *sources);

/* Reads the file that the branch has now, which need not be there.  0 or -1. */
int delegated_read(struct repo *repo, const char *branch, struct repo_file *file, struct fault *f);

#endif
