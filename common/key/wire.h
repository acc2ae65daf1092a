/*
 * Reads the data types of RFC 4251: bytes, numbers, strings and big numbers, one after the other.
 * Failure is sticky: read all that is expected, then ask wire_end() whether it was just that.
 * Spans point into what is read.
 */
#ifndef COMMON_KEY_WIRE_H
#define COMMON_KEY_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

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

/* A string: its length in four bytes, then its bytes. */
struct span wire_string(struct wire *w);

/*
 * A big number that is above zero and has no needless leading zeros: its bytes, the first one not
 * zero.
 */
struct span wire_number(struct wire *w);

/* Whether everything was there and nothing is left. */
bool wire_end(const struct wire *w);

#endif
