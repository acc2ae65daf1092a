/*
 * git's deltas: one object written as pieces of another (gitformat-pack, "Deltified
 * representation").
 *
 * The pusher controls the bytes.  A delta is applied whole and exactly, or not at all; no piece
 * lies outside the base or the outcome, and no byte is left over.
 */
#ifndef COMMON_STORE_DELTA_H
#define COMMON_STORE_DELTA_H

#include "common/base/span.h"

struct delta {
	size_t base_size, result_size; /* as it says itself; nothing was allocated for it */
	struct span pieces;
};

/* Reads what a delta says about the sizes.  0, or -1 when it is none. */
int delta_begin(struct delta *out, struct span raw);

/*
 * Writes the outcome, result_size bytes, to out.  0, or -1 when base and delta do not fit each
 * other.
 */
int delta_apply(const struct delta *delta, struct span base, char *out);

#endif
