#include "rules/structure/check.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/structure/checksum.h"
#include "rules/structure/letters.h"
#include "rules/structure/marvin32.h"

typedef enum credential_confirmed check(struct span token);

static enum credential_confirmed sure(bool yes)
{
	return yes ? CONFIRMED_YES : CONFIRMED_NOT;
}

/* A number in an alphabet of `base` characters, most significant first, left-padded. */
static bool digits_are(struct span text, uint64_t value, unsigned base, const char *alphabet)
{
	for (size_t i = text.len; i-- > 0; value /= base)
		if (text.data[i] != alphabet[value % base])
			return false;
	return value == 0;
}

#define BASE62 "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static struct span part(struct span s, size_t from, size_t len)
{
	return (struct span){ s.data + from, len };
}

/* The last six characters are the CRC-32 of what stands between prefix and them, base 62. */
static enum credential_confirmed crc62(struct span t, size_t prefix)
{
	if (t.len < prefix + 7)
		return CONFIRMED_NOT;
	return sure(digits_are(part(t, t.len - 6, 6),
		checksum_crc32(part(t, prefix, t.len - 6 - prefix)), 62, BASE62));
}

static enum credential_confirmed check_prefix4(struct span t)
{
	return crc62(t, 4);
}

static enum credential_confirmed check_vercel(struct span t)
{
	return t.len == 60 ? crc62(t, 4) : CONFIRMED_UNKNOWN;
}

static enum credential_confirmed check_github_pat(struct span t)
{
	return t.len == 93 ? sure(checksum_sha256_base32(part(t, 0, 77), part(t, 77, 8)))
			   : CONFIRMED_UNKNOWN;
}

static enum credential_confirmed hex_crc(struct span body, struct span hex, bool swap)
{
	uint32_t crc = checksum_crc32(body), told = 0;

	for (size_t i = 0; i < hex.len; i++) {
		char c = credential_lower(hex.data[i]);

		told = told << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return sure(told == (swap ? __builtin_bswap32(crc) : crc));
}

static enum credential_confirmed check_cloudflare(struct span t)
{
	const char *bar = memchr(t.data, '_', t.len);
	size_t prefix = bar ? (size_t)(bar - t.data) + 1 : 0;

	if (t.len != prefix + 48)
		return CONFIRMED_UNKNOWN;
	return hex_crc(part(t, prefix, 40), part(t, prefix + 40, 8), false);
}

static enum credential_confirmed check_grafana(struct span t)
{
	return t.len == 46 ? hex_crc(part(t, 0, 37), part(t, 38, 8), true) : CONFIRMED_NOT;
}

static enum credential_confirmed check_zuplo(struct span t)
{
	return t.len == 46 ? hex_crc(part(t, 5, 32), part(t, 38, 8), false) : CONFIRMED_NOT;
}

static enum credential_confirmed check_atlassian(struct span t)
{
	return t.len > 9 && t.data[t.len - 9] == '='
		       ? hex_crc(part(t, 0, t.len - 8), part(t, t.len - 8, 8), false)
		       : CONFIRMED_UNKNOWN;
}

static enum credential_confirmed check_gitlab_routable(struct span t)
{
	return t.len < 20 ? CONFIRMED_NOT
			  : sure(digits_are(part(t, t.len - 7, 7),
				    checksum_crc32(part(t, 0, t.len - 7)), 36,
				    "0123456789abcdefghijklmnopqrstuvwxyz"));
}

static enum credential_confirmed check_confluent(struct span t)
{
	unsigned char told[5];
	uint32_t crc;

	if (t.len != 64)
		return CONFIRMED_NOT;
	crc = checksum_crc32(part(t, 0, 58));
	credential_unbase64(part(t, 58, 6), told, 4);
	for (int i = 0; i < 4; i++)
		if (told[i] != (unsigned char)(crc >> 8 * i)) {
			crc = checksum_crc32(part(t, 4, 54));
			break;
		}
	for (int i = 0; i < 4; i++)
		if (told[i] != (unsigned char)(crc >> 8 * i))
			return CONFIRMED_NOT;
	return CONFIRMED_YES;
}

/* Microsoft's identifiable keys: the last bytes are a Marvin32 of the others, by a seed. */
static enum credential_confirmed marvin(struct span t, size_t body)
{
	static const uint64_t seeds[] = { 0x44656661756c7430, 0x4162416363743030,
		0x4d61737452573030, 0x4d617374524f3030, 0x4163636573733030, 0x5175657279303030,
		0x5041646d696e3030 };
	unsigned char raw[80];

	if (credential_unbase64(t, raw, sizeof(raw)) != body + 4 && body == 60)
		return CONFIRMED_NOT;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		uint64_t h = marvin32((struct span){ (char *)raw, body }, seeds[i]);
		uint32_t sum = (uint32_t)(h ^ h >> 32);
		uint32_t told = (uint32_t)raw[body] | (uint32_t)raw[body + 1] << 8 |
				(uint32_t)raw[body + 2] << 16 | (uint32_t)raw[body + 3] << 24;

		if (sum == told)
			return CONFIRMED_YES;
	}
	return CONFIRMED_NOT;
}

static enum credential_confirmed check_azure64(struct span t)
{
	return t.len == 88 ? marvin(t, 60) : CONFIRMED_UNKNOWN;
}

static enum credential_confirmed check_azure32(struct span t)
{
	unsigned char raw[64];
	size_t n = credential_unbase64(t, raw, sizeof(raw));

	return n > 8 && marvin(t, n - 4) == CONFIRMED_YES ? CONFIRMED_YES : CONFIRMED_UNKNOWN;
}

static enum credential_confirmed check_unknown(struct span t)
{
	(void)t;
	return CONFIRMED_UNKNOWN;
}

/* AWS numbers its accounts with twelve digits, and an id says which: plausible, not proved. */
static enum credential_confirmed check_aws(struct span t)
{
	unsigned char raw[16];
	uint64_t account = 0;

	if (t.len != 20 || checksum_unbase32(part(t, 4, 16), raw, 10) != 10)
		return CONFIRMED_NOT;
	for (int i = 0; i < 6; i++)
		account = account << 8 | raw[i];
	account = (account & 0x7fffffffff80) >> 7;
	return account < 1000000000000 ? CONFIRMED_UNKNOWN : CONFIRMED_NOT;
}

static enum credential_confirmed check_nkey(struct span t)
{
	unsigned char raw[64];
	size_t n = checksum_unbase32(t, raw, sizeof(raw));

	return sure(n >= 36 && n < sizeof(raw) &&
		    checksum_crc16((struct span){ (char *)raw, n - 2 }) ==
			    (unsigned)(raw[n - 2] | raw[n - 1] << 8));
}

static enum credential_confirmed check_stellar(struct span t)
{
	unsigned char raw[64];
	size_t n = checksum_unbase32(t, raw, sizeof(raw));

	return sure(n == 35 && raw[0] == 0x90 &&
		    checksum_crc16((struct span){ (char *)raw, 33 }) ==
			    (unsigned)(raw[33] | raw[34] << 8));
}

static enum credential_confirmed check_age(struct span t)
{
	return sure(checksum_bech32(t));
}

static bool json_object_with(struct span text, const char *key)
{
	unsigned char *raw = malloc(text.len + 1);
	json_error_t error;
	json_t *json = NULL;
	bool good = false;

	if (raw && text.len < 100000) {
		size_t n = credential_unbase64(text, raw, text.len);

		json = json_loadb((char *)raw, n, 0, &error);
		good = json_is_object(json) && (!key || json_object_get(json, key));
	}
	json_decref(json);
	free(raw);
	return good;
}

static enum credential_confirmed check_jwt(struct span t)
{
	const char *dot = memchr(t.data, '.', t.len), *second;

	if (!dot)
		return CONFIRMED_NOT;
	second = memchr(dot + 1, '.', (size_t)(t.data + t.len - dot - 1));
	if (!second || !json_object_with((struct span){ t.data, (size_t)(dot - t.data) }, "alg"))
		return CONFIRMED_NOT;
	return sure(json_object_with((struct span){ dot + 1, (size_t)(second - dot - 1) }, NULL));
}

/* A macaroon of version 2 whose last field is the signature. */
static enum credential_confirmed check_pypi(struct span t)
{
	unsigned char raw[1024];
	size_t n = t.len > 5 ? credential_unbase64(part(t, 5, t.len - 5), raw, sizeof(raw)) : 0;

	return sure(n > 48 && raw[0] == 2 && raw[1] == 1 && raw[n - 34] == 6 && raw[n - 33] == 32);
}

static enum credential_confirmed check_base58(struct span t)
{
	return sure(checksum_base58check(t) > 0);
}

static enum credential_confirmed check_wif(struct span t)
{
	int version = checksum_base58check(t);

	return sure(version == 0x81);
}

/* base64 of `name:password`, both printable. */
static enum credential_confirmed check_basic(struct span t)
{
	unsigned char raw[512];
	size_t n = credential_unbase64(t, raw, sizeof(raw));
	const unsigned char *colon = memchr(raw, ':', n);

	for (size_t i = 0; i < n; i++)
		if (raw[i] < 32 || raw[i] >= 127)
			return CONFIRMED_NOT;
	return sure(colon && colon + 1 < raw + n && n >= 5);
}

/* The first part of a Discord token is the number of the bot. */
static enum credential_confirmed check_discord(struct span t)
{
	const char *dot = memchr(t.data, '.', t.len);
	unsigned char raw[32];
	size_t n = dot ? credential_unbase64(
				 (struct span){ t.data, (size_t)(dot - t.data) }, raw, sizeof(raw))
		       : 0;

	for (size_t i = 0; i < n; i++)
		if (raw[i] < '0' || raw[i] > '9')
			return CONFIRMED_NOT;
	return n >= 17 ? CONFIRMED_UNKNOWN : CONFIRMED_NOT;
}

enum credential_confirmed credential_check(enum credential_check_number number, struct span token)
{
#define FUNCTION(id, name, function) [CHECK_##id] = (function),
	static check *const checks[] = { CREDENTIAL_CHECKS(FUNCTION) };
#undef FUNCTION

	return checks[number](token);
}
