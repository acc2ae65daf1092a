/*
 * The time that one push may take (the policy's `limits.seconds`), shared by all that work on it.
 *
 * Whoever does work that a pusher can make grow asks while it goes on, not only between two pieces
 * of it: within a commit, a tree, a blob, a walk.  Out of time it returns -1 with FAULT_LIMIT,
 * which the judge turns into a `limits` finding.  Once it is over it stays over.  NULL stands for a
 * deadline that never comes.
 *
 * It goes by a clock that only goes forward, not by processor time: on a busy machine fewer things
 * get done in it.
 */
#ifndef COMMON_BASE_DEADLINE_H
#define COMMON_BASE_DEADLINE_H

#include <stdbool.h>

#include "common/base/fault.h"

struct deadline {
	double at;      /* in seconds of deadline_clock(); 0: never */
	unsigned asked; /* by deadline_nears() */
	bool over;
};

/* Seconds of a clock that only goes forward. */
double deadline_clock(void);

/* Whether it is over; looks at the clock, which takes some 30 ns. */
bool deadline_is_over(struct deadline *deadline);

/* The same for small steps: looks at the clock at the first and every 64th. */
bool deadline_nears(struct deadline *deadline);

/* Records a fault of class FAULT_LIMIT: time ran out while `doing` it ("comparing trees").  -1. */
int deadline_fault(struct fault *f, const char *doing);

#endif
