/*
 * Orders that are in force, written down: a row in the log of every guarded repository, and an
 * event for whom its policy names.  That takes its time, and is done beside the service.
 */
#ifndef HOOKS_FLEET_ORDER_RECORD_H
#define HOOKS_FLEET_ORDER_RECORD_H

#include "hooks/fleet/orders.h"

/*
 * Starts writing down those that are fresh, unless others are being written down yet; with `wait`
 * all have been when it returns.
 */
void order_record(struct orders *orders, bool wait);

#endif
