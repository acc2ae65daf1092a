/*
 * The uses of approvals, for hooks that ask (common/fleet/fleet_use.h): a process of its own with a
 * connection of its own, so that no row that is on its way keeps a push waiting.
 *
 * Who asks must be able to write in the repository, which must be a guarded one of this host.  What
 * cannot be asked of the engine in time is answered `down`, and never kept as if it had been asked.
 */
#ifndef HOOKS_FLEET_USES_H
#define HOOKS_FLEET_USES_H

#include <sys/types.h>

#include "hooks/fleet/settings.h"

#define SPEND_AGENT 512 /* bytes of an agent's name in hex */

struct uses {
	pid_t child;    /* 0: none runs */
	double started; /* when it was last */
};

/* Sees to it that the process runs. */
void uses_keep(struct uses *uses, const struct fleet_settings *settings);

/* Ends it. */
void uses_end(struct uses *uses);

/* A use that is asked for; all texts are of the question's line. */
struct use {
	const char *repository, *digest, *number, *change, *git_dir;
};

/* Takes the question apart, which it changes.  Whether it is one. */
bool use_parse(struct use *out, char *line);

/* What an agent spends of its budgets, likewise; limits "-": it was approved that it is over. */
struct spend {
	const char *repository, *agent, *claimed, *pushes, *commits, *limits, *git_dir;
};

/* Takes that question apart, which it changes.  Whether it is one. */
bool spend_parse(struct spend *out, char *line);

#endif
