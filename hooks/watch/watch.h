/*
 * Comparing what guards a repository with what it was when `status` last looked.
 *
 * A difference is recorded in the log as one row of kind `changed`, and sent as the event
 * `changed`, in the transaction that also keeps the new snapshot: it is told once, and not lost.
 * Whoever may not write the state is told nothing here, and takes nothing from the next one who
 * may.
 */
#ifndef HOOKS_WATCH_WATCH_H
#define HOOKS_WATCH_WATCH_H

#include "hooks/host/status.h"

/*
 * Looks, after status_look(); the first time only remembers.  *changed is what was recorded, for
 * json_decref(): `since`, `changes` (each `what`, `was`, `is`) and, where policies differ, `policy`
 * (lines of words); NULL: nothing changed.  0 or -1.
 */
int watch_look(const struct status *status, json_t **changed, struct fault *f);

#endif
