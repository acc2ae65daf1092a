/*
 * One ref update being judged: what its steps (judge.c) have found by now.
 */
#ifndef HOOKS_JUDGE_REF_H
#define HOOKS_JUDGE_REF_H

#include "hooks/judge/parts.h"

struct ref_judging {
	struct judge *judge;
	struct verdict *verdict;
	const struct ref_update *update;
	unsigned char *governing; /* for the update itself: which groups govern the ref */
	struct attribution who;   /* whose doing the update is */
	bool rewinds, redelegates;
	/* whose layer knows the person who signed the tag, if it has the ref's own name */
	enum layer vouched;
	struct oid tip;
	enum object_type tip_type;
	struct range range;
	struct judge_helper *helper; /* NULL: the range is judged by this process alone */
};

/*
 * The update itself as a case for rules, as far as it is known by now, made anew each time it is
 * asked for; what it points to lives as long as `j` does.
 */
struct rule_case ref_case(const struct ref_judging *j);

/* Adds a `limits` finding about the update; `detail` says what was not looked into.  0 or -1. */
int ref_over_limit(struct ref_judging *j, const char *detail, struct fault *f);

/*
 * What an update of the attribution notes brings has to be readable, within the limits: it is this
 * push's fault, and nobody's afterwards.  Whom it names is kept for judge_noted().  0 or -1.
 */
int ref_notes(struct ref_judging *j, struct fault *f);

/* Has another process begin with a long range.  0 or -1. */
int ref_look_ahead(struct ref_judging *j, struct fault *f);

/* Judges the commits of the range, until time is out.  0 or -1. */
int ref_commits(struct ref_judging *j, struct fault *f);

#endif
