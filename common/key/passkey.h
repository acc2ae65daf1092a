/*
 * Passkeys: what navigator.credentials.get() of a browser answers (WebAuthn, level 2), in the place
 * of a signature at the end of an approval tag:
 *
 *	-----BEGIN COUNTERSIGN PASSKEY-----
 *	credential <base64>
 *	authenticatorData <base64>
 *	clientDataJSON <base64>
 *	signature <base64>
 *	-----END COUNTERSIGN PASSKEY-----
 *
 * Just these lines in this order, each in one line.  The challenge is the SHA-256 of everything
 * before them: the statement (common/facts/statement.h), which is the whole tag.
 *
 * The pusher controls every byte of the answer; the key is the policy's, and its algorithm with it.
 * Stricter than WebAuthn in this: authenticatorData of an answer has no extensions, since none are
 * asked for; flags that the standard keeps for later are not set; nothing is framed.
 */
#ifndef COMMON_KEY_PASSKEY_H
#define COMMON_KEY_PASSKEY_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

#define PASSKEY_BEGIN "-----BEGIN COUNTERSIGN PASSKEY-----"
#define PASSKEY_END "-----END COUNTERSIGN PASSKEY-----"

/* More than any answer that could be good takes: its text, and the parts of it. */
#define PASSKEY_TEXT_MAX 16384
#define PASSKEY_CREDENTIAL_MAX 1023
#define PASSKEY_DATA_MAX 1024
#define PASSKEY_CLIENT_MAX 4096
#define PASSKEY_SIGNATURE_MAX 256

/* Room for a challenge in base64url, and the NUL. */
#define PASSKEY_CHALLENGE_SIZE 44

/* What a browser answers, as bytes. */
struct passkey_answer {
	struct span credential;         /* rawId */
	struct span authenticator_data; /* response.authenticatorData */
	struct span client_data;        /* response.clientDataJSON */
	struct span signature;          /* response.signature; empty at enrolment */
};

/* Where passkeys are asked for; the policy's `review`. */
struct passkey_site {
	const char *origin; /* `https://review.example.com`; NULL: nowhere, so none counts */
	const char *rp_id;  /* `review.example.com`; NULL: the origin has no name */
	bool verified;      /* the user must have been verified, not only be there */
};

/* An answer as it is in a tag: the answer's spans point into the bytes. */
struct passkey_text {
	struct passkey_answer answer;
	struct buf bytes;
};

#define PASSKEY_TEXT_INIT                            \
	{                                            \
		.bytes = BUF_INIT(PASSKEY_TEXT_MAX), \
	}

/* What a good answer tells. */
struct passkey_told {
	bool present, verified;
	uint32_t counter; /* 0: the passkey has none */
};

/* Appends an answer as a tag has it.  0, or -1: a part is empty or too long, or out is full. */
int passkey_write(struct buf *out, const struct passkey_answer *answer);

/*
 * Reads such a text to the last byte into one that is PASSKEY_TEXT_INIT.  0, or -1 with *why, a
 * constant sentence; release it either way.
 */
int passkey_read(struct passkey_text *out, struct span text, const char **why);

/* Frees the bytes. */
void passkey_release(struct passkey_text *text);

/* The challenge for a statement: its SHA-256 in base64url, as clientDataJSON has it.  0 or -1. */
int passkey_challenge(char out[PASSKEY_CHALLENGE_SIZE], struct span statement, struct fault *f);

/* For what an answer has to be. */
struct passkey_wanted {
	const struct passkey_site *site;
	struct span statement, key; /* the key in COSE's form */
};

/*
 * Verifies an answer: that it was made for this site and this statement, by the key.  0 with *why
 * NULL: good, *told is filled; 0 with *why, a constant sentence: not good; -1: it could not be
 * found out.
 */
int passkey_verify(const struct passkey_wanted *wanted, const struct passkey_answer *answer,
	struct passkey_told *told, const char **why, struct fault *f);

/* What a browser answers when it makes a passkey. */
struct passkey_made {
	struct span credential, key; /* the COSE key; both point into authenticatorData */
	uint32_t counter;
};

/*
 * Reads what navigator.credentials.create() answered for this site and statement.  No attestation
 * is looked at: whose passkey it is, people tell each other by its fingerprint.  Returns as
 * passkey_verify().
 */
int passkey_enrolled(const struct passkey_site *site, struct span statement,
	const struct passkey_answer *answer, struct passkey_made *made, const char **why,
	struct fault *f);

#endif
