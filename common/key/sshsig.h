/*
 * SSH signatures, as PROTOCOL.sshsig of OpenSSH lays down: a public key, a namespace, a hash and a
 * signature over these and the hash of the payload.  Hardware keys (sk-...) sign that together
 * with their application, their flags and a counter (PROTOCOL.u2f).
 *
 * The pusher controls every byte.  Stricter than ssh-keygen(1) in this: the reserved field is
 * empty, RSA signatures are as long as their modulus, numbers have no needless zeros, certificates
 * are not read.
 */
#ifndef COMMON_KEY_SSHSIG_H
#define COMMON_KEY_SSHSIG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/key/sshkey.h"

struct sshsig {
	struct span blob; /* the public key */
	struct sshkey key;
	struct span name_space;
	struct span hash;      /* `sha256` or `sha512` */
	struct span signature; /* without its type */
	const char *digest;    /* what it was made with, for libcrypto; NULL: ed25519 */
	uint8_t flags;         /* sk-...: of the authenticator */
	uint32_t counter;
};

/* The authenticator was touched. */
#define SSHSIG_FLAG_TOUCHED 0x01

enum sshsig_result {
	SSHSIG_READ = 0,
	SSHSIG_REFUSED,   /* well-formed, but nothing we verify: *why says what */
	SSHSIG_MALFORMED, /* cut short, bytes left over */
};

/*
 * Reads a signature; spans point into the blob.  Unless SSHSIG_READ, *why is a constant sentence.
 */
enum sshsig_result sshsig_parse(struct sshsig *out, struct span blob, const char **why);

/* Whether the signature over the payload was made by this key, which sshkey_open() opened. */
bool sshsig_verify(const struct sshsig *sig, EVP_PKEY *key, struct span payload);

#endif
