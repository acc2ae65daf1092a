/*
 * gitolite owns hooks/update and runs programs of its configuration there, as VREFs: Countersign's update side is one
 * of them.  Whether it is run for a push is for gitolite to say, since rules name repositories and users.
 */
#ifndef HOOKS_GITOLITE_H
#define HOOKS_GITOLITE_H

#include <stdbool.h>

#include "hooks/session.h"

/* Whether the text of an update hook is gitolite's. */
bool gitolite_is_update(const char *text);

/*
 * Whether gitolite will run Countersign for each ref of this push: its rules name VREF/countersign for this user in this
 * repository (`- VREF/countersign = @all`).  In doubt, and where checks are bypassed: no.
 */
bool gitolite_runs_update(const struct session *session);

#endif
