/*
 * What must not be forgotten: countersign/state.db inside the git directory, the one module that
 * knows SQLite.  Opened with full durability and the repository's sharing permissions.
 *
 * One decision is one transaction: log rows, holds, attributions and events together,
 * durable before the hook exits 0.  If we die before state_commit() nothing of it is there; after
 * it, all.  Rows of the log are chained: each carries the hash of the one before.
 */
#ifndef COMMON_STATE_STATE_H
#define COMMON_STATE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/fault.h"
#include "common/base/oid.h"
#include "common/state/log.h"

struct state;

enum state_mode {
	/*
	 * what is there, also of an earlier version; without state it is empty, and nothing is made
	 */
	STATE_READ,
	STATE_WRITE, /* the same, until state_begin() makes or migrates it */
	STATE_ANEW,  /* as STATE_WRITE, also where a state was that is lost */
};

/*
 * Opens the state of a repository; for state_close().  Waits up to ten seconds for a lock.  A
 * corrupt database, or one of a later version, is a fault that names the file.  What a writer left
 * who died half-way is undone first; by a reader who may not write, in a copy of its own.  0 or -1.
 */
int state_open(struct state **out, const char *git_dir, enum state_mode mode, struct fault *f);

/* Closes it, forgetting a transaction that is under way; NULL is fine. */
void state_close(struct state *state);

/*
 * Starts a transaction (BEGIN IMMEDIATE).  The first one of a repository makes its state and its
 * id, which are there when it is committed.  0 or -1.
 */
int state_begin(struct state *state, struct fault *f);

/* Makes it durable.  0, or -1: nothing of it was written. */
int state_commit(struct state *state, struct fault *f);

/* Forgets it. */
void state_rollback(struct state *state);

/*
 * The repository's own id, 32 hex digits: made at random with the state; "" when there is none
 * yet.  0 or -1.
 */
int state_repository_id(struct state *state, char id[33], struct fault *f);

/*
 * What was allowed on a ref by approvals, has perhaps landed and is not settled yet: pushes of the
 * same ref run beside each other, and each has one.  When it has landed they have been used up.
 */
struct pending {
	struct oid new;
	char set[65];  /* its flagged transitions (verdict->set) */
	char hold[17]; /* that the approvals have satisfied */
};

/* Remembers that it was allowed on the ref.  In a transaction.  0 or -1. */
int state_pending_put(
	struct state *state, const char *ref, const struct pending *pending, struct fault *f);

/*
 * Calls `each` for all that is pending on the ref, ordered by set.  0, -1, or what `each` returned
 * when that is not 0.
 */
int state_pending(struct state *state, const char *ref,
	int (*each)(void *context, const struct pending *pending), void *context, struct fault *f);

/*
 * Takes away what is pending on the ref for that set: it has landed, and so the others cannot.  In
 * a transaction.  0 or -1.
 */
int state_pending_drop(struct state *state, const char *ref, const char *set, struct fault *f);

/*
 * Forgets what was allowed on the ref so long ago that no push can still be at it.  In a
 * transaction.  0 or -1.
 */
int state_pending_forget(struct state *state, const char *ref, struct fault *f);

/* A hold that waits (or waited). */
struct hold_row {
	const char *id;     /* 16 hex digits */
	const char *digest; /* 64 */
	/* 64: digest of the flagged transitions alone, without the count of landings */
	const char *set;
	const char *ref, *account, *old, *new, *since;
	/*
	 * `open`, `landed`, `dropped`, `denied`, `superseded`, `expired`; of what landed as glass
	 * was broken: `owed`, `paid`, `lapsed`
	 */
	const char *status;
	const char *agents;  /* names, comma-separated */
	const char *verdict; /* the verdict object */
	/* id of the hold of an earlier version, whose place it took; "": none */
	const char *replaces;
	bool cleared; /* it is over, and its ref was taken away */
	int64_t seq;  /* as read: later ones have greater numbers */
};

/*
 * Records a hold, or brings the row of the same id up to date: as long as its status stays, `since`
 * and the account stay those that it began with.  In a transaction.  0 or -1.
 */
int state_hold_put(struct state *state, const struct hold_row *hold, struct fault *f);

/* Sets a hold's status.  In a transaction. */
int state_hold_set(struct state *state, const char *id, const char *status, struct fault *f);

/* Whether a hold of that status waits for people: it is `open`, or a debt (`owed`). */
bool state_hold_waits(const char *status);

/* Is told of a hold; not 0 ends the list. */
typedef int hold_each(void *context, const struct hold_row *hold);

/*
 * Calls `each` for every hold, newest first; `status` NULL: all; `id` NULL: all.  0, -1, or what
 * `each` returned.
 */
int state_holds(struct state *state, const char *id, const char *status, hold_each *each,
	void *context, struct fault *f);

/* The same for every hold that waits (state_hold_waits()), debts last. */
int state_holds_waiting(struct state *state, hold_each *each, void *context, struct fault *f);

/* How many holds are open for that account, or were replaced and have their refs yet. */
int state_holds_open(struct state *state, const char *account, int64_t *count, struct fault *f);

/*
 * Calls `each` for the other holds that are open for the same ref and account, newest first.
 * 0, -1, or what `each` returned.
 */
int state_holds_beside(struct state *state, const struct hold_row *of, hold_each *each,
	void *context, struct fault *f);

/*
 * Calls `each` for holds that are over and whose refs are there yet, in the order of their numbers
 * from behind `after` on.  0, -1, or what `each` returned.
 */
int state_holds_over(
	struct state *state, int64_t after, hold_each *each, void *context, struct fault *f);

/* The refs of a hold that is over have gone.  In a transaction.  0 or -1. */
int state_hold_cleared(struct state *state, const char *id, struct fault *f);

/* How many times this set of transitions has landed on this ref.  0 or -1. */
int state_landed(
	struct state *state, const char *ref, const char *set, int64_t *count, struct fault *f);

/* Records that it has landed once more.  In a transaction.  0 or -1. */
int state_landed_add(struct state *state, const char *ref, const char *set, struct fault *f);

/* Who made a commit, remembered for good. */
#define REMEMBERED_NOBODY "-" /* in place of an agent: a person's commit, or nobody knows whose */

struct remembered {
	const char *agent;
	/* the agent's account brought it: every time it is judged, it is that agent's */
	bool by_account;
	const char *account; /* that first brought it into the repository */
	bool elsewhere;      /* another server of a fleet says so: it makes stricter, and no more */
};

/* Remembers; what is there already stays.  In a transaction. */
int state_remember(struct state *state, const struct oid *commit, const struct remembered *what,
	struct fault *f);

/* Calls `each` for what is remembered of the commit.  0, -1, or what `each` returned. */
int state_remembered(struct state *state, const struct oid *commit,
	int (*each)(void *context, const struct remembered *what), void *context, struct fault *f);

/* An agent that a note names as who made the object, by the word of the account that pushed it. */
struct note_word {
	struct oid id;
	const char *agent, *account;
};

/* Remembers it.  In a transaction.  0 or -1. */
int state_note(struct state *state, const struct note_word *what, struct fault *f);

/*
 * Calls `each` for every agent that a note on the commit names which came from an account that is
 * remembered for bringing the commit, or is the one of `of` (NULL: none), which brings it now.
 * 0, -1, or what `each` returned.
 */
int state_noted(struct state *state, const struct note_word *of,
	int (*each)(void *context, const char *agent), void *context, struct fault *f);

/*
 * What an agent made of a path, by a digest of both (hooks/judge/made.c), so that it is known again
 * in a commit of another id.
 */
#define MADE_KEY 32 /* hex digits */

struct made {
	char key[MADE_KEY + 1];
	const char *agent;
	bool verified;  /* its key or account told that it was the agent's */
	bool protected; /* some rule protects the path: forgotten after all others */
	bool elsewhere; /* another server of a fleet says so: forgotten before all others */
};

/* Remembers; what is there already stays.  In a transaction.  0 or -1. */
int state_made_add(struct state *state, const struct made *what, struct fault *f);

/* Forgets what is too old, and the oldest of what is too much.  In a transaction.  0 or -1. */
int state_made_bound(struct state *state, struct fault *f);

/*
 * Calls `each` with agent and verified of all who made that, by name; of very many the first.  0,
 * -1, or what `each` returned.
 */
int state_made(struct state *state, const char *key,
	int (*each)(void *context, const struct made *what), void *context, struct fault *f);

/* How much is remembered of agents (not "", under whose name it was).  0 or -1. */
int state_made_count(struct state *state, int64_t *count, struct fault *f);

/* Whether anything is; costs nothing.  0 or -1. */
int state_made_any(struct state *state, bool *any, struct fault *f);

/* Whether there is no database to read: nothing was ever recorded. */
bool state_is_empty(const struct state *state);

/* Whether it is read from a private copy, since there was no way to read it where it is. */
bool state_is_copy(const struct state *state);

/* Who may push nothing until resumed: kinds of them, and one row. */
#define STOPPED_AGENT "agent"
#define STOPPED_ACCOUNT "account"
#define STOPPED_KEY "key"

struct stopped {
	const char *kind;
	const char *name; /* of the agent (`*`: any) or account; the key's fingerprint */
	const char *since, *by, *reason;
	bool everywhere; /* on the whole host; never of a row of the state */
	/* whose account or key it was when that agent was stopped; NULL: stopped itself */
	const char *agent;
};

/* Stops; who is stopped already gets the new reason.  In a transaction.  0 or -1. */
int state_stop(struct state *state, const struct stopped *who, struct fault *f);

/* Lets go on; *was says whether that one was stopped.  In a transaction.  0 or -1. */
int state_resume(
	struct state *state, const char *kind, const char *name, bool *was, struct fault *f);

/* Calls `each` for all who are stopped.  0, -1, or what `each` returned. */
int state_stopped(struct state *state, int (*each)(void *context, const struct stopped *who),
	void *context, struct fault *f);

/*
 * Ties the digest of the policy's files to who is stopped here, so that no pass from before a
 * stop fits after it; with nobody stopped it stays as it is.  Ask before state_stopped().  0 or -1.
 */
int state_stopped_tie(struct state *state, char digest[65], struct fault *f);

/* What one push took of an agent's budget. */
struct spent {
	const char *agent;
	bool claimed;        /* nothing but marks told that it was the agent's: counted apart */
	int64_t time;        /* milliseconds since 1970 */
	const char *account; /* that pushed */
	int64_t pushes, commits;
};

/* Records it, and forgets what the agent spent before `forget`.  In a transaction.  0 or -1. */
int state_spend(struct state *state, const struct spent *what, int64_t forget, struct fault *f);

/*
 * Calls `each` for what the agent (claimed or not, as in `of`) spent after of->time, oldest first.
 * 0, -1, or what `each` returned.
 */
int state_spent(struct state *state, const struct spent *of,
	int (*each)(void *context, const struct spent *what), void *context, struct fault *f);

/* One event for one webhook.  Most callers want outbox_add() (common/notify/outbox.h). */
struct event {
	const char *type;    /* `held`, `denied`, ... */
	const char *body;    /* what is POSTed, JSON */
	const char *webhook; /* a JSON object with all that the deliverer needs: url, format, ... */
	int64_t awaits;      /* the row of the log that has to land before it is sent; 0: none */
};

/*
 * Puts an event into the outbox, due at once, under a new random id.  In a transaction.  0 or -1.
 */
int state_event_add(struct state *state, const struct event *event, struct fault *f);

/* An event as it stands.  Times are milliseconds since 1970. */
struct event_row {
	int64_t seq;
	const char *id; /* `msg_` and 32 hex digits: the webhook-id, the same on every try */
	struct event event;
	int64_t created, due, changed;
	int64_t tries;
	const char *status; /* `queued`, `waiting` (for a landing), `delivered`, `dead` */
	const char *answer; /* to the last try: the status, or why there was none */
};

/*
 * Calls `each` for the events behind number `after`, oldest first.  0, -1, or what `each` returned.
 */
int state_events(struct state *state, int64_t after,
	int (*each)(void *context, const struct event_row *event), void *context, struct fault *f);

/* Where state_events_due() has got to; zero `after` and `after_seq` to begin with. */
struct state_due {
	int64_t now;  /* what is due then */
	int64_t most; /* rows at a time */
	int64_t after, after_seq;
};

/* Calls `each` for the next queued events that are due, longest due first.  As state_events(). */
int state_events_due(struct state *state, struct state_due *due,
	int (*each)(void *context, const struct event_row *event), void *context, struct fault *f);

/* Records status, tries, due, changed and answer of that seq.  In a transaction.  0 or -1. */
int state_event_set(struct state *state, const struct event_row *event, struct fault *f);

/*
 * Makes what is not delivered due now, with all its tries before it: the event with that id, those
 * whose ids begin with these eight or more characters, or (NULL) all.  In a transaction.  0 or -1.
 */
int state_events_retry(struct state *state, const char *id, int64_t *count, struct fault *f);

/* Events of before each time, which are forgotten so many at a time; gone: how many were. */
struct events_old {
	int64_t delivered, dead, most, gone;
};

/* Removes some.  In a transaction.  0 or -1. */
int state_events_forget(struct state *state, struct events_old *old, struct fault *f);

struct event_counts {
	int64_t queued, dead;
	int64_t oldest; /* when the oldest queued one was created; 0: none */
	int64_t due;    /* when the next one is due; 0: none */
};

/* How many events wait, and how many were given up.  0 or -1. */
int state_events_count(struct state *state, struct event_counts *counts, struct fault *f);

/*
 * Opens (and makes, shared like the database) the file that deliverers lock, for close().  A
 * descriptor or -1.
 */
int state_lock_file(const char *git_dir, struct fault *f);

/* Something that is counted: a name, what of it, and how much or how often. */
struct counted {
	const char *name, *label;
	int64_t value;
};

/* Adds to the counter.  In a transaction.  0 or -1. */
int state_count(struct state *state, const struct counted *what, struct fault *f);

/* Calls `each` for all counters, ordered by name and label.  0, -1, or what `each` returned. */
int state_counts(struct state *state, int (*each)(void *context, const struct counted *what),
	void *context, struct fault *f);

/* What there is now. */
struct state_figures {
	int64_t rows, bytes; /* of the log; of the file */
	int64_t holds;       /* open ones */
	int64_t debts;       /* what landed as glass was broken, and is not approved */
	char oldest[32];     /* since when the oldest of them is; "": none */
};

/* Counts it.  0 or -1. */
int state_figures(struct state *state, struct state_figures *out, struct fault *f);

/* The server's clock, milliseconds since 1970. */
int64_t state_now(void);

/*
 * A value of the repository's own: keys such as `fingerprint-key`; *value is for free(), NULL when
 * unset.
 */
int state_value(struct state *state, const char *name, char **value, struct fault *f);

/* Sets such a value.  In a transaction.  0 or -1. */
int state_value_set(struct state *state, const char *name, const char *value, struct fault *f);

/* Unsets it.  In a transaction.  0 or -1. */
int state_value_drop(struct state *state, const char *name, struct fault *f);

#endif
