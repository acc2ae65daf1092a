/*
 * SSH signatures, as PROTOCOL.sshsig of OpenSSH lays down: a public key, a namespace, a hash and a
 * signature over these and the hash of the payload.  Hardware keys (sk-...) sign that together
 * with their application, their flags and a counter (PROTOCOL.u2f).
 *
 * The pusher controls every byte.  Stricter than ssh-keygen(1) in this: the reserved field is
 * empty, RSA signatures are as long as their modulus, numbers have no needless zeros.
 */
#ifndef COMMON_KEY_SSHSIG_H
#define COMMON_KEY_SSHSIG_H

#include "common/key/sshcert.h"

struct sshsig {
	struct span blob;  /* the public key, or the certificate of one */
	struct sshkey key; /* that signed */
	bool certified;    /* the blob is a certificate */
	struct sshcert certificate;
	struct span name_space;
	struct span hash; /* `sha256` or `sha512` */
	struct sshraw raw;
};

/*
 * Reads a signature; spans point into the blob.  Unless SSHRAW_READ, *why is a constant sentence.
 */
enum sshraw_result sshsig_parse(struct sshsig *out, struct span blob, const char **why);

/* Whether the signature over the payload was made by this key, which sshkey_open() opened. */
bool sshsig_verify(const struct sshsig *sig, EVP_PKEY *key, struct span payload);

#endif
