/* Telling people that the log was tampered with. */
#ifndef HOOKS_WITNESS_LOG_ALARM_H
#define HOOKS_WITNESS_LOG_ALARM_H

#include "common/base/env.h"
#include "common/state/state.h"

/*
 * Puts the event `tampered` into the outbox of whom the policy tells such things, once for each way
 * and place in which the log is broken, and starts a deliverer.  As the repository's owner, for
 * good, where we are root.  0, or -1: nobody is told.
 */
int log_alarm_tell(
	const struct env *env, const char *git_dir, const struct log_check *check, struct fault *f);

#endif
