/*
 * Public keys, as a policy names them: an authorized_keys(5) line (`ssh-ed25519 AAAA... comment`),
 * or `openpgp:FILE`, an armoured OpenPGP certificate, relative to the folder of the policy that
 * names it.  Nothing is read from FILE before an OpenPGP signature is seen.  A passkey is `passkey
 * CREDENTIAL KEY comment`: the credential's id and its COSE key, each in base64; what a line of
 * `countersign reviewer accept` has.
 *
 * In front of any may stand options, parted by commas, as in the allowed signers of
 * ssh-keygen(1) and in authorized_keys(5): `valid-after="TIME"`, `valid-before="TIME"`,
 * `namespaces="git"`, `no-touch-required`, `cert-authority` (an SSH key that signs nothing itself,
 * but certificates), with it `principals="NAME,NAME"` (whose certificates are meant), and our own
 * `revoked`.
 */
#ifndef COMMON_KEY_KEY_H
#define COMMON_KEY_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/names.h"
#include "common/base/span.h"

enum key_kind {
	KEY_SSH,
	KEY_OPENPGP,
	KEY_PASSKEY, /* answers for approval tags, and signs nothing else */
};

struct key {
	enum key_kind kind;
	const char *type;       /* SSH: `ssh-ed25519`; else `openpgp`, `passkey` */
	struct span blob;       /* SSH, passkey: the decoded public key */
	struct span credential; /* passkey: its id */
	const char *file;       /* OpenPGP: absolute path of the armoured file */
	/* SSH: `SHA256:...` as ssh-keygen(1) prints it; passkey: the same of its key; else NULL */
	const char *fingerprint;
	int64_t valid_after;  /* seconds since 1970; 0: always */
	int64_t valid_before; /* the first second in which it is not valid; 0: for ever */
	bool revoked;         /* nothing that it signed is good any more */
	bool touch_optional;  /* a hardware key's signatures are good without a touch, too */
	bool authority;       /* signs certificates, whose keys then count in its place */
	names principals;     /* that one of them must name; NULL: not said */
	const char *holder;   /* whose it is in the policy, `person alice`; or NULL */
};

#define KEY_TEXT_MAX 16384

/*
 * Reads a key; what it points to lives in the arena.  `folder` is what openpgp files are relative
 * to; NULL: they may not be named here.  0, or -1 with *why, a constant sentence: unknown type, bad
 * base64, trailing bytes, RSA below 2048 bits, a certificate where a key is expected, an option
 * that is not understood.
 */
int key_parse(struct key *out, struct arena *arena, struct span text, const char *folder,
	const char **why);

/*
 * Writes an SSH key or a passkey as key_parse() reads it, for whoever has to verify long after what
 * it signed: without the times in which it is valid.  Of an OpenPGP key nothing.  0 or -1.
 */
int key_print(struct buf *out, const struct key *key);

/*
 * A point in time as policies write it: `2027-06-30`, `2027-06-30T12:00:00Z`, or ssh-keygen's
 * `20270630[HHMM[SS]][Z]`; always UTC, after 1970.  0 or -1.
 */
int key_time_parse(int64_t *out, struct span text);

#endif
