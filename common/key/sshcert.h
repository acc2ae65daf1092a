/*
 * SSH certificates, as OpenSSH's PROTOCOL.certkeys lays down: a public key, for whom it is (the
 * principals), from when to when, under which conditions, and the signature of an authority.
 *
 * sshcert_parse() reads it, sshcert_verify() says whether the authority signed it, and
 * sshcert_why_invalid() whether it is good now.  Only all three together mean anything.
 *
 * The pusher controls every byte.  Stricter than ssh-keygen(1) in this: options and extensions are
 * in order, each once, as PROTOCOL.certkeys demands; numbers have no needless zeros; a certificate
 * that names nobody is for nobody; the authority's key is as good as any key has to be, and its
 * hardware key was touched; a critical option that a signature cannot satisfy refuses.
 */
#ifndef COMMON_KEY_SSHCERT_H
#define COMMON_KEY_SSHCERT_H

#include "common/base/buf.h"
#include "common/key/sshraw.h"

/* More than anybody names: of all principals together, and of the key id. */
#define SSHCERT_PRINCIPALS_MAX 2048 /* and 256 of them, as OpenSSH has it */
#define SSHCERT_ID_MAX 512

struct sshcert {
	struct sshkey key;  /* that is certified */
	struct span fields; /* of it, as they are after the type's name */
	uint64_t serial;
	uint32_t kind; /* 1: a user's */
	struct span id;
	struct span principals; /* strings */
	uint64_t valid_after, valid_before;
	struct span critical, extensions; /* pairs of strings */
	struct span authority;            /* the blob of the key that signed it */
	struct sshkey signer;             /* the same, read */
	struct span signed_part;
	struct sshraw signature;
};

/* Whether the blob says that it is a certificate. */
bool sshcert_is(struct span blob);

/*
 * Reads a certificate; spans point into the blob.  Unless SSHRAW_READ, *why is a constant sentence.
 */
enum sshraw_result sshcert_parse(struct sshcert *out, struct span blob, const char **why);

/* Whether the authority's key, which sshkey_open() opened, signed the certificate. */
bool sshcert_verify(const struct sshcert *cert, EVP_PKEY *authority);

/* Takes the next principal off the list, which starts as cert->principals; false: there is none. */
bool sshcert_principal(struct span *list, struct span *principal);

/*
 * Why it is not good at that time for a signature with these flags of an authenticator; NULL when
 * it is.
 */
const char *sshcert_why_invalid(const struct sshcert *cert, int64_t now, uint8_t flags);

/* Whether it lets a hardware key sign without a touch. */
bool sshcert_touch_optional(const struct sshcert *cert);

/* Appends the blob of the key that is certified: what a policy names it by. */
void sshcert_plain(struct buf *out, const struct sshcert *cert);

#endif
