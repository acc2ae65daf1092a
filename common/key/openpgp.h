/*
 * OpenPGP signatures, by RNP, which is loaded with dlopen(3) when the first one has to be verified
 * against a key: linking it costs 6 ms a start.
 */
#ifndef COMMON_KEY_OPENPGP_H
#define COMMON_KEY_OPENPGP_H

#include "common/key/signature.h"

#define OPENPGP_FILE_MAX (4 << 20)

/* Frees what openpgp_verify() loaded. */
void openpgp_free(struct openpgp *files);

/*
 * Verifies one signature, the bytes of an armour, and fills *out.  Reads all key files of the ring
 * when it is the first.  0, or -1: a key file that cannot be read or trusted, no library, no
 * memory.
 */
int openpgp_verify(struct keyring *ring, struct span payload, struct span bytes, int64_t now,
	struct signature_check *out, struct fault *f);

#endif
