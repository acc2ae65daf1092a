/*
 * Landings: what pre-receive leaves of each update that it lets through of a governed branch or
 * tag, so that the deliverer can attest it when git has moved the ref.  Only where this host has a
 * key for its logs.
 *
 * A push leaves one small file in `countersign/landings/` inside the git directory, a JSON list.
 * It is not durable, and no push is refused for it: a landing without one is a gap, and is said.
 * Where no deliverer has seen to them for a day, no more are left.
 */
#ifndef COMMON_FACTS_LANDING_H
#define COMMON_FACTS_LANDING_H

#include <jansson.h>

#include "common/facts/facts.h"

#define LANDINGS "countersign/landings"
#define LANDING_SECONDS 3600 /* after which what has not landed never will */

/* Leaves what the verdicts let through. */
void landing_leave(const struct facts *facts, const struct verdict *verdicts, size_t count);

/* What was left, as long as it lies there; for landings_release(). */
struct landings {
	json_t *list; /* of landings, oldest first, each with `file` and, in seconds, `left` */
	int folder;   /* locked against other deliverers; -1: there is none */
};

/*
 * Waits until no other deliverer is at it, and reads what is there.  Of those that wait with
 * `after`, milliseconds in which the push that started them is over, one is enough: the others find
 * nothing.  0 or -1.
 */
int landings_read(struct landings *out, const char *git_dir, int after, struct fault *f);

/* Takes the file of that name away. */
void landings_drop(const struct landings *landings, const char *file);

/* Says that somebody comes for them, and has done with them what is to be done. */
void landings_done(const struct landings *landings);

/* Frees it, and lets others at it. */
void landings_release(struct landings *landings);

#endif
