/*
 * Who made a commit, and how we know.
 *
 * Evidence comes from the signature's key, the pushing account, what is remembered of the commit,
 * and the marks on it.  Evidence can only lower trust; only a verified key or an account can raise
 * it: claims never widen what an agent may do.  A layer of the policy goes by the people, agents,
 * keys and accounts that it and the layers above it name: those of a layer below make a commit an
 * agent's, but never a person's instead of an agent's, nor known to a layer that denies what it
 * does not know.
 */
#ifndef COMMON_FACTS_ATTRIBUTION_H
#define COMMON_FACTS_ATTRIBUTION_H

#include "common/facts/stops.h"
#include "common/git/push.h"
#include "common/key/signature.h"
#include "common/mark/marks.h"
#include "common/policy/policy.h"

#define ATTRIBUTION_AGENTS_MAX 8

struct attributed_agent {
	const char *name;
	const struct agent *entry; /* of the policy, or NULL */
	unsigned by;               /* bits of enum identified_by */
	bool verified;             /* by its registered key, or by its account */
};

/*
 * Whether its account brought it, as far as is known here: what only another server says is a
 * claim, and stays one.
 */
bool attributed_by_account(const struct attributed_agent *who);

struct attribution {
	struct attributed_agent agents[ATTRIBUTION_AGENTS_MAX];
	size_t count;                /* 0: not an agent's */
	bool more;                   /* more agents than there is room for */
	const struct person *signer; /* whose good signature it carries, or NULL */
	/* that key approves for the person; it is a hardware key, and was touched */
	bool approving, touched;
	/*
	 * The uppermost layer by whose word, or that of the catalogue, it is known who made it;
	 * LAYER_COUNT: nothing tells.  To the layers above it is unattributed: who is named below
	 * them cannot vouch for anything there.
	 */
	enum layer known_to;
	const struct certificate *certificate; /* by which it is known whose it is, or NULL */
	const char *malformed;         /* why its signature could be read in two ways, or NULL */
	const char *names;             /* of the agents, comma-separated; "" when there is none */
	unsigned by;                   /* all agents' bits */
	names owners;                  /* of the agents; never NULL */
	const struct stopped *stopped; /* why nothing of it is let through, or NULL */
};

struct attributor;

/* What tells who made something.  All of it must outlive the attributor. */
struct attributor_facts {
	const struct policy *policy;
	const char *account;         /* that pushes */
	const struct person *person; /* whose it is, or NULL */
	struct state *state;         /* or NULL: nothing is remembered */
	int64_t now;                 /* the server's clock, seconds since 1970 */
	uid_t owner;                 /* whose OpenPGP key files are read: the repository's owner */
	const struct stops *stops;   /* or NULL */
	bool as_agents; /* what no agent is known to have made is `*`'s, whoever signed it */
};

/* Ready to attribute; no key file is read before a signature needs it.  0 or -1. */
int attributor_new(struct attributor **out, const struct attributor_facts *facts, struct fault *f);

/* Messages are read until the deadline is over; then a fault of class FAULT_LIMIT. */
void attributor_limit(struct attributor *attributor, struct deadline *deadline);

/* Frees the attributor, and with it what attributions point to; NULL is fine. */
void attributor_free(struct attributor *attributor);

/*
 * Whether what the key signs, now or once it is valid, may be good: the key is not revoked, over or
 * stopped, as far as can be told.  Reads the lists and key files that a signature would need.
 */
bool attributor_may_sign(struct attributor *attributor, const struct key *key);

/* A commit to be attributed. */
struct attribution_subject {
	const struct oid *id;
	const struct commit *commit;
	bool introduced;  /* this push brings it into the repository */
	struct span note; /* that comes with it, by the same account; data NULL: none */
};

/* Who made the commit.  What *out points to lives as long as the attributor.  0 or -1. */
int attribution_of_commit(struct attributor *attributor, const struct attribution_subject *subject,
	struct attribution *out, struct fault *f);

/* The same for an annotated tag that this push brings. */
int attribution_of_tag(struct attributor *attributor, const struct tag *tag,
	struct attribution *out, struct fault *f);

/* The agents that an attribution note names, and nothing else.  0 or -1. */
int attribution_of_note(
	struct attributor *attributor, struct span note, struct attribution *out, struct fault *f);

/*
 * Adds an agent to what is known of one change: it made of that path what the commit brings it to.
 * Verified: as it was when it did.  0 or -1.
 */
int attribution_add_content(struct attributor *attributor, struct attribution *into,
	const struct made *made, struct fault *f);

/* Whose doing a ref update is when nothing but the account tells. */
int attribution_of_account(struct attributor *attributor, struct attribution *out, struct fault *f);

/* Adds the agents of one to the other.  0 or -1. */
int attribution_merge(struct attributor *attributor, struct attribution *into,
	const struct attribution *from, struct fault *f);

#endif
