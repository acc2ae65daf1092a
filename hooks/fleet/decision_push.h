/* Between the files of decisions: one that is pushed into its repository, by a child. */
#ifndef HOOKS_FLEET_DECISION_PUSH_H
#define HOOKS_FLEET_DECISION_PUSH_H

#include <sys/types.h>

#include "common/base/fault.h"
#include "common/base/span.h"

#define DECISION_SAID_MAX ((size_t)8000)

/* What a child says first; the hooks' words follow. */
enum decision_word {
	DECISION_TAKEN = 't',
	DECISION_REFUSED = 'r',
	DECISION_FAULT = 'f', /* it could not be judged now */
};

struct decision_pushed {
	const char *git_dir, *hold, *person;
	struct span object;
};

/* Starts the push, of which *from tells once the child has ended.  The child, or -1. */
pid_t decision_push(const struct decision_pushed *decision, int *from, struct fault *f);

#endif
