#include "rules/structure/marvin32.h"

static uint32_t rotate(uint32_t v, int by)
{
	return v << by | v >> (32 - by);
}

static void mix(uint32_t *low, uint32_t *high, uint32_t block)
{
	*low += block;
	*high ^= *low;
	*low = rotate(*low, 20) + *high;
	*high = rotate(*high, 9) ^ *low;
	*low = rotate(*low, 27) + *high;
	*high = rotate(*high, 19);
}

static uint32_t word_at(const unsigned char *b, size_t n)
{
	uint32_t word = 0;

	for (size_t i = 0; i < n; i++)
		word |= (uint32_t)b[i] << 8 * i;
	return word;
}

uint64_t marvin32(struct span bytes, uint64_t seed)
{
	const unsigned char *b = (const unsigned char *)bytes.data;
	uint32_t low = (uint32_t)seed, high = (uint32_t)(seed >> 32);
	size_t at = 0, rest = bytes.len % 4;

	for (; at + 4 <= bytes.len; at += 4)
		mix(&low, &high, word_at(b + at, 4));
	mix(&low, &high, word_at(b + at, rest) | (uint32_t)0x80 << 8 * rest);
	mix(&low, &high, 0);
	return (uint64_t)high << 32 | low;
}
