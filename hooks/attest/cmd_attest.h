/*
 * countersign attest: what landed, verified without the server.
 */
#ifndef HOOKS_ATTEST_CMD_ATTEST_H
#define HOOKS_ATTEST_CMD_ATTEST_H

#include "common/base/env.h"

/* Verifies attestations. */
int cmd_attest(const struct env *env, int argc, char **argv);
extern const char cmd_attest_usage[];

#endif
