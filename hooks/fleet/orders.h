/*
 * Stops and resumes of the whole fleet.  An order is a line of JSON, signed with one of the keys in
 * the settings; each host verifies it itself, so that the engine can lose or withhold one, never
 * forge one.  Orders are numbered: of those about the same agent, account or key the one with the
 * highest number counts, and of two with the same number the stop.  What counts is kept on the host
 * (`fleet.orders`), so an engine that forgets an order, or is another one, does not lift a stop.
 *
 *	orders_init()	once
 *	orders_begin()	at each new connection
 *	orders_fetch()	when there is news
 */
#ifndef HOOKS_FLEET_ORDERS_H
#define HOOKS_FLEET_ORDERS_H

#include "common/facts/stops.h"
#include "hooks/fleet/link.h"
#include "hooks/fleet/membership.h"

#define ORDERS_FILE "fleet.orders"
#define ORDERS_TEXT_MAX ((size_t)16384)
#define ORDERS_SEEN 4096

/* An order, verified. */
struct order {
	int64_t number;
	bool resume;
	struct stopped who; /* `by` with the fingerprint of the key that signed */
	const char *text, *signature;
	bool fresh; /* it is not written down in the repositories yet */
};

struct orders {
	const struct fleet_settings *settings;
	struct arena arena;
	struct order *items; /* those that count */
	size_t count;
	int64_t newest;            /* of the engine's numbers of rows that were seen */
	int64_t highest;           /* number of any order that was verified */
	int64_t seen[ORDERS_SEEN]; /* rows, each where its number falls */
	bool unsettled;            /* what counts has changed, and is not in force yet */
	char fleet[FLEET_ID_SIZE];
	bool loaded;
	pid_t recorder; /* writes orders into the logs of repositories; 0: none does */
};

/* Begins with none; for orders_release(). */
void orders_init(struct orders *orders, const struct fleet_settings *settings);

/* Reads what the host keeps, and all that the engine has, and puts it in force.  0 or -1. */
int orders_begin(struct orders *orders, struct link *link, const char *fleet, struct fault *f);

/* Reads what is new, and puts it in force.  0 or -1. */
int orders_fetch(struct orders *orders, struct link *link, struct fault *f);

/* Signs an order (reason NULL: a resume), and gives it to the fleet; *number is its.  0 or -1. */
int orders_give(struct orders *orders, struct link *link, const struct stopped *who,
	int64_t *number, struct fault *f);

/* The order that counts about that one; NULL: there is none. */
const struct order *orders_find(const struct orders *orders, const char *kind, const char *name);

/* Waits for who writes orders down, and frees what it holds. */
void orders_release(struct orders *orders);

#endif
