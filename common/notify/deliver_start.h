/*
 * Starting countersign-deliver, which outlives the push.  Needs no state, so that the small program
 * that ends most pushes can do it.
 */
#ifndef COMMON_NOTIFY_DELIVER_START_H
#define COMMON_NOTIFY_DELIVER_START_H

#include "common/base/fault.h"

#define DELIVER_SEND "--repo"
#define DELIVER_ATTEST "--attest" /* what has landed, whoever else is at it */

/*
 * Starts one for the repository (absolute git directory), detached: a session of its own,
 * /dev/null, no descriptor, no variable of ours.  Does not wait for it.  0, or -1 when none could
 * be started, which is no reason to refuse anything.
 */
int deliver_start(const char *git_dir, const char *what_for, struct fault *f);

/* The absolute path of the program: of the installation that runs, or as built; for free(). */
char *deliver_program(void);

#endif
