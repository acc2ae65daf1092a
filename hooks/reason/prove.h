/*
 * Whether a statement holds of a policy: for everybody whom it names, on every ref and for every
 * kind of change that it means, no path has an outcome that it rules out.
 */
#ifndef HOOKS_REASON_PROVE_H
#define HOOKS_REASON_PROVE_H

#include "hooks/reason/differ.h"
#include "hooks/reason/statement.h"

struct proof {
	const struct policy *policy;
	const struct statement *statement;
	const char *head;
	struct alphabet alphabet;
	struct automaton *paths;
	struct pattern_set *set;     /* of the statement's patterns */
	struct automaton *meant;     /* what they say; NULL: there are only classes */
	struct pattern_set *ref_set; /* of its refs */
	struct space space;
	struct cells cells;
	struct ref_space refs;
	struct outcomes outcomes;
	unsigned named; /* the statement's classes, as cells */

	/* What was found: an asker and a path for which it does not hold. */
	bool found;
	struct asker asker;
	const char *change; /* the kind of change */
	struct buf path;
	struct outcome outcome;
};

/*
 * Looks for a counterexample; for proof_release(), whatever it returns.  1: it holds, 0: it does
 * not, as `found` says, -1: what is wrong, or that it was too much work to find out.
 */
int prove(struct proof *proof, struct fault *f);

/* Frees what it holds. */
void proof_release(struct proof *proof);

#endif
