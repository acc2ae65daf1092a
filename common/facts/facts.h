/*
 * What is known before anything is judged: the repository, the policy in force, what is remembered,
 * who is stopped, the push and the clock.  Gathered in one place, and never changed by who judges.
 *
 *	facts_open()	the repository and everything about it
 *	facts_push()	the push, as it really is
 *	facts_close()
 */
#ifndef COMMON_FACTS_FACTS_H
#define COMMON_FACTS_FACTS_H

#include "common/base/env.h"
#include "common/base/install_paths.h"
#include "common/facts/hold_store.h"
#include "common/facts/stops.h"
#include "common/facts/verdict.h"
#include "common/git/push.h"
#include "common/git/repo.h"
#include "common/policy/sources.h"
#include "common/state/clock.h"
#include "common/state/fleet_lease.h"
#include "common/state/state.h"
#include "common/state/tie.h"

struct facts {
	const struct env *env;
	struct install_paths paths;
	struct repo *repo;
	char *name;           /* of the repository, for people and in the verdict object */
	char *head;           /* what HEAD names: `refs/heads/main` */
	struct sources files; /* where the policy was loaded from */
	struct policy_sources sources;
	struct policy *policy;
	struct hold_store holds; /* where they are kept; facts_holds() finds out */
	/* of the policy's files and of who is stopped: what passes are tied to */
	char files_digest[65];
	struct tie tie;      /* of files_digest to who is stopped */
	struct state *state; /* for reading */
	struct fleet_lease fleet;
	struct stops stops; /* read after files_digest, so that no pass outlives a stop */
	struct push push;
	char fingerprint_key[65]; /* of the repository: keys credentials' fingerprints */
	struct clock clock;       /* the server's, and what is remembered of it */
	/* all refs of the push are judged, so that what none of them leads to can be told */
	bool whole;
	bool asked;     /* the push only asks what would become of it: nothing may be written */
	bool dry;       /* not a push: whatever the range holds counts as brought by the account */
	bool past;      /* as in facts_choice */
	bool delegated; /* the policy has a layer that lies in the default branch */
	bool as_agents;
};

/* What a command may have otherwise than a push has it. */
struct facts_choice {
	const char *path;    /* of the repository; NULL: where git or the working folder says */
	const char *policy;  /* a file in the place of the repository's layer, or NULL */
	const char *site;    /* a file in the place of the site's layer, or NULL */
	const char *objects; /* a folder of objects besides the repository's, or NULL */
	bool enforce;        /* what only observes is taken to enforce */
	/* pushes of long ago: who is stopped and what agents spent lately say nothing of them */
	bool past;
	bool as_agents; /* what no agent is known to have made counts as one's, too */
};

/*
 * Opens the repository, and reads its policy, what is remembered and who is stopped.  For
 * facts_close(), also after -1.  0 or -1.
 */
int facts_open(struct facts *facts, const struct env *env, const struct facts_choice *choice,
	struct fault *f);

/* The same for a push that git has called a hook for; what `push` holds goes over to the facts. */
int facts_of_push(struct facts *facts, const struct env *env, struct push *push, struct fault *f);

/* Makes the push that stands in facts->push ready to be judged; of a dry one nothing is asked. */
int facts_push(struct facts *facts, struct fault *f);

/*
 * Reads who is stopped, by the state and under the policy; for stops_release(), also after -1.
 * 0 or -1.
 */
int facts_stops(const struct facts *facts, struct state *state, struct stops *out, struct fault *f);

/*
 * The repository's id, "" where it has no state.  With `make` a state, and with it an id, is made
 * then.  0 or -1.
 */
int facts_repository_id(struct facts *facts, bool make, char id[33], struct fault *f);

/* Finds out where holds are kept, by the repository's id ("": it has none yet).  0 or -1. */
int facts_holds(struct facts *facts, const char *id, struct fault *f);

/*
 * Whether the account is the one that the policy lists, as the host tells accounts apart: on a
 * forge whatever the letters' case, elsewhere by these very letters.
 */
bool facts_same_account(const struct facts *facts, const char *listed, const char *account);

/*
 * The person whose account it is in that sense, or NULL: for what permits something.  What forbids
 * asks policy_account_person().
 */
const struct person *facts_account_owner(const struct facts *facts, const char *account);

/* What the verdict objects of this push say beside the verdict itself. */
struct verdict_context facts_context(const struct facts *facts);

/*
 * What people call the repository: as the host does, else the folder's name without `.git`; for
 * free(), NULL: no memory.
 */
char *facts_repository_name(const struct env *env, const char *git_dir);

/* Frees what it holds; harmless on a zeroed one. */
void facts_close(struct facts *facts);

#endif
