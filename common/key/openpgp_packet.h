/*
 * A signature packet of OpenPGP (RFC 4880, 5.2), looked at before any library sees it.
 * The pusher controls every byte.  Just one packet, of version 4, binary, with a strong hash.
 */
#ifndef COMMON_KEY_OPENPGP_PACKET_H
#define COMMON_KEY_OPENPGP_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

struct openpgp_packet {
	struct span issuer; /* 20 bytes: a fingerprint, 8 bytes: a key id */
	uint32_t created;
};

/*
 * Reads the packet.  0, or -1 with *why, a constant sentence, and *malformed: it is not just one
 * packet.
 */
int openpgp_packet_parse(
	struct openpgp_packet *out, struct span bytes, bool *malformed, const char **why);

#endif
