/*
 * Telling people: what the engine calls to put an event into the outbox and to have it delivered.
 *
 *	outbox_add(...)			in the transaction of the decision
 *	state_commit(...)
 *	outbox_start(git_dir)		a deliverer goes its own way; the push returns at once
 *
 * Nothing here waits for a receiver.  If the deliverer is killed or never starts, the events stay
 * and the next push, the timer or cron sends them.
 */
#ifndef COMMON_NOTIFY_OUTBOX_H
#define COMMON_NOTIFY_OUTBOX_H

#include <jansson.h>

#include "common/base/fault.h"
#include "common/policy/policy.h"
#include "common/state/state.h"

#define OUTBOX_BODY_MAX ((size_t)256 << 10) /* a longer one loses its last findings, and says so */

/* What commits say of themselves: UTF-8. */
struct outbox_change {
	const char *subject, *author; /* of the last one */
	size_t commits;               /* of agents */
	size_t files, added, deleted; /* flagged, and their lines; files 0: not counted */
};

/* What happened.  May hold the pusher's bytes, as UTF-8. */
struct outbox_event {
	const char *type; /* `held`, `denied`, `approved`, ... */
	const char *ref;  /* "" when it is about none */
	const char *head; /* what HEAD names, for patterns that say HEAD; NULL: not known */
	names rules;      /* that found something; empty: none */
	names owners;     /* people who own the agents; for mail to `owner` */
	names asked;      /* people of whom something is wanted: they are mentioned; or NULL */
	/* those alone get mail, one each; who hears of `held` hears of this */
	bool reminds;
	const char *time;  /* RFC 3339 */
	const char *since; /* it has waited since then, or NULL */
	const char *repository;
	const char *log;     /* hash of the log row */
	const char *verdict; /* the verdict object, or another JSON object for another type */
	const char *link;    /* where it is reviewed, or NULL */
	const struct outbox_change *change; /* what it is about, or NULL */
	int64_t awaits; /* the row of the log that has to land before it is sent; 0: none */
};

/* Adds the event for each of the policy's webhooks that wants it.  In a transaction.  0 or -1. */
int outbox_add(struct state *state, const struct policy *policy, const struct outbox_event *event,
	struct fault *f);

/* Whether the webhook wants to hear of the event: by its type, ref and rules. */
bool outbox_wants(const struct webhook *webhook, const struct outbox_event *event);

/*
 * The addresses that a mail to these goes to, for json_decref(): addresses as they are, people and
 * (for `owner`) owners by their first address, and of a group everybody, each once.  NULL: out of
 * memory.
 */
json_t *outbox_addresses(const struct policy *policy, names to, names owners);

/*
 * Starts a deliverer for the repository (deliver_start.h), but none while one is there that has not
 * looked yet.  0 or -1.
 */
int outbox_start(const char *git_dir, struct fault *f);

#endif
