/* Between the files of uses: what the process does that answers hooks. */
#ifndef HOOKS_FLEET_USES_CHILD_H
#define HOOKS_FLEET_USES_CHILD_H

#include "hooks/fleet/link.h"
#include "hooks/fleet/uses.h"

/* Its own connection. */
struct uses_engine {
	struct fleet_settings settings;
	struct link link;
};

/* Asks; a connection that was lost meanwhile is made anew once.  0 or -1. */
int uses_ask(struct uses_engine *engine, const struct link_question *question,
	struct pg_result **out, struct fault *f);

#define PORTIONS_MOST 256

/* What was borrowed of budgets, and is not spent: what is left of each row of the engine's. */
struct portions {
	struct portion {
		char key[SPEND_AGENT + 64]; /* repository, claimed or not, agent; "": free */
		char id[24];
		int64_t pushes, commits;
		double since;
	} rows[PORTIONS_MOST];
};

/*
 * Takes what is spent out of a portion, or borrows another of the engine's; *lent: there was
 * enough.  0, or -1: it could not be asked.
 */
int portions_take(struct portions *portions, struct uses_engine *engine, const struct spend *spend,
	bool *lent, struct fault *f);

/* Gives back what nobody has asked for in some seconds. */
void portions_return(struct portions *portions, struct uses_engine *engine);

/* Answers hooks; the exit status when it cannot. */
int uses_serve(const struct fleet_settings *settings);

#endif
