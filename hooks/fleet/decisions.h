/*
 * Decisions of people on their way down: signed tags that another host has, or that were handed in
 * at the desk.  Each that is about a hold which waits here is pushed into its repository, as the
 * owner and through the hooks, which verify it like any other; what they say is told to the fleet.
 * So the engine can withhold a decision, and cannot make one.
 *
 *	decisions_look()	there may be something new
 *	decisions_step()	again and again
 */
#ifndef HOOKS_FLEET_DECISIONS_H
#define HOOKS_FLEET_DECISIONS_H

#include <sys/types.h>

#include "hooks/fleet/drain.h"
#include "hooks/fleet/link.h"

#define DECISION_MAX ((size_t)65536) /* bytes of a tag */
#define DECISIONS_LATER 64

/* One that could not be judged, and is tried again. */
struct decision_later {
	int64_t id;
	double until;
};

struct decisions {
	bool look;  /* there may be some */
	int64_t id; /* of the one that is being pushed */
	pid_t child;
	int from; /* what the child says */
	struct decision_later later[DECISIONS_LATER];
	size_t next;
};

/* There may be something new: of the fleet's, or a hold that it has decided already. */
void decisions_look(struct decisions *decisions);

/*
 * Goes on with what there is, one at a time and beside the service; *busy: one is under way.
 * 0, or -1: the connection is gone.
 */
int decisions_step(struct decisions *decisions, struct link *link, const struct drain *drain,
	bool *busy, struct fault *f);

/* Hands in a decision that was signed elsewhere, and tells what the hosts make of it. */
struct decision_handed {
	const char *person;
	struct span object; /* the tag */
};

/* Puts it into the fleet, and prints what the hosts say.  0, 1: no host took it; or -1. */
int decisions_hand_in(struct link *link, const struct decision_handed *handed, struct fault *f);

/* Waits for the push that is under way. */
void decisions_end(struct decisions *decisions);

#endif
