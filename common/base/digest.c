#include "common/base/digest.h"

#include <stdio.h>
#include <string.h>

#define BLOCK 64

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t roots[64] = {
	0x428a2f98,
	0x71374491,
	0xb5c0fbcf,
	0xe9b5dba5,
	0x3956c25b,
	0x59f111f1,
	0x923f82a4,
	0xab1c5ed5,
	0xd807aa98,
	0x12835b01,
	0x243185be,
	0x550c7dc3,
	0x72be5d74,
	0x80deb1fe,
	0x9bdc06a7,
	0xc19bf174,
	0xe49b69c1,
	0xefbe4786,
	0x0fc19dc6,
	0x240ca1cc,
	0x2de92c6f,
	0x4a7484aa,
	0x5cb0a9dc,
	0x76f988da,
	0x983e5152,
	0xa831c66d,
	0xb00327c8,
	0xbf597fc7,
	0xc6e00bf3,
	0xd5a79147,
	0x06ca6351,
	0x14292967,
	0x27b70a85,
	0x2e1b2138,
	0x4d2c6dfc,
	0x53380d13,
	0x650a7354,
	0x766a0abb,
	0x81c2c92e,
	0x92722c85,
	0xa2bfe8a1,
	0xa81a664b,
	0xc24b8b70,
	0xc76c51a3,
	0xd192e819,
	0xd6990624,
	0xf40e3585,
	0x106aa070,
	0x19a4c116,
	0x1e376c08,
	0x2748774c,
	0x34b0bcb5,
	0x391c0cb3,
	0x4ed8aa4a,
	0x5b9cca4f,
	0x682e6ff3,
	0x748f82ee,
	0x78a5636f,
	0x84c87814,
	0x8cc70208,
	0x90befffa,
	0xa4506ceb,
	0xbef9a3f7,
	0xc67178f2,
};

static uint32_t left(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static uint32_t right(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* Sixteen words of the block, most significant byte first. */
static void words_of(uint32_t w[16], const unsigned char block[BLOCK])
{
	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
}

static void sha256_block(uint32_t state[8], const unsigned char block[BLOCK])
{
	uint32_t w[64], s[8];

	words_of(w, block);
	for (size_t i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (right(w[i - 15], 7) ^ right(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (right(w[i - 2], 17) ^ right(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(s, state, sizeof(s));
	for (size_t i = 0; i < 64; i++) {
		uint32_t one = s[7] + roots[i] + w[i] + ((s[4] & s[5]) ^ (~s[4] & s[6])) +
			       (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25));
		uint32_t two = ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])) +
			       (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += one;
		s[0] = one + two;
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += s[i];
}

/* What a round of SHA-1 makes of three words, and its constant. */
static uint32_t sha1_mix(size_t round, const uint32_t s[5])
{
	if (round < 20)
		return ((s[1] & s[2]) | (~s[1] & s[3])) + 0x5a827999;
	if (round < 40)
		return (s[1] ^ s[2] ^ s[3]) + 0x6ed9eba1;
	if (round < 60)
		return ((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])) + 0x8f1bbcdc;
	return (s[1] ^ s[2] ^ s[3]) + 0xca62c1d6;
}

static void sha1_block(uint32_t state[8], const unsigned char block[BLOCK])
{
	uint32_t w[80], s[5];

	words_of(w, block);
	for (size_t i = 16; i < 80; i++)
		w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(s, state, sizeof(s));
	for (size_t i = 0; i < 80; i++) {
		uint32_t next = left(s[0], 5) + sha1_mix(i, s) + s[4] + w[i];

		s[4] = s[3];
		s[3] = s[2];
		s[2] = left(s[1], 30);
		s[1] = s[0];
		s[0] = next;
	}
	for (size_t i = 0; i < 5; i++)
		state[i] += s[i];
}

void digest_begin(struct digest *digest, size_t size)
{
	static const uint32_t sha256[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
			      sha1[8] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
				      0xc3d2e1f0 };

	*digest = (struct digest){ .size = size };
	memcpy(digest->state, size == DIGEST_SHA1 ? sha1 : sha256, sizeof(sha256));
}

static void block_add(struct digest *digest, const unsigned char block[BLOCK])
{
	if (digest->size == DIGEST_SHA1)
		sha1_block(digest->state, block);
	else
		sha256_block(digest->state, block);
}

void digest_add(struct digest *digest, struct span bytes)
{
	size_t used = digest->len % BLOCK;

	digest->len += bytes.len;
	while (bytes.len) {
		size_t part = bytes.len < BLOCK - used ? bytes.len : BLOCK - used;

		memcpy(digest->block + used, bytes.data, part);
		bytes.data += part;
		bytes.len -= part;
		used += part;
		if (used == BLOCK) {
			block_add(digest, digest->block);
			used = 0;
		}
	}
}

void digest_end(struct digest *digest, unsigned char *out)
{
	static const char padding[BLOCK] = { (char)0x80 };
	uint64_t bits = digest->len * 8;
	size_t used = digest->len % BLOCK;
	char length[8];

	for (size_t i = 0; i < 8; i++)
		length[i] = (char)(bits >> (56 - 8 * i));
	digest_add(digest, (struct span){ padding, used < 56 ? 56 - used : 120 - used });
	digest_add(digest, (struct span){ length, sizeof(length) });
	for (size_t i = 0; i < digest->size; i++)
		out[i] = (unsigned char)(digest->state[i / 4] >> (24 - 8 * (i % 4)));
}

void digest_sha256(unsigned char out[DIGEST_SIZE], struct span bytes)
{
	struct digest digest;

	digest_begin(&digest, DIGEST_SIZE);
	digest_add(&digest, bytes);
	digest_end(&digest, out);
}

void digest_hmac(unsigned char out[DIGEST_SIZE], struct span key, struct span bytes)
{
	unsigned char inner[BLOCK] = { 0 }, outer[BLOCK];
	struct digest digest;

	if (key.len > BLOCK)
		digest_sha256(inner, key);
	else if (key.len)
		memcpy(inner, key.data, key.len);
	for (size_t i = 0; i < BLOCK; i++) {
		outer[i] = inner[i] ^ 0x5c;
		inner[i] ^= 0x36;
	}
	digest_begin(&digest, DIGEST_SIZE);
	digest_add(&digest, (struct span){ (const char *)inner, BLOCK });
	digest_add(&digest, bytes);
	digest_end(&digest, out);
	digest_begin(&digest, DIGEST_SIZE);
	digest_add(&digest, (struct span){ (const char *)outer, BLOCK });
	digest_add(&digest, (struct span){ (const char *)out, DIGEST_SIZE });
	digest_end(&digest, out);
	explicit_bzero(inner, sizeof(inner));
	explicit_bzero(outer, sizeof(outer));
	explicit_bzero(&digest, sizeof(digest));
}

int digest_of(struct span bytes, struct digest_text *out, struct fault *f)
{
	unsigned char hash[DIGEST_SIZE];

	(void)f;
	digest_sha256(hash, bytes);
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		out->hex[2 * i] = "0123456789abcdef"[hash[i] >> 4];
		out->hex[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
	}
	out->hex[2 * DIGEST_SIZE] = '\0';
	return 0;
}
