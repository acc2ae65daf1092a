/*
 * Landing: when the policy says so (`land`), the last approval moves the ref by itself, by a local
 * push through all hooks, compare-and-swap.  A ref that has moved meanwhile is said and left alone.
 */
#ifndef HOOKS_GATE_AUTO_LAND_H
#define HOOKS_GATE_AUTO_LAND_H

#include "hooks/gate/report.h"
#include "hooks/gate/session.h"

/* Lands what the approvals among the session's push have made complete (post-receive).  0 or -1. */
int auto_land_approved(struct session *session, struct report *report, struct fault *f);

#endif
