/*
 * Credentials, found by what they look like and confirmed by their structure.
 */
#ifndef RULES_CREDENTIALS_H
#define RULES_CREDENTIALS_H

#include "common/fault.h"
#include "common/policy.h"
#include "common/span.h"

struct credentials;

struct credential_hit {
	const char *kind;   /* `github-token` */
	const char *what;   /* one line for people */
	const char *revoke; /* what to do with a leaked one, and where */
	enum confidence confidence;
	size_t line, column; /* counting from 1; column in bytes */
	struct span
		secret; /* in the scanned bytes or a decoding of them; valid during the call; never to be shown */
};

/* Makes the detector ready: patterns were prepared when Countersign was built.  0 or -1. */
int credentials_new(struct credentials **out, struct fault *f);

void credentials_free(struct credentials *credentials);

/*
 * Calls `hit` once for each credential in the bytes, in order of line.  `path` helps to understand the format and
 * lowers confidence where it must; it silences nothing.  Time is linear in the bytes.  0, -1, or what `hit` returned when that is not 0.
 */
int credentials_scan(struct credentials *credentials, struct span path, struct span bytes,
	int (*hit)(void *context, const struct credential_hit *hit), void *context,
	struct fault *f);

#endif
