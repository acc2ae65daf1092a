/*
 * Whether this host hears from its fleet: a host that joined one has settings (`fleet.json` in the
 * site's folder), and `countersign-fleet` leaves beside them when it last heard (`fleet.lease`),
 * by a clock that nobody sets and that begins when the machine does.
 *
 * Settings that were there and are missing are a fault: who joined has to leave.  A lease that is
 * missing, or of before the machine was started, is as old as can be.
 */
#ifndef COMMON_STATE_FLEET_LEASE_H
#define COMMON_STATE_FLEET_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/fault.h"

#define FLEET_SETTINGS "fleet.json"
#define FLEET_EXPECTED "fleet" /* the mark of a host that joined */
#define FLEET_LEASE "fleet.lease"

struct fleet_lease {
	bool joined;
	int64_t seconds; /* since it heard from the fleet; INT64_MAX: it never did */
};

/* Reads it, in the site's folder.  0 or -1. */
int fleet_lease_read(const char *etc, struct fleet_lease *out, struct fault *f);

/* Writes that the fleet was heard from now.  0 or -1. */
int fleet_lease_renew(const char *etc, struct fault *f);

#endif
