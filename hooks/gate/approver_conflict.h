/*
 * Who had a hand in a commit, or in a ref update, and so cannot approve it.
 */
#ifndef HOOKS_GATE_APPROVER_CONFLICT_H
#define HOOKS_GATE_APPROVER_CONFLICT_H

#include "hooks/gate/session.h"

#define INVOLVED_ACCOUNTS_MAX 8

struct involved {
	struct oid commit; /* zero: the ref update itself */
	bool known;
	char author[512], committer[512]; /* e-mail addresses; "" when too long to be a person's */
	const struct person *signer;
	char accounts[INVOLVED_ACCOUNTS_MAX][256]; /* that first brought it; none: unknown */
	size_t account_count;
};

/*
 * Finds out who had a hand in the commit, or annotated tag, unless *out is about it already.  `account` is whose push
 * brings it, when it is brought by no earlier one; NULL: nobody's.  0 or -1.
 */
int involved_find(struct session *session, const struct oid *commit, const char *account,
	struct involved *out, struct fault *f);

/* What keeps the person from approving it, as the end of `NAME ...`; NULL: nothing.  `owners` are those of the agents. */
const char *involved_objection(const struct involved *involved, const struct approval_terms *terms,
	const struct person *person, names owners);

#endif
