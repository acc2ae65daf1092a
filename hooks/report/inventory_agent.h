/* Between the files of the inventory: agents as they are seen. */
#ifndef HOOKS_REPORT_INVENTORY_AGENT_H
#define HOOKS_REPORT_INVENTORY_AGENT_H

#include "hooks/gate/session.h"
#include "hooks/report/inventory.h"

#define SEEN_NAMES_MAX 1000 /* that are told */

/* Names, in the order they came, each once. */
struct seen_names {
	const char **names;
	size_t count;
	bool more; /* than are told */
};

struct sighting {
	const char *name;
	const struct agent *entry; /* of the policy, or NULL */
	unsigned by;               /* bits of enum identified_by */
	int64_t first, last;       /* seconds since 1970; 0: never */
	size_t commits, proven;    /* proven: by key, account or memory */
	size_t held, denied;
	struct seen_names refs, accounts;
};

struct sightings {
	const struct inventory_wish *wish;
	struct session session;
	struct arena arena;
	struct sighting *items;
	size_t count, commits, agent_commits;
};

/* The agent's, made when it is new; NULL: no memory. */
struct sighting *sighting_of(struct sightings *s, const char *name, size_t len);

/* Notes that it was seen then. */
void sighting_at(struct sighting *sighting, int64_t time);

/* Adds a name.  0, or -1: no memory. */
int seen_add(struct sightings *s, struct seen_names *list, const char *name);

/* Reads every commit.  0 or -1. */
int sightings_history(struct sightings *s, struct fault *f);

/* Reads every row of the log.  0 or -1. */
int sightings_log(struct sightings *s, struct fault *f);

/* What somebody should look at: a list of objects. */
json_t *sighting_attention(const struct sightings *s, const struct sighting *sighting);

#endif
