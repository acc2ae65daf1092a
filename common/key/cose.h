/*
 * Public keys of passkeys: COSE keys (RFC 9052, 9053) of the two algorithms that count, ES256 on
 * P-256 and EdDSA with Ed25519, in the one encoding that WebAuthn allows (CTAP2 canonical CBOR).
 *
 * Such a key is a map of four or five small numbers and one or two strings of 32 bytes, and there
 * is just one way to write it.  A reader of exactly that is shorter than the code that would ask a
 * CBOR library for it, and a hook has nothing more to load.
 */
#ifndef COMMON_KEY_COSE_H
#define COMMON_KEY_COSE_H

#include <openssl/types.h>

#include "common/base/span.h"

enum cose_algorithm {
	COSE_ES256 = -7,
	COSE_EDDSA = -8,
};

struct cose_key {
	enum cose_algorithm algorithm;
	struct span x, y; /* y: ES256 only */
};

/*
 * Reads the key that the bytes begin with; *used is its length, spans point into the bytes.  0, or
 * -1 with *why, a constant sentence: another algorithm or curve, another encoding, cut short.
 */
int cose_parse(struct cose_key *out, struct span bytes, size_t *used, const char **why);

/*
 * The key for libcrypto, to be freed with EVP_PKEY_free(); NULL when its point is not on the curve,
 * or memory ran out.
 */
EVP_PKEY *cose_open(const struct cose_key *key);

#endif
