/*
 * The push as git hands it to a hook, read strictly: every byte of every line, to the end of
 * input, with the refs' actual values instead of what the client claims they are.
 */
#ifndef COMMON_GIT_PUSH_H
#define COMMON_GIT_PUSH_H

#include <stdbool.h>
#include <stdio.h>

#include "common/base/arena.h"
#include "common/base/env.h"
#include "common/base/fault.h"
#include "common/base/oid.h"
#include "common/git/repo.h"

struct ref_update {
	const char *name;     /* as the client named it */
	const char *target;   /* the ref that really moves: another one when `name` is symbolic */
	struct oid claimed;   /* old, as the client claims */
	struct oid old;       /* old, as it is: zero when absent */
	struct oid new;       /* zero: deletion */
	const char *reserved; /* why nobody may push it, or NULL */
	/*
	 * why it cannot be judged as it stands (not the pusher's old value, missing object), or
	 * NULL
	 */
	const char *stale;
};

struct push {
	struct arena arena;
	struct ref_update *updates;
	size_t count;
	const char *account; /* who authenticated, as the host tells; never "" */
};

/*
 * Reads `old new ref` lines to the end of input (pre-receive, post-receive).  0 or -1: one bad line
 * refuses all.
 */
int push_read(struct push *push, FILE *in, struct fault *f);

/* Makes the push of one ref (update): its three arguments.  0 or -1. */
int push_of_arguments(
	struct push *push, const char *ref, const char *old, const char *new, struct fault *f);

/*
 * Fills in target, old, reserved and stale from the repository, and refuses duplicates.  0 or -1.
 */
int push_resolve(struct push *push, struct repo *repo, struct fault *f);

/*
 * Fills in the account from the environment as it was: the first of those variables that is set.
 * 0 or -1.
 */
int push_account(
	struct push *push, const struct env *env, const char *const *variables, struct fault *f);

/* Whether the ref is to become anything else than it is; a deletion always counts as such. */
bool ref_update_moves(const struct ref_update *update);

/* Whether the push options can all be looked at.  0 or -1. */
int push_options_check(const struct env *env, struct fault *f);

/* Whether the pusher gave this option. */
bool push_env_has_option(const struct env *env, const char *option);

/* What stands behind that beginning of an option, the first that has it; NULL: none has. */
const char *push_env_option(const struct env *env, const char *beginning);

/* The option of that number, from 0; NULL: there are no more. */
const char *push_env_option_at(const struct env *env, size_t index);

/* Frees what it holds; harmless on a zeroed one. */
void push_release(struct push *push);

#endif
