/*
 * Who has said what of a hold, as the approval tags in the repository have it now, and what of it
 * is still missing.
 */
#ifndef HOOKS_REVIEW_HELD_STANDING_H
#define HOOKS_REVIEW_HELD_STANDING_H

#include <jansson.h>

#include "common/facts/approval.h"
#include "common/facts/facts.h"
#include "hooks/judge/finding_row.h"

#define STANDING_MAX 200 /* people of whom it is told */

struct said {
	const struct person *person;
	enum approval_decision decision;
	int64_t time;
	bool touched, passkey; /* as in struct approval */
	char why[513];
	char fingerprint[160];
};

/* How far one finding has got. */
struct standing_finding {
	bool flags;            /* it is one that the hold is made of */
	json_int_t wanted;     /* people */
	size_t have;           /* of them, whose approval counts */
	struct voters *voters; /* who may approve it; often those of the finding before */
	bool own;              /* they are not */
};

struct standing {
	struct said *items;
	size_t count;
	bool more;                         /* people than there is room for */
	struct standing_finding *findings; /* one for each of the verdict's */
	size_t finding_count;
	bool hopeless; /* no approval can help: for a finding that lacks some, too few people may */
};

/* Whose approvals of what. */
struct standing_subject {
	const struct facts *facts;
	struct judge *judge; /* of these facts, which judges no push */
	struct approval_keys *keys;
	const char *id, *digest, *ref; /* of the hold; the ref that really moves */
	const json_t *verdict;
};

/*
 * Reads it, and weighs it as the hooks do when they use it; for standing_release(), also after -1.
 * 0 or -1.
 */
int standing_read(struct standing *out, const struct standing_subject *subject, struct fault *f);

/* Frees it. */
void standing_release(struct standing *standing);

/* What the person has said, or NULL. */
const struct said *standing_of(const struct standing *standing, const struct person *person);

/*
 * Whether no approval can help, whoever the policy has by now: of what was found something was left
 * out of the verdict, or names no approvers.
 */
bool standing_is_hopeless(const json_t *verdict);

/* Whether the person may approve, or has approved, one of the findings. */
bool standing_may(const struct standing *standing, const struct person *person);

/*
 * Whether it waits for this person: a finding lacks approvals, they may approve it, and have said
 * nothing yet.
 */
bool standing_waits_for(const struct standing *standing, const struct person *person);

/*
 * Appends what is there and missing, `1 of 2, needs security`, and where too few may, why;
 * `rejected by alice`; `nobody can approve it`.
 */
void standing_tell(const struct standing *standing, const json_t *verdict, struct buf *out);

#endif
