/*
 * What a credential detector holds between scans.
 */
#ifndef RULES_CREDENTIAL_PRIVATE_H
#define RULES_CREDENTIAL_PRIVATE_H

#include <stddef.h>

#include "common/base/deadline.h"

struct credential_matcher;

struct credentials {
	struct credential_matcher *matcher; /* NULL until there is something to scan */
	void **codes;                       /* compiled expressions, by kind; NULL until needed */
	void *match, *limits;               /* of the expression matcher, made once */
	size_t *tried;             /* by kind: starts before this offset were tried in this scan */
	struct deadline *deadline; /* NULL: never */
};

#endif
