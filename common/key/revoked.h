/*
 * The files that `revoked_keys` of a policy names: key revocation lists (krl.h), or public keys and
 * certificates, one a line, as sshd_config(5)'s RevokedKeys has them.
 *
 * They are read when the first SSH signature has to be judged by one of the policy's keys.  A file
 * that is missing, not trusted or not understood to the last byte is a fault: nobody knows then
 * what it revokes.
 */
#ifndef COMMON_KEY_REVOKED_H
#define COMMON_KEY_REVOKED_H

#include <sys/types.h>

#include "common/base/fault.h"
#include "common/base/names.h"
#include "common/key/krl.h"

struct revoked;

/*
 * Reads the files (absolute paths), which root, the running user or `trusted` must own; for
 * revoked_free().  0 or -1.
 */
int revoked_read(struct revoked **out, names files, uid_t trusted, struct fault *f);

/* Frees what was read; NULL is fine. */
void revoked_free(struct revoked *revoked);

/*
 * Whether one of the files revokes it; `blob` is what signed: the key's or the certificate's, and
 * the subject is read from it.  The lists are gone through once for each, however many commits it
 * signed.
 */
bool revoked_has(struct revoked *revoked, struct span blob, const struct krl_subject *subject);

#endif
