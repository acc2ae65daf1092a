/*
 * Who signed it: signatures of commits and tags, verified in process against the keys of the
 * policy, at the server's time.  SSH: PROTOCOL.sshsig of OpenSSH, namespace `git`, by a key or by
 * the certificate of one (PROTOCOL.certkeys), less what is revoked (PROTOCOL.krl); OpenPGP: RFC
 * 4880/9580 by RNP, which is loaded when the first such signature is seen; passkeys: WebAuthn, of
 * tags alone.
 *
 * The pusher controls the signature and what is signed.  Whatever is not understood to the last
 * byte is not good.
 */
#ifndef COMMON_KEY_SIGNATURE_H
#define COMMON_KEY_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/fault.h"
#include "common/git/object.h"
#include "common/key/keyring.h"

enum signature_verdict {
	SIGNATURE_NONE = 0,  /* unsigned */
	SIGNATURE_GOOD,      /* by a key of the ring, valid now */
	SIGNATURE_UNKNOWN,   /* well-formed, and may be good, but by a key that is in no policy */
	SIGNATURE_BAD,       /* wrong, expired, revoked, weak, wrong namespace: why says which */
	SIGNATURE_MALFORMED, /* ambiguous or not understood: more than one, rubbish around it */
};

/* The SSH certificate of a good signature, as a log tells it. */
struct certificate {
	uint64_t serial;
	const char *key_id, *principal;
	const char *authority, *key; /* fingerprints: who signed it, and whose key it is for */
};

/* What the certificate says that signed. */
struct certified {
	bool is; /* false: a key signed, and nothing else is told */
	uint64_t serial;
	char authority[SSHKEY_FINGERPRINT_SIZE], key_id[SSHCERT_ID_MAX + 1];
	const char *principal; /* when good: by which it was recognised; the policy's */
};

struct signature_check {
	enum signature_verdict verdict;
	struct key_owner owner; /* as given to keyring_add, when good */
	/*
	 * The agent whose key or certificate it is, when that alone is bad: it has ended or was
	 * revoked.  Whoever signs with it is not less of an agent for that.
	 */
	const struct agent *lapsed;
	bool hardware;    /* made by a hardware key (sk-...) */
	bool touched;     /* and its user-presence flag is set; a passkey's: user verified */
	bool passkey;     /* made by a passkey */
	uint32_t counter; /* and how often that has signed; 0: it does not count */
	char fingerprint
		[160]; /* of the key it names: `SHA256:...` or OpenPGP hex; "" when not told */
	/* of the OpenPGP key that this is a subkey of; "" when there is none, or not known */
	char primary[160];
	struct certified certified;
	char principals[SSHCERT_PRINCIPALS_MAX + 1]; /* that the certificate names, a line each */
	char why[256]; /* one sentence when not good; may hold the pusher's bytes */
};

/*
 * Verifies the one signature of a commit.  A key that stands in the ring under several owners is
 * good for the first, and under its conditions; revoked in one place, it is revoked in all.  0 with
 * *out filled, or -1: an OpenPGP key file that cannot be read, no library, no memory.
 */
int signature_of_commit(struct keyring *ring, const struct commit *commit, int64_t now,
	struct signature_check *out, struct fault *f);

/*
 * Keeps in the arena what a log tells of the certificate of a good signature by the key of that
 * fingerprint; NULL where a key signed.  0, or -1: no memory.
 */
int signature_certificate(const struct certificate **out, const struct certified *certified,
	const char *fingerprint, struct arena *arena);

/* The same of a tag. */
int signature_of_tag(struct keyring *ring, const struct tag *tag, int64_t now,
	struct signature_check *out, struct fault *f);

/* As above over a payload and its armoured signature. */
int signature_verify(struct keyring *ring, struct span payload, struct span armoured, int64_t now,
	struct signature_check *out, struct fault *f);

#endif
