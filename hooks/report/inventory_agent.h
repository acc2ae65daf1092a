/* Between the files of the inventory: agents as they are seen. */
#ifndef HOOKS_REPORT_INVENTORY_AGENT_H
#define HOOKS_REPORT_INVENTORY_AGENT_H

#include "hooks/gate/session.h"
#include "hooks/report/inventory.h"

#define INVENTORY_NAMES_MAX 1000 /* that are told */

/* Names, in the order they came, each once. */
struct inventory_names {
	const char **names;
	size_t count;
	bool more; /* than are told */
};

struct inventory_agent {
	const char *name;
	const struct agent *entry; /* of the policy, or NULL */
	unsigned by;               /* bits of enum identified_by */
	int64_t first, last;       /* seconds since 1970; 0: never */
	size_t commits, proven;    /* proven: by key, account or memory */
	size_t held, denied;
	struct inventory_names refs, accounts;
};

struct inventory_agents {
	const struct inventory_wish *wish;
	struct session session;
	struct arena arena;
	struct inventory_agent *items;
	size_t count, commits, agent_commits;
};

/* The agent's, made when it is new; NULL: no memory. */
struct inventory_agent *inventory_agent_of(
	struct inventory_agents *s, const char *name, size_t len);

/* Notes that it was seen then. */
void inventory_agent_at(struct inventory_agent *seen_agent, int64_t time);

/* Adds a name.  0, or -1: no memory. */
int inventory_names_add(struct inventory_agents *s, struct inventory_names *list, const char *name);

/* Reads every commit.  0 or -1. */
int inventory_history(struct inventory_agents *s, struct fault *f);

/* Reads every row of the log.  0 or -1. */
int inventory_log(struct inventory_agents *s, struct fault *f);

/* What somebody should look at: a list of objects. */
json_t *inventory_attention(
	const struct inventory_agents *s, const struct inventory_agent *seen_agent);

#endif
