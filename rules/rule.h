/*
 * Rules judge facts.  A rule is a row in the table of rules.c: it is shown every case that it
 * has to look at and adds a finding to the verdict for each objection.  It reads nothing but what it is handed.
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include "common/change.h"
#include "common/marks.h"
#include "common/policy.h"
#include "common/push.h"
#include "common/verdict.h"

#define ATTRIBUTION_AGENTS_MAX 8

/* Who made a commit, and how we know. */
struct attribution {
	struct {
		const char *name;
		const struct agent *entry; /* of the policy, or NULL */
		unsigned by;               /* bits of enum identified_by */
		bool verified;             /* by key or account */
	} agents[ATTRIBUTION_AGENTS_MAX];
	size_t count; /* 0: not an agent's */
	bool more;    /* more agents than there is room for: judged as the strictest */
	const struct person *person; /* who signed it, or whose account brought it; NULL */
	bool unattributed;           /* nothing tells: the policy's `unattributed` decides */
};

/* What a rule is shown. */
struct rule_case {
	const struct policy *policy;
	const struct ref_update *update;
	const unsigned char *
		governing; /* for each group of the policy: this ref is governed, and the commit new to it */
	const struct oid *commit; /* NULL: the ref update itself */
	const struct commit *parsed;
	const struct attribution *who;
	const struct change *change; /* NULL: the commit itself */
	struct span folded;          /* fold_path() of the change's path */
	struct span content,
		old_content; /* of the change's new and old blob; data NULL: not there, or not read */
	struct verdict *verdict;
};

#endif
