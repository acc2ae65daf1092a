/*
 * SHA-256 and SHA-1 (FIPS 180-4), and HMAC with SHA-256 (RFC 2104).
 *
 * Our own, since every push needs them and libcrypto costs a hook more to load than all the rest of
 * what it does for a small push.  Signatures are verified by libcrypto (common/key).  Nothing here
 * branches on secrets, but nothing is done against other side channels either.
 */
#ifndef COMMON_BASE_DIGEST_H
#define COMMON_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/fault.h"
#include "common/base/span.h"

#define DIGEST_SIZE 32 /* of SHA-256 */
#define DIGEST_SHA1 20

/* A digest that is being worked out. */
struct digest {
	size_t size;  /* of the digest, which tells the function */
	uint64_t len; /* bytes so far */
	uint32_t state[8];
	unsigned char block[64];
};

/* Begins one of DIGEST_SIZE or DIGEST_SHA1 bytes. */
void digest_begin(struct digest *digest, size_t size);

/* Adds bytes to it. */
void digest_add(struct digest *digest, struct span bytes);

/* Ends it and leaves its bytes in `out`. */
void digest_end(struct digest *digest, unsigned char *out);

/* The SHA-256 of the bytes. */
void digest_sha256(unsigned char out[DIGEST_SIZE], struct span bytes);

/* The HMAC of the bytes with the key. */
void digest_hmac(unsigned char out[DIGEST_SIZE], struct span key, struct span bytes);

/* A digest in lowercase hex, and the NUL. */
struct digest_text {
	char hex[2 * DIGEST_SIZE + 1];
};

/* The SHA-256 of the bytes as text.  Always 0. */
int digest_of(struct span bytes, struct digest_text *out, struct fault *f);

#endif
