/*
 * Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures, by Ed25519 (type
 * 0x01) or as a witness's cosignature with its time (type 0x04, C2SP tlog-cosignature).
 */
#ifndef COMMON_TLOG_NOTE_H
#define COMMON_TLOG_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

#define NOTE_NAME_MAX 255      /* bytes of a key's name */
#define NOTE_MAX 65536         /* bytes of a note */
#define NOTE_SIGNATURES 128    /* lines of signatures in one */
#define NOTE_SIGNATURE_SIZE 64 /* bytes of one by Ed25519 */

enum note_type {
	NOTE_SIGNED = 0x01,   /* over the text */
	NOTE_COSIGNED = 0x04, /* over the text and the time of signing */
};

/* Whose signatures are looked for. */
struct note_key {
	char name[NOTE_NAME_MAX + 1];
	enum note_type type;
	unsigned char id[4], public[32];
};

/* A note in its two parts; both lie in what was read. */
struct note {
	struct span text, signatures;
};

enum note_state {
	NOTE_ABSENT, /* no signature by that key */
	NOTE_GOOD,
	NOTE_BAD, /* one that says that it is by that key, and is not */
};

/* Whether a key may have that name: not empty, no space, no `+`, no control character. */
bool note_name_is_good(struct span name);

/* The key of a name: its id is SHA-256(name || 0x0A || type || public)[:4].  0 or -1. */
int note_key_make(struct note_key *out, const char *name, enum note_type type,
	const unsigned char public[32], struct fault *f);

/* Reads a key as it is written: NAME+ID+BASE64 of type and public key.  0 or -1. */
int note_key_read(struct note_key *out, struct span text, struct fault *f);

/* Appends it so.  0 or -1. */
int note_key_write(struct buf *out, const struct note_key *key);

/* Takes the next line, without its end, off the text; false: there is none, or it has no end. */
bool note_take_line(struct span *rest, struct span *line);

/* Finds the parts of a note.  0, or -1: it is none. */
int note_read(struct note *out, struct span bytes, struct fault *f);

/*
 * Looks for a signature by the key; `time`: when it says that it was made, in seconds since 1970, 0
 * for one without.  NOTE_BAD where any line of that key does not verify.
 */
enum note_state note_verify(const struct note *note, const struct note_key *key, uint64_t *time);

/* The public half of the key that this seed (RFC 8032) makes.  0 or -1. */
int note_public(const unsigned char seed[32], unsigned char public[32]);

/*
 * Appends the line of a signature over the text by the key that this seed makes; `time` counts for
 * NOTE_COSIGNED alone.  0 or -1.
 */
int note_sign(struct buf *out, struct span text, const struct note_key *key,
	const unsigned char seed[32], uint64_t time);

/* Whether the signature (RFC 8032) is the key's, over exactly these bytes. */
bool note_bytes_verify(const struct note_key *key, struct span message, struct span signature);

/* Signs exactly these bytes by the key that this seed makes.  0 or -1. */
int note_bytes_sign(const unsigned char seed[32], struct span message,
	unsigned char signature[NOTE_SIGNATURE_SIZE]);

#endif
