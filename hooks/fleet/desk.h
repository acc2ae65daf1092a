/*
 * What the fleet knows, for people: what waits, what was decided, which agents were met, how the
 * hosts are.  Reads PostgreSQL alone.
 */
#ifndef HOOKS_FLEET_DESK_H
#define HOOKS_FLEET_DESK_H

#include "hooks/fleet/link.h"

/* What is asked; NULL: not said. */
struct desk_options {
	bool json, all;
	const char *agent, *ref, *decision, *host;
	char since[32], until[32];
};

/* Prints what waits on all hosts, oldest first.  The exit status, or -1. */
int desk_holds(struct link *link, const struct desk_options *options, struct fault *f);

/*
 * Prints for the review page what waits on other hosts, oldest first, at most 500: JSON, of the
 * verdicts only the rules and who may approve.  The exit status, or -1.
 */
int desk_waiting(struct link *link, const struct desk_options *options, struct fault *f);

/* Prints what was decided, the newest last.  The exit status, or -1. */
int desk_log(struct link *link, const struct desk_options *options, struct fault *f);

/* Prints which agents were met.  The exit status, or -1. */
int desk_agents(struct link *link, const struct desk_options *options, struct fault *f);

/*
 * Prints, for each repository of each host, what was decided how often, and whether its log was
 * always intact; 1 when one was not.  The exit status, or -1.
 */
int desk_evidence(struct link *link, const struct desk_options *options, struct fault *f);

/* Prints how each host is; 1 when one of them is not well.  The exit status, or -1. */
int desk_status(struct link *link, const struct desk_options *options, struct fault *f);

/* Waits up to 2 s until all orders are in force where hosts are connected; tells it.  0 or -1. */
int desk_await(struct link *link, struct fault *f);

#endif
