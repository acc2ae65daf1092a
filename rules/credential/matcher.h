/*
 * The matching core, and what a detector holds between scans.
 *
 * The core finds all prepared literals in one pass.  The only file that knows the engine
 * (Hyperscan or Vectorscan, whose databases gen_credentials prepares at build time).
 */
#ifndef RULES_CREDENTIAL_MATCHER_H
#define RULES_CREDENTIAL_MATCHER_H

#include "common/base/deadline.h"
#include "common/base/fault.h"
#include "common/base/span.h"
#include "rules/credential/kind.h"

struct credential_matcher;

struct credentials {
	struct credential_matcher *matcher; /* NULL until there is something to scan */
	void **codes;                       /* compiled expressions, by kind; NULL until needed */
	void *match, *limits;               /* of the expression matcher, made once */
	size_t *tried;             /* by kind: starts before this offset were tried in this scan */
	struct deadline *deadline; /* NULL: never */
	size_t work, work_most;    /* steps taken for this text, and from where on it is too many */
};

/* Makes the prepared database ready.  0, or -1: this machine cannot run it, or no memory. */
int matcher_new(struct credential_matcher **out, struct fault *f);

/* Frees it; NULL is fine. */
void matcher_free(struct credential_matcher *matcher);

/* Is told of a trigger and of the offset behind it; false ends the scan. */
typedef bool matcher_found(void *context, unsigned trigger, size_t end);

/* Calls `found` for each trigger, by offset.  0 or -1. */
int matcher_scan(struct credential_matcher *matcher, struct span bytes, matcher_found *found,
	void *context, struct fault *f);

#endif
