/*
 * The inventory: every agent that a repository has met, from one pass over its history and its log,
 * held against the policy.
 *
 *	inventory_read()	of one repository: an object
 *	inventory_join()	any number of these: the report
 *
 * History is every commit that a branch, tag or other ref leads to; it is told of a commit which
 * ref it was found at first, beginning with HEAD.  Trees are not read.
 */
#ifndef HOOKS_REPORT_INVENTORY_H
#define HOOKS_REPORT_INVENTORY_H

#include <jansson.h>
#include <stdio.h>

#include "common/base/env.h"
#include "common/base/fault.h"

struct inventory_wish {
	const struct env *env;
	char since
		[32]; /* only what is of that time or later, as rows of the log give it; "": all */
	int64_t from; /* the same in seconds since 1970 */
	FILE *progress; /* a terminal, or NULL */
};

/* What is known of the repository's agents; NULL on a fault. */
json_t *inventory_read(const struct inventory_wish *wish, const char *path, struct fault *f);

/* An empty report; NULL: no memory. */
json_t *inventory_begin(const struct inventory_wish *wish);

/* Adds a repository to it, whose object is let go of; 0, or -1: no memory. */
int inventory_join(json_t *report, json_t *repository);

/* Prints the report for people. */
void inventory_print(const json_t *report);

/* Prints its last line: how many agents, commits and repositories. */
void inventory_print_sum(const json_t *report);

#endif
