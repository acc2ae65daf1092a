/*
 * Who is stopped: agents, accounts and keys of which nothing is let through, by the host's lists
 * (stopped.json, and its fleet's, beside the site's policy) and by the repository's own (in its
 * state).
 *
 * All are read at every push.  A list that is there and cannot be read, or is not understood to
 * the last key, is a fault, and so refuses.  Neither needs the policy.
 *
 * A stop is a person's order, and only a resume lifts it.  An agent that policies define is
 * recognised by what they say, so what that was when it was stopped is kept in the repository's
 * state, and counts where the policy has it no more.
 */
#ifndef COMMON_FACTS_STOPS_H
#define COMMON_FACTS_STOPS_H

#include "common/base/arena.h"
#include "common/mark/marks.h"
#include "common/policy/policy.h"
#include "common/state/state.h"

#define STOPS_MAX 10000     /* of a list */
#define STOPS_TEXT_MAX 1000 /* bytes of a name or a reason */

struct stops {
	struct arena arena;
	struct stopped *items; /* the host's first */
	size_t count;
	struct marks_agent *marked; /* of stops_revive() */
	size_t marked_count;
};

/*
 * Reads all lists; `etc` is the folder of the site's policy, state NULL: the host's alone.  For
 * stops_release(), also after -1.
 */
int stops_read(struct stops *out, const char *etc, struct state *state, struct fault *f);

/*
 * Keeps what the policy knows the agent by (`*`: each agent), in addition to what is kept already:
 * accounts, SSH keys, addresses and trailers; an OpenPGP key's file is not read for it.  In a
 * transaction.  0 or -1.
 */
int stops_keep(
	struct state *state, const struct policy *policy, const char *agent, struct fault *f);

/* Keeps it no longer: nothing stops the agent any more.  In a transaction.  0 or -1. */
int stops_forget(struct state *state, const char *agent, struct fault *f);

/*
 * Adds to what stops_read() read the accounts and keys of stopped agents that were kept and that
 * the policy does not give them any more, and in `marked` the marks of those that it does not have
 * at all.  0 or -1.
 */
int stops_revive(
	struct stops *stops, struct state *state, const struct policy *policy, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void stops_release(struct stops *stops);

/*
 * The stop of that agent or account by its name, of that key by a fingerprint; NULL: there is none.
 */
const struct stopped *stops_find(const struct stops *stops, const char *kind, const char *name);

/* The stop of a key that signed, of what it is a subkey of, or of its authority; NULL: none. */
const struct stopped *stops_find_signer(
	const struct stops *stops, const char *key, const char *primary, const char *authority);

/* The first stop of that kind, NULL: there is none. */
const struct stopped *stops_first(const struct stops *stops, const char *kind);

/* Whether both say the same. */
bool stops_same(const struct stops *a, const struct stops *b);

/*
 * Adds to the host's list, or takes off it (reason NULL; *was says whether it was on it).  Written
 * anew beside it and put in its place, durable; two who come at once take turns.  0 or -1.
 */
int stops_host_set(const char *etc, const struct stopped *who, bool *was, struct fault *f);

/*
 * Makes these the fleet's list of this host (stopped.fleet.json), which counts like the host's own:
 * as above, and written by `countersign-fleet` alone.  0 or -1.
 */
int stops_fleet_replace(const char *etc, const struct stops *stops, struct fault *f);

/* Adds a copy to those that were read.  0 or -1. */
int stops_add(struct stops *stops, const struct stopped *who, struct fault *f);

/* Room for a principal of an authority, and the NUL; what is longer is cut. */
#define STOPPED_PRINCIPAL_MAX 2200

/* Writes how a certificate's principal is stopped, as a key: by whose word it is one. */
void stops_principal(char out[STOPPED_PRINCIPAL_MAX], const char *principal, const char *authority);

/* Writes the fingerprint as signatures tell it; 0, or -1: it is none. */
int stops_fingerprint(char out[160], const char *text);

#endif
