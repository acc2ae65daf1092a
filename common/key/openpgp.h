/*
 * OpenPGP signatures, by RNP, which is loaded with dlopen(3) when the first one has to be verified
 * against a key: linking it costs 6 ms a start.
 */
#ifndef COMMON_KEY_OPENPGP_H
#define COMMON_KEY_OPENPGP_H

#include "common/key/signature.h"

#define OPENPGP_FILE_MAX (4 << 20)

/* A key file of the ring, and the time by which its keys are judged. */
struct openpgp_file {
	const char *path;
	int64_t now;
};

/* Frees what was loaded for the ring. */
void openpgp_free(struct openpgp *files);

/* Is told of a key that may sign, and of what it is a subkey of, or ""; true ends the list. */
typedef bool openpgp_signer(void *context, const char *fingerprint, const char *primary);

/*
 * Calls `each` for the keys in the ring's file of that path that may sign now.  1: it ended the
 * list; 0, or -1 as openpgp_verify().
 */
int openpgp_signers(struct keyring *ring, const struct openpgp_file *file, openpgp_signer *each,
	void *context, struct fault *f);

/*
 * Verifies one signature, the bytes of an armour, and fills *out.  Reads all key files of the ring
 * when it is the first.  0, or -1: a key file that cannot be read or trusted, no library, no
 * memory.
 */
int openpgp_verify(struct keyring *ring, struct span payload, struct span bytes, int64_t now,
	struct signature_check *out, struct fault *f);

#endif
