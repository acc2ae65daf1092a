/*
 * Governed refs that moved, came or went without a push: `git fetch`, `git update-ref`, `git
 * branch` and forges' own ways move refs without any hook.
 *
 * A clean push mostly writes nothing of ours, so what tells is git's own log of refs: install.sh
 * has it kept (core.logAllRefUpdates), and git writes there, with the ref itself, by what it moved.
 * A push is `push`.  MOVED_SEEN lists what all refs were when nothing was to be told: at
 * installation, and whenever tidying found it so, at most once a day.  After each landing it holds
 * that a governed ref is what that list says, or has come from there by pushes alone; one that is
 * gone has a row of the log, since a push that takes away a governed ref leaves one.
 *
 * Who can write in the repository can write there, too: this finds what was done without thinking
 * of us, not what was done to deceive us.
 */
#ifndef HOOKS_HOST_MOVED_H
#define HOOKS_HOST_MOVED_H

#include "common/git/repo.h"
#include "common/policy/policy.h"
#include "common/state/state.h"

#define MOVED_SEEN "countersign/refs-seen"

struct moved {
	struct repo *repo;
	const struct policy *policy;
	struct state *state;
	/* Is told what happened to a ref, in words; not 0 ends it. */
	int (*each)(void *context, const char *ref, const char *how);
	void *context;
};

/* Whether any rule is for the branch that HEAD names. */
bool moved_names_head(const struct policy *policy);

/*
 * Calls `each` for each such ref; without the list for none, nor on a
 * host that moves refs by itself and asks hooks first (GitLab).  0, -1, or what `each`
 * returned.
 */
int moved_find(struct moved *m, struct fault *f);

/*
 * Calls `each` for each governed name that is a symbolic ref to one that no rule is for: whoever
 * may push to that one moves it.  0, -1, or what `each` returned.
 */
int moved_aliases(struct moved *m, struct fault *f);

/*
 * What the list begins with; `ID LENGTH REF` follows, a line a ref, the length being that of
 * git's log of it.  HEAD names `head`, or NULL.
 */
int moved_begin(struct buf *out, const char *head);

/* Writes the list anew: from now on the refs count as they are.  0 or -1. */
int moved_accept(struct repo *repo, struct fault *f);

/* Whether the list is there, and older than a day. */
bool moved_is_old(struct repo *repo);

#endif
