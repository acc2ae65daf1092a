/*
 * The certificate of a signed push (git-push(1), --signed), as git hands it to a hook: what is
 * signed, and what it says.
 *
 *	certificate version 0.1
 *	pusher Alice <alice@example.com> 1700000000 +0000
 *	pushee https://git.example.com/app.git
 *	nonce 1700000000-0f3a...
 *	push-option reason=...			any number
 *
 *	OLD NEW REF				a line each
 *	-----BEGIN SSH SIGNATURE-----		or another, to the end
 *
 * The pusher controls every byte of it.
 */
#ifndef COMMON_GIT_PUSH_CERTIFICATE_H
#define COMMON_GIT_PUSH_CERTIFICATE_H

#include <stdbool.h>

#include "common/git/push.h"

#define PUSH_CERTIFICATE_MAX ((size_t)1 << 20) /* bytes */

struct push_certificate {
	struct span payload, signature; /* what is signed, and by what; both in the text */
	struct span nonce;
	struct span head;    /* the lines before the updates */
	struct span updates; /* the lines of the updates */
};

/*
 * Reads the text, of which the certificate's spans are parts.  NULL, or why it is none: anything
 * but the lines above, in this order.
 */
const char *push_certificate_parse(struct push_certificate *out, struct span text);

/* Whether its push options are those of the environment, byte for byte and in that order. */
bool push_certificate_has_options(
	const struct push_certificate *certificate, const struct env *env);

/* Whether its updates are those of the push, all of them and no other, in any order. */
bool push_certificate_is_of(const struct push_certificate *certificate, const struct push *push);

#endif
