/*
 * Public keys of SSH: RFC 4253 (rsa), 5656 (ecdsa), 8709 (ed25519) and OpenSSH's PROTOCOL.u2f
 * (sk-...).  What is read is read to the last byte; certificates (see sshcert.h), DSA and RSA
 * below 2048 bits are refused.
 */
#ifndef COMMON_KEY_SSHKEY_H
#define COMMON_KEY_SSHKEY_H

#include <openssl/types.h>
#include <stdbool.h>

#include "common/base/span.h"

enum sshkey_family {
	SSHKEY_ED25519,
	SSHKEY_ECDSA,
	SSHKEY_RSA,
};

/* A row for each type that is understood. */
struct sshkey_type {
	const char *name;      /* `ssh-ed25519` */
	const char *signature; /* the type of its signatures; NULL: see RFC 8332 */
	const char *curve;     /* in the key, `nistp256` */
	const char *group;     /* the curve's name in libcrypto */
	const char *digest;    /* what its signatures hash with; NULL: nothing, or as they say */
	enum sshkey_family family;
	size_t size;   /* bytes of the public point */
	bool hardware; /* a FIDO authenticator holds it */
};

struct sshkey {
	const struct sshkey_type *type;
	struct span point;             /* ed25519, ecdsa */
	struct span exponent, modulus; /* rsa */
	struct span application;       /* sk-... */
};

#define SSHKEY_FINGERPRINT_SIZE 64

/* The row of that name, or NULL. */
const struct sshkey_type *sshkey_type_find(struct span name);

struct wire;

/*
 * Reads what a key of that type has after its name, and goes on behind it; spans point into what is
 * read.  NULL, or why it is no such key, as a constant sentence.
 */
const char *sshkey_fields(struct sshkey *out, const struct sshkey_type *type, struct wire *w);

/* Reads a key; spans point into the blob.  0, or -1 with *why, a constant sentence. */
int sshkey_parse(struct sshkey *out, struct span blob, const char **why);

/* Writes `SHA256:...` as ssh-keygen(1) prints it, terminated; "" when libcrypto fails. */
void sshkey_fingerprint(char out[SSHKEY_FINGERPRINT_SIZE], struct span blob);

/*
 * The key for libcrypto, to be freed with EVP_PKEY_free(); NULL when it is no such key, or memory
 * ran out.
 */
EVP_PKEY *sshkey_open(const struct sshkey *key);

#endif
