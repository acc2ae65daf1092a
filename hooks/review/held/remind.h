/*
 * Reminding people of what waits for longer than `approval.remind`: first who answers for the
 * agent, a day later, and then each day, who may approve it and has not spoken yet.
 *
 * What was reminded of is kept in the state, in the transaction of the reminder's row and events:
 * two who come at once remind once.  What is rejected, approved or beyond approval waits for
 * whoever pushed it, and nobody is reminded of it.
 */
#ifndef HOOKS_REVIEW_HELD_REMIND_H
#define HOOKS_REVIEW_HELD_REMIND_H

#include <stddef.h>

#include "common/base/env.h"
#include "common/base/fault.h"

/* Reminds of what is due in the repository at that path; *count holds.  0 or -1. */
int remind(const char *path, const struct env *env, size_t *count, struct fault *f);

#endif
