/*
 * What other servers of a repository remember, from PostgreSQL: which account brought which commit,
 * what agents made, what they spent (common/state/shared.h).  A process that works as the
 * repository's owner writes it into the state, some rows at a time.
 */
#ifndef HOOKS_FLEET_MEMORY_H
#define HOOKS_FLEET_MEMORY_H

#include <sys/types.h>

#include "hooks/fleet/drain.h"

struct memory {
	bool look;         /* there may be something new */
	pid_t child;       /* that takes it; 0: none */
	size_t repository; /* into which, by its number in the drain */
	char last[33];     /* which row is the last of them */
};

/* There may be something new. */
void memory_look(struct memory *memory);

/*
 * Begins to take what is new, or goes on; *busy: it has not ended.  What one repository does not
 * take is told, on standard error.  0, or -1: the connection is gone.
 */
int memory_step(
	struct memory *memory, struct link *link, struct drain *drain, bool *busy, struct fault *f);

/* Waits for what has begun. */
void memory_end(struct memory *memory);

#endif
