/*
 * countersign key: the keys by which a host signs for its logs, or a witness cosigns.
 */
#ifndef HOOKS_WITNESS_CMD_KEY_H
#define HOOKS_WITNESS_CMD_KEY_H

#include "common/base/env.h"

/* Makes, replaces or shows a key. */
int cmd_key(const struct env *env, int argc, char **argv);
extern const char cmd_key_usage[];

#endif
