/*
 * Commits that no push has brought: `git fetch` into a repository, `git bundle`, a mirror that
 * pulls and whoever has a shell move refs without any hook.  A person's clean push mostly leaves
 * no row, so what can be told is this: a commit that is an agent's by what it says, on a governed
 * ref, which was not there when the repository was guarded, and which no push is remembered to
 * have brought.
 */
#ifndef HOOKS_HOST_UNSEEN_H
#define HOOKS_HOST_UNSEEN_H

#include "common/git/repo.h"
#include "common/policy/policy.h"
#include "common/state/state.h"

/* What was there when the repository was guarded: an id a line, in the git directory. */
#define UNSEEN_BASELINE "countersign/refs-at-install"
#define UNSEEN_COMMITS 2000 /* that are looked at, newest first */

struct unseen {
	struct repo *repo;
	const struct policy *policy;
	struct state *state;
	/* what is found: how many, and of the newest its id and agents */
	size_t count;
	char commit[OID_HEX_MAX + 1], agents[256];
};

/* Looks for them; without the list of what was there nothing is.  0 or -1. */
int unseen_find(struct unseen *unseen, struct fault *f);

#endif
