#include "common/base/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What each letter from `+` to `z` stands for, and one more; 0: it is none of the alphabet's. */
/* clang-format off */
static const signed char values[] = {
	63, 0, 0, 0, 64, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0,
	0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	0, 0, 0, 0, 0, 0, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
	37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52
};
/* clang-format on */

/* What a letter stands for, or -1. */
static int value_of(char c)
{
	const unsigned int place = (unsigned char)c - (unsigned int)'+';

	return place < sizeof(values) ? values[place] - 1 : -1;
}

/* Decodes four letters into three bytes, of which the last `padding` are left out.  0 or -1. */
static int decode_group(char *out, const char *text, size_t padding)
{
	const int a = value_of(text[0]), b = value_of(text[1]),
		  c = padding == 2 ? 0 : value_of(text[2]), d = padding ? 0 : value_of(text[3]);
	const unsigned int bits = (unsigned int)a << 18 | (unsigned int)b << 12 |
				  (unsigned int)c << 6 | (unsigned int)d;

	if ((a | b | c | d) < 0 || (padding && (bits & (padding == 1 ? 0xffu : 0xffffu)) != 0))
		return -1;
	out[0] = (char)(bits >> 16);
	out[1] = (char)(bits >> 8);
	out[2] = (char)bits;
	return 0;
}

int base64_decode(struct buf *out, struct span text)
{
	size_t padding = 0;
	char bytes[3 * 64];

	if (text.len % 4 != 0)
		return -1;
	if (span_ends(text, "="))
		padding = span_ends(text, "==") ? 2 : 1;
	for (size_t at = 0, have = 0; at < text.len; at += 4) {
		const bool last = at + 4 == text.len;

		if (decode_group(bytes + have, text.data + at, last ? padding : 0) < 0)
			return -1;
		have += 3;
		if (!last && have < sizeof(bytes))
			continue;
		(void)buf_add(out, bytes, have - (last ? padding : 0));
		have = 0;
	}
	return out->failed ? -1 : 0;
}

int base64_encode(struct buf *out, struct span bytes)
{
	for (size_t at = 0; at < bytes.len; at += 3) {
		size_t have = bytes.len - at < 3 ? bytes.len - at : 3;
		unsigned int bits = 0;
		char text[4];

		for (size_t i = 0; i < have; i++)
			bits |= (unsigned int)(unsigned char)bytes.data[at + i] << (16 - 8 * i);
		for (size_t i = 0; i < 4; i++)
			text[i] = i <= have ? letters[bits >> (18 - 6 * i) & 63] : '=';
		if (buf_add(out, text, 4) < 0)
			return -1;
	}
	return 0;
}
