/*
 * What servers of one repository tell each other (`fleet.shared` in the policy): which account
 * brought which commit, what agents made, and what they spent.  A row a transaction, written with
 * it; the host's service carries rows to the others, as the repository's owner.
 *
 *	state_share()		what is remembered from now on is told, too
 *	state_shared()		what was told here
 *	state_shared_take()	what was told elsewhere is remembered here
 *
 * A row is taken once, however often it comes, and a server's own never.  What comes from elsewhere
 * is another's word: it makes an agent's change stricter, and lifts nothing.
 */
#ifndef COMMON_STATE_SHARED_H
#define COMMON_STATE_SHARED_H

#include "common/state/state.h"

/* The kinds of what is told. */
#define SHARED_COMMIT 'c'
#define SHARED_MADE 'm'
#define SHARED_SPENT 's'

#define SHARED_CURSOR "fleet-shared"  /* the value that says which row was taken last */
#define SHARED_ID 33                  /* 32 hex digits */
#define SHARED_MOST ((size_t)1 << 20) /* bytes of a row; what is more goes into another */

struct shared_row {
	const char *id;
	int64_t time; /* milliseconds since 1970, by what the host takes for the time */
	struct span body;
};

/* Whether what is remembered is told to other hosts, too. */
void state_share(struct state *state, bool on);

/*
 * Calls `each` for the rows that were told here behind the one of that id ("", or one that is not
 * there any more: from the first that is).  0, -1, or what `each` returned.
 */
int state_shared(struct state *state, const char *after,
	int (*each)(void *context, const struct shared_row *row), void *context, struct fault *f);

/*
 * Remembers what was told elsewhere; a row that is known already, or was told here, changes
 * nothing.  In a transaction.  0, or -1: it is no such row.
 */
int state_shared_take(struct state *state, const struct shared_row *row, struct fault *f);

#endif
