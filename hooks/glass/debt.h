/*
 * Debts: holds of status `owed` on what landed as glass was broken.  They are paid by approvals, as
 * any hold is approved; then their status is `paid`.  One whose push did not land in the end is
 * `lapsed`.
 */
#ifndef HOOKS_GLASS_DEBT_H
#define HOOKS_GLASS_DEBT_H

#include "hooks/judge/judge.h"

#define DEBT_OWED "owed"
#define DEBT_PAID "paid"
#define DEBT_LAPSED "lapsed"

/* Who breaks glass, and with which nonce, at which time (that has passed). */
struct debtor {
	const char *name, *nonce;
	int64_t now;
};

/* What stands against it. */
struct debts {
	char owed[17]; /* the id of a debt that is open; "": none */
	size_t broken; /* how often in the last day */
	bool again;    /* the nonce was used by them */
};

/* Looks for what stands against it, also what this push has recorded by now.  0 or -1. */
int debts_of(struct state *state, const struct debtor *debtor, struct debts *out, struct fault *f);

/* Of what is owed no other hold is made, since git may yet let it land.  0, or -1: it is owed. */
int debt_check(struct state *state, const char *id, struct fault *f);

/* Its push did not land; what was paid by then stays so.  In a transaction.  0 or -1. */
int debt_lapse(struct state *state, const char *id, struct fault *f);

/* A debt, and by whose facts it is weighed: those of any push. */
struct debt {
	const struct facts *facts;
	struct judge *judge;
	const struct hold_row *hold;
};

/*
 * Whether enough people have approved what the debt is of; then `people` is given their names, with
 * commas.  0 or -1.
 */
int debt_weigh(const struct debt *debt, bool *paid, struct buf *people, struct fault *f);

#endif
