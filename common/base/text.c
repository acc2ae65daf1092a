#include "common/base/text.h"

#include <stdint.h>
#include <string.h>

size_t text_decode(struct span bytes, unsigned int *character)
{
	static const struct {
		unsigned char mask, lead;
		unsigned int least;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 } };
	const unsigned char *s = (const unsigned char *)bytes.data;
	unsigned int c;
	size_t len = 0;

	if (!bytes.len)
		return 0;
	while (len < 4 && (s[0] & forms[len].mask) != forms[len].lead)
		len++;
	if (len == 4 || bytes.len <= len)
		return 0;
	c = s[0] & (unsigned char)~forms[len].mask;
	for (size_t i = 1; i <= len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < forms[len].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return len + 1;
}

/* Default_Ignorable_Code_Point and Bidi_Control of Unicode 15, less what is handled apart. */
static const struct text_range invisible[] = {
	{ 0x00ad, 0x00ad },
	{ 0x034f, 0x034f },
	{ 0x061c, 0x061c },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x200b, 0x200f },
	{ 0x202a, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0e },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

/* What U+FE0F may follow: symbols and pictographs, and the keycap bases. */
static const struct text_range varied[] = {
	{ '#', '#' },
	{ '*', '*' },
	{ '0', '9' },
	{ 0x00a9, 0x00a9 },
	{ 0x00ae, 0x00ae },
	{ 0x2000, 0x32ff },
	{ 0x1f000, 0x1faff },
};

bool text_in_ranges(const struct text_range *ranges, size_t count, unsigned int c)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

#define IN(ranges, c) text_in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

bool text_is_invisible(unsigned int before, unsigned int character)
{
	if (character < 0xad)
		return false;
	if (character == 0xfe0f)
		return !IN(varied, before) || IN(invisible, before);
	return IN(invisible, character);
}

bool text_is_utf8(struct span bytes)
{
	while (bytes.len) {
		unsigned int c;
		size_t len = text_decode(bytes, &c);

		if (!len)
			return false;
		bytes.data += len;
		bytes.len -= len;
	}
	return true;
}

static int escape_byte(struct buf *out, unsigned char c)
{
	switch (c) {
	case '\n':
		return buf_adds(out, "\\n");
	case '\t':
		return buf_adds(out, "\\t");
	case '\r':
		return buf_adds(out, "\\r");
	case '\\':
		return buf_adds(out, "\\\\");
	default:
		return buf_addf(out, "\\x%02x", c);
	}
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

bool text_is_hidden(unsigned int before, unsigned int c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
	       text_is_invisible(before, c);
}

/* Without `slash` a backslash stays one. */
static int escape(struct buf *out, struct span bytes, bool slash)
{
	unsigned int before = 0;

	while (bytes.len) {
		unsigned int c = (unsigned char)bytes.data[0];
		size_t plain = 0, len = 1;

		while (plain < bytes.len && is_plain((unsigned char)bytes.data[plain]))
			plain++;
		if (plain) {
			buf_add(out, bytes.data, plain);
			c = (unsigned char)bytes.data[plain - 1];
			len = plain;
		} else if (c == '\\' && !slash) {
			buf_addc(out, '\\');
		} else if (c < 0x80) {
			escape_byte(out, (unsigned char)c);
		} else if ((len = text_decode(bytes, &c)) == 0) {
			len = 1;
			escape_byte(out, (unsigned char)bytes.data[0]);
		} else if (text_is_hidden(before, c)) {
			buf_addf(out, "\\u{%04x}", c);
		} else {
			buf_add(out, bytes.data, len);
		}
		before = c;
		bytes.data += len;
		bytes.len -= len;
	}
	return out->failed ? -1 : 0;
}

int text_escape(struct buf *out, struct span bytes)
{
	return escape(out, bytes, true);
}

int text_escape_again(struct buf *out, struct span bytes)
{
	return escape(out, bytes, false);
}

static bool needs_quote(unsigned char c)
{
	return c < 0x20 || c >= 0x7f || c == '"' || c == '\\';
}

static const char named[] = "\a\b\t\n\v\f\r\"\\", letters[] = "abtnvfr\"\\";

static void quote_byte(struct buf *out, unsigned char c)
{
	const char *at = c ? strchr(named, c) : NULL;

	if (at)
		buf_addf(out, "\\%c", letters[at - named]);
	else if (needs_quote(c))
		buf_addf(out, "\\%03o", c);
	else
		buf_addc(out, (char)c);
}

void text_quote(struct buf *out, struct span bytes)
{
	size_t odd = 0;

	while (odd < bytes.len && !needs_quote((unsigned char)bytes.data[odd]))
		odd++;
	if (odd == bytes.len) {
		buf_addspan(out, bytes);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < bytes.len; i++)
		quote_byte(out, (unsigned char)bytes.data[i]);
	buf_addc(out, '"');
}

/* What stands behind a backslash, whose length it is; 0: nothing that is written so. */
static size_t unquote_escape(struct span rest, char *byte)
{
	const char *letter = rest.len && rest.data[0] ? strchr(letters, rest.data[0]) : NULL;
	unsigned int value = 0;

	if (letter) {
		*byte = named[letter - letters];
		return 1;
	}
	for (size_t i = 0; i < 3; i++) {
		if (i == rest.len || rest.data[i] < '0' || rest.data[i] > '7')
			return 0;
		value = value * 8 + (unsigned int)(rest.data[i] - '0');
	}
	*byte = (char)value;
	return value < 256 ? 3 : 0;
}

int text_unquote(struct buf *out, struct span text)
{
	if (!span_starts(text, "\""))
		return buf_addspan(out, text);
	if (text.len < 2 || text.data[text.len - 1] != '"')
		return -1;
	text.data++;
	text.len -= 2;
	while (text.len) {
		char byte = text.data[0];
		size_t len = 1;

		if (byte == '\\') {
			len = unquote_escape((struct span){ text.data + 1, text.len - 1 }, &byte);
			if (!len++)
				return -1;
		}
		if (buf_addc(out, byte) < 0)
			return -1;
		text.data += len;
		text.len -= len;
	}
	return 0;
}
