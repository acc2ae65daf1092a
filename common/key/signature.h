/*
 * Who signed it: signatures of commits and tags, verified in process against the keys of the
 * policy, at the server's time.  SSH: PROTOCOL.sshsig of OpenSSH, namespace `git`; OpenPGP: RFC
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

struct signature_check {
	enum signature_verdict verdict;
	struct key_owner owner; /* as given to keyring_add, when good */
	bool hardware;          /* made by a hardware key (sk-...) */
	bool touched;           /* and its user-presence flag is set; a passkey's: user verified */
	bool passkey;           /* made by a passkey */
	uint32_t counter;       /* and how often that has signed; 0: it does not count */
	char fingerprint
		[160]; /* of the key it names: `SHA256:...` or OpenPGP hex; "" when not told */
	/* of the OpenPGP key that this is a subkey of; "" when there is none, or not known */
	char primary[160];
	char why[256]; /* one sentence when not good; may hold the pusher's bytes */
};

/*
 * Verifies the one signature of a commit.  A key that stands in the ring under several owners is
 * good for the first, and under its conditions; revoked in one place, it is revoked in all.  0 with
 * *out filled, or -1: an OpenPGP key file that cannot be read, no library, no memory.
 */
int signature_of_commit(struct keyring *ring, const struct commit *commit, int64_t now,
	struct signature_check *out, struct fault *f);

/* The same of a tag. */
int signature_of_tag(struct keyring *ring, const struct tag *tag, int64_t now,
	struct signature_check *out, struct fault *f);

/* As above over a payload and its armoured signature. */
int signature_verify(struct keyring *ring, struct span payload, struct span armoured, int64_t now,
	struct signature_check *out, struct fault *f);

#endif
