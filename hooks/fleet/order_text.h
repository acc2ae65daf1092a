/* Between the files of orders: the text of one, and its signature. */
#ifndef HOOKS_FLEET_ORDER_TEXT_H
#define HOOKS_FLEET_ORDER_TEXT_H

#include "hooks/fleet/orders.h"

/*
 * Reads an order of that fleet and verifies it against the keys of the settings; what it points to
 * lives in the arena.  0, or 1: it is none that counts (*why says why), or -1.
 */
int order_read(struct order *out, struct orders *orders, const char *text, const char *signature,
	const char **why, struct fault *f);

/* Writes the text of an order with that number; for free(), NULL: no memory. */
char *order_write(const char *fleet, const struct stopped *who, int64_t number);

/* Signs a text with the settings' key, by ssh-keygen(1); adds the signature to `out`.  0 or -1. */
int order_sign(
	const struct fleet_settings *settings, const char *text, struct buf *out, struct fault *f);

#endif
