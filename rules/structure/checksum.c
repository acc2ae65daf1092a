#include "rules/structure/checksum.h"

#include "common/base/digest.h"

uint32_t checksum_crc32(struct span bytes)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= (unsigned char)bytes.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

unsigned checksum_crc16(struct span bytes)
{
	unsigned crc = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= (unsigned)(unsigned char)bytes.data[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
	}
	return crc;
}

static int base32_value(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

size_t checksum_unbase32(struct span text, unsigned char *out, size_t most)
{
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int v = base32_value(text.data[i]);

		if (v < 0)
			return 0;
		bits = (bits << 5 | (unsigned)v) & 0xfff;
		have += 5;
		if (have < 8)
			continue;
		if (n == most)
			return 0;
		have -= 8;
		out[n++] = (unsigned char)(bits >> have);
	}
	return n;
}

bool checksum_sha256_base32(struct span bytes, struct span text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char digest[DIGEST_SIZE];

	digest_sha256(digest, bytes);
	for (size_t i = 0; i < text.len && i < 40; i++) {
		size_t bit = 5 * i;
		unsigned pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];

		if (text.data[i] != alphabet[pair >> (11 - bit % 8) & 31])
			return false;
	}
	return text.len > 0;
}

static uint32_t bech32_step(uint32_t sum, unsigned value)
{
	static const uint32_t generators[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
		0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (int i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= generators[i];
	return sum;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool checksum_bech32(struct span text)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	size_t bar = text.len;
	uint32_t sum = 1;

	while (bar > 0 && text.data[bar - 1] != '1')
		bar--;
	if (bar < 2 || text.len - bar < 7)
		return false;
	for (size_t i = 0; i + 1 < bar; i++)
		sum = bech32_step(sum, (unsigned char)lower(text.data[i]) >> 5);
	sum = bech32_step(sum, 0);
	for (size_t i = 0; i + 1 < bar; i++)
		sum = bech32_step(sum, (unsigned char)lower(text.data[i]) & 31);
	for (size_t i = bar; i < text.len; i++) {
		const char *at = text.data[i] ? strchr(alphabet, lower(text.data[i])) : NULL;

		if (!at)
			return false;
		sum = bech32_step(sum, (unsigned)(at - alphabet));
	}
	return sum == 1;
}

/* Appends a base-58 digit to a number of `len` bytes, most significant first. */
static bool base58_push(unsigned char *number, size_t len, unsigned digit)
{
	for (size_t i = len; i-- > 0; digit >>= 8) {
		digit += number[i] * 58u;
		number[i] = (unsigned char)digit;
	}
	return digit == 0;
}

static bool checksum_holds(const unsigned char *raw, size_t len)
{
	unsigned char once[DIGEST_SIZE], twice[DIGEST_SIZE];

	digest_sha256(once, (struct span){ (const char *)raw, len - 4 });
	digest_sha256(twice, (struct span){ (const char *)once, sizeof(once) });
	return memcmp(twice, raw + len - 4, 4) == 0;
}

int checksum_base58check(struct span text)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	static const size_t lengths[] = { 37, 38, 82 };
	unsigned char raw[96] = { 0 };
	size_t first = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char *at = text.data[i] ? strchr(alphabet, text.data[i]) : NULL;

		if (!at || !base58_push(raw, sizeof(raw), (unsigned)(at - alphabet)))
			return 0;
	}
	while (first < sizeof(raw) && raw[first] == 0)
		first++;
	for (size_t i = 0; i < 3; i++)
		if (sizeof(raw) - first == lengths[i] && checksum_holds(raw + first, lengths[i]))
			return raw[first] + 1;
	return 0;
}
