/*
 * Key revocation lists, as OpenSSH's PROTOCOL.krl lays down and `ssh-keygen -k` makes them: keys,
 * fingerprints of keys, and certificates of an authority (or of any) by serial or key id.
 *
 * An admin's file.  It is read to the last byte before it counts, and what is not understood in it
 * refuses it: a list of which a part is passed over would let through what that part revokes.  So
 * signed lists are refused, and extensions that are critical.
 */
#ifndef COMMON_KEY_KRL_H
#define COMMON_KEY_KRL_H

#include "common/key/sshcert.h"

/* Whether the bytes begin as such a list does. */
bool krl_is(struct span bytes);

/* Why the list cannot be used, as a constant sentence; NULL: it can. */
const char *krl_objection(struct span bytes);

/* What is looked for in a list. */
struct krl_subject {
	struct span plain;          /* blob of the key, without a certificate */
	const struct sshcert *cert; /* or NULL */
};

/* Whether the list, to which there is no objection, revokes the key or its certificate. */
bool krl_revokes(struct span bytes, const struct krl_subject *subject);

#endif
