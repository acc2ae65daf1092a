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
	char why[513];
	char fingerprint[160];
};

struct standing {
	struct said *items;
	size_t count;
	bool more; /* people than there is room for */
};

/* Whose approvals of what. */
struct standing_subject {
	const struct facts *facts;
	struct approval_keys *keys;
	const char *id, *digest, *ref; /* of the hold; the ref that really moves */
};

/* Reads it; for standing_release(), also after -1.  0 or -1. */
int standing_read(struct standing *out, const struct standing_subject *subject, struct fault *f);

/* Frees it. */
void standing_release(struct standing *standing);

/* What the person has said, or NULL. */
const struct said *standing_of(const struct standing *standing, const struct person *person);

/* How many people who may have approved the finding. */
size_t standing_count(const struct standing *standing, const json_t *finding);

/*
 * Whether it waits for this person: a finding lacks approvals, they are among its approvers, have
 * said nothing yet and did not push it, nor own its agent.
 */
bool standing_waits_for(const struct standing *standing, const struct hold_row *hold,
	const json_t *verdict, const struct facts *facts, const struct person *person);

/*
 * Appends what is there and missing, `1 of 2, needs security`; `rejected by alice`; `nobody can
 * approve it`.
 */
void standing_tell(const struct standing *standing, const json_t *verdict, struct buf *out);

#endif
