/*
 * Who could still approve a finding: everybody whom it asks for, weighed by the very code that
 * judges an approval when it comes, and by what they could sign one with.
 */
#ifndef HOOKS_JUDGE_VOTERS_H
#define HOOKS_JUDGE_VOTERS_H

#include "hooks/judge/approver_conflict.h"

#define VOTERS_MAX 256     /* people who are named */
#define VOTERS_WHY_MAX 512 /* bytes of why others are none */

/* What is asked of one finding. */
struct voters_asked {
	const struct facts *facts;
	struct attributor *attributor;
	const struct approver_conflict *conflict;
	const struct approval_terms *terms;
	struct approver_asked asked;
	bool presence; /* a hardware key's touch is wanted */
	bool tag;      /* nothing but a tag approves it */
};

/* Who may; zeroed before the first. */
struct voters {
	/* whom nothing keeps from it, though some may have no key yet; NULL-terminated */
	const struct person *people[VOTERS_MAX + 1];
	size_t count;
	size_t full, drivers; /* who can say so: those who did not drive it, and those who did */
	char why[VOTERS_WHY_MAX]; /* `alice pushed it, bob has no key ...` */
	size_t others, untold;    /* who may not; those not told in `why` */
};

/* Weighs one person whom the finding asks for. */
void voters_weigh(
	struct voters *voters, const struct voters_asked *asked, const struct person *person);

/* Counts one who may not, for a reason that is the caller's. */
void voters_except(struct voters *voters, const struct person *person, const char *objection);

/* Whether so many approvals can be given: of those who drove it one counts. */
bool voters_suffice(const struct voters *voters, int64_t approvals);

/* Appends how many can be given, and why no more: `none can be given: alice pushed it`. */
void voters_tell(const struct voters *voters, struct buf *out);

/*
 * Says in each flagged finding of the verdict who may approve it, and where too few may, why.
 * 0 or -1.
 */
int voters_of_verdict(struct judge *judge, struct verdict *verdict, struct fault *f);

#endif
