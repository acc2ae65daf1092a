/*
 * The service: hears of orders, takes rows up, and renews the lease as long as the engine answers.
 * When the engine is away nothing is lost and no push waits; it tries again, and goes on.
 */
#ifndef HOOKS_FLEET_SERVE_H
#define HOOKS_FLEET_SERVE_H

#include "hooks/fleet/settings.h"

/*
 * Serves until it is told to end (SIGTERM, SIGINT); with `once` until all that there is has been
 * taken up and put in force.  0 or -1.
 */
int serve(const struct fleet_settings *settings, bool once, struct fault *f);

#endif
