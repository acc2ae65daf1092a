/*
 * Credentials, found by what they look like and confirmed by their structure.
 *
 * One pass of a prepared matcher over the bytes finds the literals that kinds of credentials are
 * known by (rules/data/credentials/NAME.json); what stands around each is then looked at by own
 * linear code or a bounded regular expression, confirmed by its structure where it has one, and
 * judged where it has none.  The pusher controls every byte.  Time is linear in the bytes; memory
 * is a copy of what is UTF-16 or UTF-32, and what was found (at most four times
 * CREDENTIAL_HITS_MAX).
 *
 *	credentials_new(&detector, f);		costs next to nothing
 *	credentials_scan(detector, path, bytes, hit, context, f);	the first one makes ready
 *	credentials_free(detector);
 *
 * Not to be used by two threads at once.
 */
#ifndef RULES_CREDENTIAL_CREDENTIALS_H
#define RULES_CREDENTIAL_CREDENTIALS_H

#include <stdint.h>

#include "common/base/deadline.h"
#include "common/base/fault.h"
#include "common/base/span.h"
#include "common/policy/policy.h"

#define CREDENTIAL_HITS_MAX 10000

struct credentials;

struct credential_hit {
	const char *kind;   /* `github-token` */
	const char *what;   /* one line for people */
	const char *revoke; /* what to do with a leaked one, and where */
	/*
	 * certain: its structure was confirmed; high: a shape that nothing else has; medium: a
	 * credential by where it stands and what it looks like; low: perhaps one.
	 */
	enum confidence confidence;
	size_t line, column; /* counting from 1; column in bytes */
	/* in the scanned bytes or a decoding of them; valid during the call; never to be shown */
	struct span secret;
};

/* Makes the detector; patterns were prepared when Countersign was built.  0 or -1. */
int credentials_new(struct credentials **out, struct fault *f);

/* When scans are to stop; the deadline (NULL: never) must outlive the detector. */
void credentials_limit(struct credentials *credentials, struct deadline *deadline);

/* Frees the detector; NULL is fine. */
void credentials_free(struct credentials *credentials);

/* Is told of a credential; not 0 ends the scan. */
typedef int credential_told(void *context, const struct credential_hit *hit);

/*
 * Calls `hit` once for each credential in the bytes, in order of line; then for those in wide
 * encodings.  When there are more than CREDENTIAL_HITS_MAX the surest are told, and that there are
 * others (`surplus`, with no secret).  `path` helps to understand the format and lowers confidence
 * where it must; it silences nothing.  Time is linear in the bytes.  0, -1 (out of time, what
 * was found so far having been told: FAULT_LIMIT), or what `hit` returned when that is not 0.
 */
int credentials_scan(struct credentials *credentials, struct span path, struct span bytes,
	credential_told *hit, void *context, struct fault *f);

/* A text and what stood there before. */
struct credential_versions {
	struct span path, old, bytes;
	enum confidence from; /* what is less sure is not told */
};

/*
 * The same for what is new: a hit is old when its kind, the secret and the line around it (256
 * bytes to either side) were there.  Only the lines that are new are searched, and what is around
 * them.  Of a surplus nobody knows: it is never old.
 */
int credentials_scan_new(struct credentials *credentials,
	const struct credential_versions *versions, credential_told *hit, void *context,
	struct fault *f);

#define CREDENTIAL_FINGERPRINT 32

/*
 * What a credential is known by without being told: the first 16 bytes of HMAC-SHA256 (RFC 2104) of
 * its kind and its bytes, white space left out, under the repository's key; lowercase hex and a
 * NUL.  0 or -1.
 */
int credentials_fingerprint(struct span key, const char *kind, struct span secret,
	char out[CREDENTIAL_FINGERPRINT + 1]);

#endif
