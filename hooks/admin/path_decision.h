/*
 * What the policy would decide on one path, for one who asks before anything is pushed.
 */
#ifndef HOOKS_ADMIN_PATH_DECISION_H
#define HOOKS_ADMIN_PATH_DECISION_H

#include <jansson.h>
#include <stdio.h>

#include "common/base/buf.h"
#include "common/facts/verdict.h"
#include "common/policy/policy.h"
#include "hooks/judge/code_owners.h"

/* What would be decided on a path; the answer starts as allow and is only made worse. */
struct path_decision {
	const struct policy *policy;
	const char *agent; /* NULL: a person's change */
	bool verified;     /* recognised by key or account */
	const char *ref, *path;
	unsigned kinds;             /* of change, bits of enum change_kind; 0: any */
	bool adds;                  /* nothing is at the path yet */
	const char *head;           /* what HEAD names; NULL: not known */
	int64_t now;                /* seconds since 1970; 0: nobody has expired */
	struct code_owners *owners; /* to be asked for code owners; NULL: nobody can tell */
	struct oid commit;          /* as of which */
	FILE *out;                  /* where it is explained; NULL: nowhere */
	json_t *told;               /* a list that takes the same lines; or NULL */
	struct buf folded;
	enum decision decision;
	bool warned;
};

/*
 * Whether agent, ref and path can be meant; what is misspelt is a fault, since the answer about
 * something else would be taken for it.  0 or -1.
 */
int path_decision_valid(const struct path_decision *q, struct fault *f);

/* Answers in *q; what the content says is not looked at.  0 or -1. */
int path_decision_make(struct path_decision *q, struct fault *f);

#endif
