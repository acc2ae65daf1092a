/*
 * clientDataJSON: what a browser says of the page that asked for a passkey (WebAuthn, 5.8.1).  The
 * passkey's signature covers its bytes, so what it says is what the person's browser saw.
 *
 * The pusher controls every byte.  Members that are not known are let through, as the standard
 * demands; those that are known must be as expected, and no member may be there twice.
 */
#ifndef COMMON_KEY_CLIENT_DATA_H
#define COMMON_KEY_CLIENT_DATA_H

#include "common/base/span.h"

struct client_expected {
	const char *type; /* `webauthn.get`, `webauthn.create` */
	const char *challenge, *origin;
};

/* What is wrong with it, as a constant sentence; NULL: nothing. */
const char *client_data_objection(struct span bytes, const struct client_expected *expected);

#endif
