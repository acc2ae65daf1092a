/*
 * Reads the data types of RFC 4251: bytes, numbers, strings and big numbers, one after the other.
 * Failure is sticky: read all that is expected, then ask wire_end() whether it was just that.
 * Spans point into what is read.  And writes them; what did not fit is seen in out->failed.
 */
#ifndef COMMON_KEY_WIRE_H
#define COMMON_KEY_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"

struct wire {
	struct span rest;
	bool failed;
};

/* Starts at the first byte. */
static inline struct wire wire_of(struct span bytes)
{
	return (struct wire){ .rest = bytes };
}

/* The next len bytes as they are; empty after a failure. */
struct span wire_bytes(struct wire *w, size_t len);

/* One byte; 0 after a failure. */
uint8_t wire_u8(struct wire *w);

/* Four bytes, the highest first; 0 after a failure. */
uint32_t wire_u32(struct wire *w);

/* Eight bytes, the highest first; 0 after a failure. */
uint64_t wire_u64(struct wire *w);

/* A string: its length in four bytes, then its bytes. */
struct span wire_string(struct wire *w);

/*
 * A big number that is above zero and has no needless leading zeros: its bytes, the first one not
 * zero.
 */
struct span wire_number(struct wire *w);

/* Whether everything was there and nothing is left. */
bool wire_end(const struct wire *w);

/* Appends four bytes, the highest first. */
void wire_put_u32(struct buf *out, uint32_t value);

/* Appends a string: its length in four bytes, then its bytes. */
void wire_put_string(struct buf *out, struct span bytes);

/* Appends the hash of the bytes, by its name in libcrypto, without a length. */
void wire_put_hash(struct buf *out, const char *digest, struct span bytes);

#endif
