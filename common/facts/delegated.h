/*
 * The delegated policy file, `.countersign.json` in the tree of the branch that HEAD names: what is
 * in force of it.
 *
 * Whoever pushes controls every byte.  The file that a push proposes is judged as policy and
 * refused where it is wrong (hooks/judge/delegated.c); one that is in force all the same, pushed
 * before or while everything was observed, is nobody's fault any more: its good parts count,
 * `status` tells, and the next push can mend it.  A push that changes nothing but the file is
 * judged by the layers above alone, and waits for the delegates: however much a file denies,
 * it locks nobody out of mending it.
 */
#ifndef COMMON_FACTS_DELEGATED_H
#define COMMON_FACTS_DELEGATED_H

#include "common/git/push.h"
#include "common/git/repo.h"
#include "common/policy/policy.h"

/* The file, not read yet. */
struct repo_file delegated_file(void);

/* The file as a policy source; file->object is for object_release() when file->found. */
void delegated_use(const struct repo_file *file, struct policy_sources *sources);

/* Reads the file that the branch has now, which need not be there.  0 or -1. */
int delegated_read(struct repo *repo, const char *branch, struct repo_file *file, struct fault *f);

/*
 * Whether all that the branch gains, in each of the commits, is another such file, or that it is
 * gone.  What cannot be read, has a link or a folder there, or is a long history, is no such push.
 */
bool delegated_alone(struct repo *repo, const struct ref_update *update);

/*
 * The name of a rule of the file's own by which nobody could ever change the file on that branch;
 * NULL: there is none.
 */
const char *delegated_lock(const struct policy *policy, const char *head);

#endif
