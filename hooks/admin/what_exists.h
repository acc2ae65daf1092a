/* Which refs and files a repository has, for a policy to be held against. */
#ifndef HOOKS_ADMIN_WHAT_EXISTS_H
#define HOOKS_ADMIN_WHAT_EXISTS_H

#include "common/base/arena.h"
#include "common/git/repo.h"
#include "common/policy/exists.h"

struct what_exists {
	struct policy_exists exists;
	struct arena arena;
};

/* Lists them; for what_exists_release(), also after -1.  `head`: the branch whose tree it is. */
int what_exists_find(struct what_exists *out, struct repo *repo, const char *head, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void what_exists_release(struct what_exists *what);

#endif
