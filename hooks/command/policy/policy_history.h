/* Which steps of history two policies would have ended differently: two replays, step by step. */
#ifndef HOOKS_COMMAND_POLICY_HISTORY_H
#define HOOKS_COMMAND_POLICY_HISTORY_H

#include <jansson.h>

#include "common/base/env.h"
#include "hooks/admin/policy_in_force.h"

/* The steps as a list of `commit`, `date`, `old` and `new`, for json_decref().  0 or -1. */
int policy_history(
	const struct env *env, const struct policy_args *words, json_t **out, struct fault *f);

#endif
