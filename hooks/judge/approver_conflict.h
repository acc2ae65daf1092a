/*
 * Who had a hand in a commit, or in a ref update, and so cannot approve it.
 */
#ifndef HOOKS_JUDGE_APPROVER_CONFLICT_H
#define HOOKS_JUDGE_APPROVER_CONFLICT_H

#include "hooks/judge/judge.h"

#define APPROVER_CONFLICT_ACCOUNTS_MAX 8

struct approver_conflict {
	struct oid commit; /* zero: the ref update itself */
	bool known;
	char author[512], committer[512]; /* e-mail addresses; "" when too long to be a person's */
	const struct person *signer;
	char accounts[APPROVER_CONFLICT_ACCOUNTS_MAX]
		     [256]; /* that first brought it; none: unknown */
	size_t account_count;
};

/*
 * Finds out who had a hand in the commit, or annotated tag, unless *out is about it already.
 * `account` is whose push brings it, when it is brought by no earlier one; NULL: nobody's.
 * 0 or -1.
 */
int approver_conflict_find(struct judge *judge, const struct oid *commit, const char *account,
	struct approver_conflict *out, struct fault *f);

/*
 * The same for what the finding is about; where that was not judged: for what the ref would name.
 * 0 or -1.
 */
int approver_conflict_of(struct judge *judge, const struct ref_update *update,
	const struct finding *finding, struct approver_conflict *out, struct fault *f);

/*
 * What keeps the person from approving it, as the end of `NAME ...`; NULL: nothing.  `owners` are
 * those of the agents.
 */
const char *approver_conflict_objection(const struct approver_conflict *conflict,
	const struct approval_terms *terms, const struct person *person, names owners);

/* What a person's approval is worth. */
enum approver_vote {
	APPROVER_NONE,
	APPROVER_DRIVER, /* they drove the agent: one such counts, beside others */
	APPROVER_FULL,
};

/* Of what: a finding's owners, how many people it needs, and whether an agent made it. */
struct approver_asked {
	names owners;
	int64_t approvals;
	bool agents;
};

/*
 * What it is worth, when nothing but the conflict speaks against it.  Who wrote, committed, signed
 * or pushed what an agent made drove it.
 */
enum approver_vote approver_conflict_vote(const struct approver_conflict *conflict,
	const struct approval_terms *terms, const struct person *person,
	const struct approver_asked *asked);

#endif
