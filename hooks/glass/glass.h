/*
 * Breaking glass: a person whom the policy names lets what would be held land at once, by a signed
 * push (git-push(1), --signed) with the option `countersign-break-glass=REASON`.
 *
 * Asked by pre-receive alone, once all refs are judged and nothing is denied: git tells the others
 * nothing of a certificate.  The pusher controls the certificate and the reason; the nonce is the
 * server's, must be of the last minutes, and counts once.
 */
#ifndef HOOKS_GLASS_GLASS_H
#define HOOKS_GLASS_GLASS_H

#include "hooks/judge/judge.h"

#define GLASS_NONCE_SECONDS 600 /* that a nonce of the server's is fresh */
#define GLASS_DAY 86400         /* seconds in which glass is broken `most` times */

/* A push all of whose refs have been judged. */
struct glass_push {
	const struct facts *facts;
	struct judge *judge;
	struct verdict *verdicts;
	size_t count;
};

/* The reason that the push gives for breaking glass; NULL: it does not ask for that. */
const char *glass_reason(const struct env *env);

/*
 * Breaks glass: verdicts that hold become such as allow, and say by whom.  0 with *refused empty:
 * done; 0 with *refused: one sentence why not, and no verdict was touched; -1.
 */
int glass_break(const struct glass_push *push, struct buf *refused, struct fault *f);

/*
 * Whether the state, in the transaction that records the verdict, lets the glass be broken that
 * was: two pushes may have been judged at once.  Asked before the first of a push is recorded; of
 * the others it says nothing.  0, or -1: it does not.
 */
int glass_check(const struct glass_push *push, const struct verdict *verdict, struct state *state,
	struct fault *f);

#endif
