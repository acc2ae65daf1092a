/*
 * What must not be forgotten: countersign/state.db inside the git directory, the one module that
 * knows SQLite.  Opened with full durability and the repository's sharing permissions.
 *
 * One decision is one transaction: log rows, tickets, holds, attributions and events together,
 * durable before the hook exits 0.  If we die before state_commit() nothing of it is there; after
 * it, all.  Rows of the log are chained: each carries the hash of the one before.
 */
#ifndef COMMON_STATE_H
#define COMMON_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fault.h"
#include "common/oid.h"

struct state;

enum state_mode {
	STATE_READ,  /* what is there; a repository without state is empty, nothing is made */
	STATE_WRITE, /* makes and migrates it when needed */
};

/*
 * Opens the state of a repository; for state_close().  Waits up to ten seconds for a lock.  A
 * corrupt database, or one of a later version, is a fault that names the file.  0 or -1.
 */
int state_open(struct state **out, const char *git_dir, enum state_mode mode, struct fault *f);

void state_close(struct state *state);

/* Starts, makes durable, or forgets a transaction (BEGIN IMMEDIATE).  0 or -1. */
int state_begin(struct state *state, struct fault *f);
int state_commit(struct state *state, struct fault *f);
void state_rollback(struct state *state);

/* The repository's own id, 32 hex digits: made at random with the state; "" when there is none yet. */
int state_repository_id(struct state *state, char id[33], struct fault *f);

/* A row of the log.  Texts are UTF-8; NULL is stored as "". */
struct log_row {
	const char *time; /* RFC 3339, UTC, milliseconds */
	const char *kind; /* `decision`, `approval`, `landed`, `policy`, ... */
	const char *account, *ref, *old, *new, *decision, *policy;
	const char *verdict; /* the verdict object, or another JSON object for another kind */
};

/* Appends a row to the chain; gives its hash.  In a transaction.  0 or -1. */
int state_log_append(
	struct state *state, const struct log_row *row, char hash[65], struct fault *f);

/* A ticket: the record of an allow. */
struct ticket {
	const char *ref;
	struct oid old, new; /* the actual old; zero: absent, or deleted */
	const char *policy;  /* policy_files_digest() */
};

/* Records a ticket, replacing what the ref had; or takes away what it had.  In a transaction. */
int state_ticket_put(struct state *state, const struct ticket *ticket, struct fault *f);
int state_ticket_drop(struct state *state, const char *ref, struct fault *f);

/* Whether there is exactly this ticket, at most an hour old by the server's clock. */
int state_ticket_has(struct state *state, const struct ticket *ticket, bool *has, struct fault *f);

/* A hold that waits (or waited). */
struct hold_row {
	const char *id;     /* 16 hex digits */
	const char *digest; /* 64 */
	const char *
		set; /* 64: digest of the flagged transitions alone, without the count of landings */
	const char *ref, *account, *old, *new, *since,
		*status /* `open`, `landed`, `dropped`, `denied` */;
	const char *agents;  /* names, comma-separated */
	const char *verdict; /* the verdict object */
};

/* Records a hold as open, or brings the row of the same id up to date.  In a transaction. */
int state_hold_put(struct state *state, const struct hold_row *hold, struct fault *f);

/* Sets a hold's status.  In a transaction. */
int state_hold_set(struct state *state, const char *id, const char *status, struct fault *f);

/* Calls `each` for every hold, newest first; `status` NULL: all; `id` NULL: all.  0, -1, or what `each` returned. */
int state_holds(struct state *state, const char *id, const char *status,
	int (*each)(void *context, const struct hold_row *hold), void *context, struct fault *f);

/* How many holds are open for that account. */
int state_holds_open(struct state *state, const char *account, int64_t *count, struct fault *f);

/* How many times this set of transitions has landed on this ref, and that it has once more (in a transaction). */
int state_landed(
	struct state *state, const char *ref, const char *set, int64_t *count, struct fault *f);
int state_landed_add(struct state *state, const char *ref, const char *set, struct fault *f);

/* Who made a commit, remembered for good. */
struct remembered {
	const char *agent;
	bool by_account; /* the agent's account brought it: every time it is judged, it is that agent's */
	const char *account; /* that first brought it into the repository */
};

/* Remembers; what is there already stays.  In a transaction. */
int state_remember(struct state *state, const struct oid *commit, const struct remembered *what,
	struct fault *f);

/* Calls `each` for what is remembered of the commit.  0, -1, or what `each` returned. */
int state_remembered(struct state *state, const struct oid *commit,
	int (*each)(void *context, const struct remembered *what), void *context, struct fault *f);

/* Puts an event into the outbox, for each of the policy's webhooks that wants it.  In a transaction. */
struct event {
	const char *type; /* `held`, `denied`, ... */
	const char *body; /* what is POSTed, JSON */
	const char *
		webhook; /* a JSON object with all that the deliverer needs: url, format, secret_file, ... */
};
int state_event_add(struct state *state, const struct event *event, struct fault *f);

/* A value of the repository's own: keys such as `fingerprint-key`; *value is for free(), NULL when unset. */
int state_value(struct state *state, const char *name, char **value, struct fault *f);
int state_value_set(struct state *state, const char *name, const char *value, struct fault *f);

#endif
