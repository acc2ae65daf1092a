/*
 * What guards a repository, as an object of names and values: digests of policy files, hooks and
 * lists, fingerprints of keys, who is stopped, git's settings that count, and the installed
 * programs by their size and date.
 *
 * A value that cannot be found out this time, since a file may not be read or a policy has errors,
 * is taken from the snapshot before: what was not seen has not changed.
 */
#ifndef HOOKS_WATCH_SNAPSHOT_H
#define HOOKS_WATCH_SNAPSHOT_H

#include "hooks/host/status.h"

/*
 * Takes one after status_look(); `before` is the last one, or NULL.  Members: `time`, `items`, and
 * `layers`, the text of each policy file.  For json_decref(); NULL on a fault.
 */
json_t *snapshot_take(const struct status *status, const json_t *before, struct fault *f);

#endif
