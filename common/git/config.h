/*
 * git's settings as a push would meet them: the machine's, those of the user that git runs as, the
 * repository's, and those of the environment, asked of git itself, since no other reader knows all
 * the places and includes.
 *
 *	config_read(&s, git_dir, env, f)	one run of git
 *	config_get(&s, "core.hookspath")	what counts, and where it was said
 *	config_release(&s)
 *
 * config_read() is for commands that people call, never for hooks: the environment that is looked
 * at is the caller's.  A hook asks by config_read_called() what git told it to run with.
 */
#ifndef COMMON_GIT_CONFIG_H
#define COMMON_GIT_CONFIG_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/env.h"
#include "common/base/fault.h"

struct config_value {
	const char *name; /* as git prints it: section and key in small letters */
	const char *value;
	const char *origin; /* `file:/etc/gitconfig`, `command line:` */
};

struct config {
	struct arena arena;
	struct config_value *list; /* in git's order: of one name the last one counts */
	size_t count;
};

/*
 * Reads them all as the owner of the git directory would have them.  For config_release() either
 * way.  0 or -1.
 */
int config_read(struct config *out, const char *git_dir, const struct env *env, struct fault *f);

/*
 * Reads them all as the git that called this hook has them: in its folder and environment.
 * Likewise.
 */
int config_read_called(struct config *out, const struct env *env, struct fault *f);

/* The setting that counts under that name; NULL: it is not set. */
const struct config_value *config_get(const struct config *settings, const char *name);

/*
 * The setting by which git may hand the ref to a proc-receive hook, of which update is told
 * nothing; NULL: none does.
 */
const struct config_value *config_hands_over(const struct config *settings, const char *ref);

/*
 * Whether this git runs hooks by configuration (2.54 and up): asked by naming one so in that
 * repository.  0 or -1.
 */
int config_hooks_known(const char *git_dir, bool *known, struct fault *f);

/* Whether a value means yes, as git reads it. */
bool config_is_yes(const char *value);

/* Whether it means no; what is neither is something else. */
bool config_is_no(const char *value);

/* Frees what it holds; harmless on a zeroed one. */
void config_release(struct config *settings);

#endif
