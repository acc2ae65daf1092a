/*
 * countersign witness: a witness for other hosts' logs.
 */
#ifndef HOOKS_WITNESS_CMD_WITNESS_H
#define HOOKS_WITNESS_CMD_WITNESS_H

#include "common/base/env.h"

/* Serves a witness, by the program that knows how (main_witness.c). */
int cmd_witness(const struct env *env, int argc, char **argv);
extern const char cmd_witness_usage[];

#endif
