/*
 * What `countersign status` looks at: whether the hooks are in the way, git's settings, the policy,
 * state and outbox.
 *
 *	status_open(&status, path, env, f)
 *	status_look(&status)		fills `problems`, `notes` and `chained`; what cannot be
 *					found out is a problem
 *	status_canary(&status)		if asked for: a real push
 *	status_release(&status)
 */
#ifndef HOOKS_HOST_STATUS_H
#define HOOKS_HOST_STATUS_H

#include <jansson.h>

#include "common/base/env.h"
#include "common/facts/stops.h"
#include "common/git/config.h"
#include "hooks/admin/policy_in_force.h"

struct status {
	const struct env *env;
	struct policy_in_force in_force;
	struct config settings;
	struct stops stops;
	const char *sshd_config; /* of the sshd that serves it; need not exist */
	const char *http, *ca;   /* its address by HTTP, and who vouches for that; or NULL */
	json_t *problems;        /* objects with what, problem, advice */
	json_t *notes;           /* the same, of what is worth knowing and no problem */
	json_t *chained;         /* objects with hook, when, path, runs */
	int64_t made;            /* of so many paths it is remembered what an agent made of them */
	bool stranger;           /* it is somebody else's: what we may not look at, pushes may */
	size_t unseen;           /* of the problems: what this user may not look at */
	bool canary;             /* was tried, and refused as it must be */
};

/* Finds repository and installation.  For status_release() either way.  0 or -1. */
int status_open(struct status *status, const char *path, const struct env *env, struct fault *f);

/* How it stands, as monitors have it. */
enum status_level {
	STATUS_OK,
	STATUS_WARNING, /* guarded, but somebody is not told, or something waits */
	STATUS_CRITICAL,
	STATUS_UNKNOWN, /* it cannot be seen */
};

/* The worst of what was found. */
enum status_level status_level(const struct status *status);

/* Whether there is a problem of that: then it was perhaps not seen as it is. */
bool status_tells_of(const struct status *status, const char *what);

/* Adds a problem; what a stranger may not see (`unseen`) is not said to be wrong. */
void status_problem(
	struct status *status, const char *what, const char *problem, const char *advice);

/* Whether a stranger may not read the file: then that is a problem, and no other. */
bool status_unseen(struct status *status, const char *what, const char *path);

/*
 * Looks for holds that no row tells of, commits that no push brought, and webhooks' keys and notes
 * that cannot be used.
 */
void status_look_beside(struct status *status, struct state *state);

/* Tells of attribution notes that cannot be read, since when, and what to do. */
void status_look_at_notes(struct status *status);

struct hook_check;

/*
 * Tells what git's settings are only for pushes that name a linked worktree, after `repository` was
 * checked.  0 or -1.
 */
int status_look_at_worktrees(
	struct status *status, const struct hook_check *repository, struct fault *f);

#define STATUS_CLOCK "clock" /* what is looked at */
#define STATUS_GLASS "glass"
#define STATUS_CHANGES "changes"

/* Tells of a clock that was further ahead when something was logged, and what that does. */
void status_look_at_clock(struct status *status, struct state *state);

#define STATUS_AGE "log" /* what is looked at */

/* Tells of an older copy in the place of the state. */
void status_look_at_age(struct status *status, struct state *state);

/*
 * Tells of what has to be written to record a push and whoever runs this may not write: state.db
 * and its journal in that folder, and the folder itself where one of them is still to be made.
 */
void status_look_at_files(struct status *status, const char *folder);

#define STATUS_PLACES "owner" /* what is looked at */

/*
 * Tells of what git keeps in the repository and its owner may not write, as a command of root's
 * leaves it.
 */
void status_look_at_places(struct status *status);

/* Notes governed refs that moved without a push, and names of theirs that are others'. */
void status_look_at_refs(struct status *status, struct state *state);

/* Tells of what is owed since glass was broken, and of a server that has no nonce for it. */
void status_look_at_glass(struct status *status, struct state *state);

/* Looks at everything that can be looked at without a push. */
void status_look(struct status *status);

/* Tries the push that must be refused. */
void status_canary(struct status *status);

/* Frees what it holds; harmless on a zeroed one. */
void status_release(struct status *status);

#endif
