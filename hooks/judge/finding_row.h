/*
 * Findings as they were recorded in a verdict object: who may approve them, as the policy says now.
 */
#ifndef HOOKS_JUDGE_FINDING_ROW_H
#define HOOKS_JUDGE_FINDING_ROW_H

#include <jansson.h>

#include "common/facts/approval.h"
#include "hooks/judge/approver_conflict.h"

/* An approval of a finding. */
struct finding_row {
	const json_t *verdict, *finding; /* the object, and one of its findings */
	const struct approval *approval;
};

struct finding_row_word {
	enum approver_vote vote;
	const char
		*objection; /* what keeps the person from it, as the end of `NAME ...`; or NULL */
};

/* Whether it is neither a warning nor observed only. */
bool finding_row_flags(const json_t *finding);

/* Whether one of the finding's approvers is the person, by name or group. */
bool finding_row_names(const json_t *finding, const struct person *person);

/* What the approval is worth for the finding, whose approvers name the person.  0 or -1. */
int finding_row_vote(struct judge *judge, const struct finding_row *of,
	struct finding_row_word *out, struct fault *f);

#endif
