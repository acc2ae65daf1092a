/* What `git config --list -z` says: a name, a newline and its value, or a name alone; then NUL. */
#ifndef HOOKS_HOST_HANDS_LISTED_H
#define HOOKS_HOST_HANDS_LISTED_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "hooks/host/hook_check.h"

/* The last value of a name (in small letters), "" for one without; NULL: it is not set. */
const char *listed_value(const struct buf *listed, const char *name);

/* Whether the name has what is wanted: as its value, or among its values. */
bool listed_has(const struct buf *listed, const struct wanted *wanted);

#endif
