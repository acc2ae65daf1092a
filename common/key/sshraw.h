/*
 * Raw SSH signatures, as RFC 4253 and OpenSSH's PROTOCOL.u2f lay down: the kind of the signature,
 * its bytes and, of a hardware key, flags and a counter.  They are inside of an SSH signature
 * (sshsig.h) and at the end of a certificate (sshcert.h).
 *
 * The pusher controls every byte.  SHA-1 signatures of RSA keys are refused.
 */
#ifndef COMMON_KEY_SSHRAW_H
#define COMMON_KEY_SSHRAW_H

#include <stdint.h>

#include "common/key/sshkey.h"

struct sshraw {
	struct span signature; /* without its kind */
	const char *digest;    /* what it was made with, for libcrypto; NULL: ed25519 */
	uint8_t flags;         /* sk-...: of the authenticator */
	uint32_t counter;
};

/* The authenticator was touched; and it knew who touched it, by a PIN or a finger. */
#define SSHRAW_FLAG_TOUCHED 0x01
#define SSHRAW_FLAG_VERIFIED 0x04

enum sshraw_result {
	SSHRAW_READ = 0,
	SSHRAW_REFUSED,   /* well-formed, but nothing we verify: *why says what */
	SSHRAW_MALFORMED, /* cut short, bytes left over */
};

/*
 * Reads a signature by that key; spans point into the bytes.  Unless SSHRAW_READ, *why is a
 * constant sentence.
 */
enum sshraw_result sshraw_parse(
	struct sshraw *out, const struct sshkey *by, struct span bytes, const char **why);

/* Whether `by`, which sshkey_open() opened as `key`, made the signature over the message. */
bool sshraw_verify(
	const struct sshraw *raw, const struct sshkey *by, EVP_PKEY *key, struct span message);

#endif
