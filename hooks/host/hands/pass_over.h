/*
 * Passes over what has not changed since it was found whole, before a process is started for each:
 * on a quiet host that is all of it.
 *
 * A process with the rights of whom they belong to looks at many of its repositories in turn
 * (glance.h).  What it does not answer for in time, or not as was known, is left to a process of
 * its own.
 */
#ifndef HOOKS_HOST_HANDS_PASS_OVER_H
#define HOOKS_HOST_HANDS_PASS_OVER_H

#include "hooks/host/hands/jobs.h"

/* Sets `same`, `dates` and `end` of those that have the dates that are known of them. */
void pass_over(const struct terms *terms, struct job *list, size_t count);

#endif
