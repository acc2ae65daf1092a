/*
 * Stopping and resuming, written down: in a repository's state in one transaction, or on the host's
 * list and then in the log of every guarded repository.  Works without a policy, which only tells
 * whom to notify.
 */
#ifndef HOOKS_ADMIN_STOP_H
#define HOOKS_ADMIN_STOP_H

#include <stdbool.h>

#include "common/base/env.h"
#include "common/base/typo.h"
#include "common/facts/stops.h"
#include "hooks/admin/table.h"

struct stopping {
	const struct env *env;
	struct stopped who; /* reason NULL: it is resumed */
};

/* What came of it. */
struct stop_outcome {
	bool was;     /* it was stopped before */
	bool unknown; /* neither the catalogue nor the policy has an agent of that name */
	/*
	 * whether there is one could not be told: no policy can be read, and the catalogue has none
	 */
	bool unchecked;
	char meant[TYPO_MAX + 1]; /* then: the name that was probably meant, or "" */
	int64_t holds;            /* open holds that are frozen */
	struct fault silent; /* why nobody is told; class FAULT_NONE: the policy's webhooks are */
};

/*
 * Writes it into the repository at the path, with a row of the log and an event.  What is on the
 * host's list (who.everywhere) gets row and event alone.  Nothing is written for a resume of who
 * was not stopped, nor for the stop, here alone, of an agent whom nobody knows.  0 or -1.
 */
int stop_record(const struct stopping *stopping, const char *path, struct stop_outcome *out,
	struct fault *f);

/*
 * Prints who is stopped: a table on a terminal, else a line each.  0, or -1: no memory, or standard
 * output is gone.
 */
int stop_list_print(const struct stops *stops, const struct terminal *terminal);

#endif
