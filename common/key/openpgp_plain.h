/*
 * The signatures that nearly everybody makes, verified by libcrypto: RSA and Ed25519, with nothing unusual in
 * the packet.  RNP is sound but slow at it: for RSA it computes for each signature anew what it needs of the key.
 * It still reads the keys and says whether they may sign; and what is not plain, or not good here, it judges.
 */
#ifndef COMMON_KEY_OPENPGP_PLAIN_H
#define COMMON_KEY_OPENPGP_PLAIN_H

#include "common/key/openpgp_packet.h"

/* Whether it is plain, and good: by the first key of these packets, over the payload. */
bool openpgp_plain_good(
	const struct openpgp_packet *signature, struct span key_data, struct span payload);

#endif
