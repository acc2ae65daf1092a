/*
 * Checksums and alphabets that tokens are made with.
 */
#ifndef RULES_STRUCTURE_CHECKSUM_H
#define RULES_STRUCTURE_CHECKSUM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

/* CRC-32 as in IEEE 802.3. */
uint32_t checksum_crc32(struct span bytes);

/* CRC-16/XMODEM. */
unsigned checksum_crc16(struct span bytes);

/*
 * Decodes base32 (RFC 4648) without padding; the bytes written, 0 when it is none or does not fit.
 */
size_t checksum_unbase32(struct span text, unsigned char *out, size_t most);

/* Whether `text` is the beginning of the base32 of the SHA-256 of the bytes. */
bool checksum_sha256_base32(struct span bytes, struct span text);

/* Whether the text is bech32 (BIP-173) with a good checksum. */
bool checksum_bech32(struct span text);

/* The version byte of a good base58check text, plus one; 0: it is none. */
int checksum_base58check(struct span text);

#endif
