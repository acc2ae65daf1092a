/*
 * Marvin32, the keyed checksum in Microsoft's identifiable keys (US patent text and .NET's Marvin).
 */
#ifndef RULES_STRUCTURE_MARVIN32_H
#define RULES_STRUCTURE_MARVIN32_H

#include <stdint.h>

#include "common/base/span.h"

/* The 64-bit state after the bytes: low half in the low word. */
uint64_t marvin32(struct span bytes, uint64_t seed);

#endif
