/*
 * SHA-256 (FIPS 180-4) of texts, by libcrypto.
 */
#ifndef COMMON_BASE_DIGEST_H
#define COMMON_BASE_DIGEST_H

#include "common/base/fault.h"
#include "common/base/span.h"

#define DIGEST_SIZE 32

/* A digest in lowercase hex, and the NUL. */
struct digest_text {
	char hex[2 * DIGEST_SIZE + 1];
};

/* The digest of the bytes.  0 or -1. */
int digest_of(struct span bytes, struct digest_text *out, struct fault *f);

#endif
