/*
 * Findings as they were recorded in a verdict object: who may approve them, as the policy says now.
 */
#ifndef HOOKS_JUDGE_FINDING_ROW_H
#define HOOKS_JUDGE_FINDING_ROW_H

#include <jansson.h>

#include "common/facts/approval.h"
#include "hooks/judge/voters.h"

#define FINDING_ROW_OWNERS_MAX 16

/* A finding, and what keeps people from approving it; the verdict object must outlive it. */
struct finding_row {
	const json_t *verdict, *finding; /* the object, and one of its findings */
	const char *owners[FINDING_ROW_OWNERS_MAX + 1];
	struct approver_conflict conflict;
	struct voters_asked asked;
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

/* Finds out who had a hand in what the finding is about.  0 or -1. */
int finding_row_open(struct finding_row *out, struct judge *judge, const json_t *verdict,
	const json_t *finding, struct fault *f);

/* What the approval is worth for the finding, whose approvers name the person. */
struct finding_row_word finding_row_vote(
	const struct finding_row *of, const struct approval *approval);

/* Who may approve it. */
void finding_row_voters(const struct finding_row *of, struct voters *out);

#endif
