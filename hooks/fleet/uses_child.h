/* Between the files of uses: what the process does. */
#ifndef HOOKS_FLEET_USES_CHILD_H
#define HOOKS_FLEET_USES_CHILD_H

#include "hooks/fleet/settings.h"

/* Answers hooks until its parent has gone; the exit status. */
int uses_serve(const struct fleet_settings *settings);

#endif
