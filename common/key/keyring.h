/*
 * The keys that signatures are verified against, each with whose it is.  Nothing is opened or read
 * before a signature needs it: SSH keys are opened one by one, OpenPGP files all together when the
 * first OpenPGP signature is seen.
 *
 * keyring_new(), keyring_add() for each key, signature_...() any number of times, keyring_free().
 */
#ifndef COMMON_KEY_KEYRING_H
#define COMMON_KEY_KEYRING_H

#include <openssl/types.h>
#include <sys/types.h>

#include "common/base/fault.h"
#include "common/key/key.h"
#include "common/key/passkey.h"
#include "common/key/revoked.h"

struct openpgp;

struct person;
struct agent;
struct catalogue_agent;

/* Whose a key is; nothing said: nobody's. */
struct key_owner {
	const struct person *person;
	bool approves; /* it is one of the person's approval keys */
	const struct agent *agent;
	const struct catalogue_agent *vendors; /* the agent for which its vendor signs */
};

struct keyring_key {
	const struct key *key;
	struct key_owner owner;
	size_t order;   /* in which they were added */
	EVP_PKEY *pkey; /* SSH: once it is opened */
};

struct keyring {
	struct keyring_key *ssh, *openpgp; /* SSH: sorted by blob, then order, when `sorted` */
	size_t ssh_count, openpgp_count;
	struct keyring_key *passkeys; /* as they were added */
	size_t passkey_count;
	struct passkey_site site;        /* where passkeys answer; nothing said: none is good */
	struct keyring_key *authorities; /* of certificates, as they were added */
	size_t authority_count;
	names revoked_files;     /* of the policy's revoked_keys; NULL: none */
	struct revoked *revoked; /* what is in them; NULL until it is needed */
	bool sorted;
	uid_t trusted;         /* whose key files are read besides root's and our own */
	struct openpgp *files; /* NULL until the first OpenPGP signature */
};

/* An empty ring, for keyring_free(); 0 or -1. */
int keyring_new(struct keyring **out, struct fault *f);

/* Frees the ring, not the keys that were added to it. */
void keyring_free(struct keyring *ring);

/*
 * Adds a key, which must outlive the ring, and whose it is.  0 or -1.
 */
int keyring_add(
	struct keyring *ring, const struct key *key, struct key_owner owner, struct fault *f);

/* OpenPGP key files may belong to this user, too: the repository's owner. */
void keyring_trust(struct keyring *ring, uid_t owner);

/* Passkeys answer at this site, whose texts must outlive the ring. */
void keyring_review_at(struct keyring *ring, const struct passkey_site *site);

/* Where that is. */
struct passkey_site keyring_site(const struct keyring *ring);

/*
 * The passkeys of that credential, which the policy gives to one person only; NULL and 0 when there
 * is none.
 */
const struct keyring_key *keyring_find_passkey(
	const struct keyring *ring, struct span credential, size_t *count);

/* The keys with this blob, in the order they were added; NULL and 0 when there is none. */
struct keyring_key *keyring_find(struct keyring *ring, struct span blob, size_t *count);

/* Keys that these files revoke (absolute paths, which must outlive the ring) are not good. */
void keyring_revoked_by(struct keyring *ring, names files);

/*
 * Whether one of the files revokes what signed: `blob` is the key's or its certificate's.  Reads
 * the files when it is the first to ask.  0 or -1: one cannot be read.
 */
int keyring_is_revoked(struct keyring *ring, struct span blob, const struct krl_subject *subject,
	bool *is, struct fault *f);

/*
 * The first authority that signs certificates with this one's key and for whose holder it names a
 * principal; *principal is which.  NULL: there is none.  *several: it names those of another
 * holder, too.
 */
struct keyring_key *keyring_find_authority(
	struct keyring *ring, const struct sshcert *cert, const char **principal, bool *several);

/* Why the authority is not valid at that time; NULL when it is.  As a key, too, if it is one. */
const char *keyring_why_authority_invalid(
	struct keyring *ring, const struct keyring_key *authority, int64_t now);

/* Why the first of these keys, all the same one, is not valid at that time; NULL when it is. */
const char *keyring_why_invalid(const struct keyring_key *keys, size_t count, int64_t now);

#endif
