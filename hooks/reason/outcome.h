/*
 * What becomes of a change at a path: the decision, and whose approvals it needs.  Outcomes are
 * numbered, so that they can be labels of an automaton; the first is `allow`.
 */
#ifndef HOOKS_REASON_OUTCOME_H
#define HOOKS_REASON_OUTCOME_H

#include "common/facts/verdict.h"
#include "common/policy/policy.h"

#define NEEDS_MAX 64
#define OUTCOMES_MAX 4096

/* Approvals that a rule asks for. */
struct need {
	names approvers;
	int approvals;
	bool presence;
	char *people; /* who can give them, sorted, each between blanks; says also who is whom */
	size_t count; /* of those people */
	bool open;    /* code owners are among them: who that is the tree says */
};

struct outcome {
	enum decision decision;
	bool warned;
	bool hopeless;  /* no approval can help */
	uint64_t needs; /* bits: indexes of needs */
};

/* What a rule does to a path that it has. */
struct effect {
	enum action action;
	int need; /* -1: none can help */
};

struct outcomes {
	struct need needs[NEEDS_MAX];
	size_t need_count;
	struct outcome items[OUTCOMES_MAX];
	size_t count;
};

/* Only `allow` is known. */
void outcomes_init(struct outcomes *o);

/* Frees what it holds; harmless on a zeroed one. */
void outcomes_release(struct outcomes *o);

/* The effect of a rule of that policy with these approvers.  0, or -1: too many kinds of them. */
int outcomes_effect(struct outcomes *o, const struct policy *policy, const struct rule *rule,
	struct effect *out, struct fault *f);

/* The number of the outcome of which one more rule has the path; -1: too many. */
int64_t outcomes_add(struct outcomes *o, uint32_t outcome, struct effect effect, struct fault *f);

/* The number of the outcome of what the rules of both do; -1: too many. */
int64_t outcomes_join(struct outcomes *o, uint32_t a, uint32_t b, struct fault *f);

/* Appends it for people: `held: 2 approvals from alice or security`. */
void outcome_say(const struct outcomes *o, const struct outcome *outcome, struct buf *out);

#endif
