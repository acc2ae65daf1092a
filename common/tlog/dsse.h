/*
 * DSSE envelopes (Dead Simple Signing Envelope, v1), each one line of JSON, that hold in-toto
 * statements: signed by Ed25519 over `DSSEv1 LEN TYPE LEN BODY`.
 */
#ifndef COMMON_TLOG_DSSE_H
#define COMMON_TLOG_DSSE_H

#include "common/tlog/signer.h"

#define DSSE_IN_TOTO "application/vnd.in-toto+json"
#define DSSE_MAX ((size_t)4 << 20) /* bytes of an envelope */

/* Appends an envelope of the payload, signed by each key, without a line feed.  0 or -1. */
int dsse_sign(struct buf *out, struct span payload, const struct signers *signers, struct fault *f);

/* Whose signatures are accepted. */
struct dsse_keys {
	struct note_key list[SIGNERS_MAX];
	unsigned count;
};

/* Reads a file of public keys, as `countersign key show` prints them, a line each.  0 or -1. */
int dsse_keys_read(struct dsse_keys *out, const char *path, struct fault *f);

/*
 * Reads an envelope, and appends its payload.  NOTE_GOOD: signed by one of the keys, which *by
 * then is; NOTE_BAD: a signature that says it is by one of them, and is not; NOTE_ABSENT: by none
 * of them.  -1: it is no envelope of an in-toto statement.
 */
int dsse_open(struct span envelope, const struct dsse_keys *keys, struct buf *payload,
	const struct note_key **by, struct fault *f);

/* The name by which an envelope calls a key: NAME+ID. */
void dsse_key_id(const struct note_key *key, char out[NOTE_NAME_MAX + 10]);

#endif
