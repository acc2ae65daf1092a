#include "common/base/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What a letter stands for, or -1. */
static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes four letters, of which the last `padding` are left out.  0 or -1. */
static int decode_group(struct buf *out, const char *text, size_t padding)
{
	unsigned int bits = 0;
	char bytes[3];

	for (size_t i = 0; i < 4 - padding; i++) {
		int value = value_of(text[i]);

		if (value < 0)
			return -1;
		bits |= (unsigned int)value << (18 - 6 * i);
	}
	if (padding && (bits & (padding == 1 ? 0xffu : 0xffffu)) != 0)
		return -1;
	bytes[0] = (char)(bits >> 16);
	bytes[1] = (char)(bits >> 8);
	bytes[2] = (char)bits;
	return buf_add(out, bytes, 3 - padding);
}

int base64_decode(struct buf *out, struct span text)
{
	size_t padding = 0;

	if (text.len % 4 != 0)
		return -1;
	if (span_ends(text, "="))
		padding = span_ends(text, "==") ? 2 : 1;
	for (size_t at = 0; at < text.len; at += 4)
		if (decode_group(out, text.data + at, at + 4 == text.len ? padding : 0) < 0)
			return -1;
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
