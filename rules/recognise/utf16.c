/* Text in UTF-16, as Windows writes it: what is hidden there is hidden, too. */
#include "common/base/text.h"
#include "rules/recognise/recognise.h"

#define LOOKED_AT 4096 /* bytes of text without a mark */

enum order { ORDER_NONE, ORDER_LITTLE, ORDER_BIG };

/* In text of most languages, one byte of each pair is a zero or the same few. */
static enum order guess(struct span content)
{
	size_t zeros[2] = { 0 },
	       most = content.len < LOOKED_AT ? content.len & ~(size_t)1 : LOOKED_AT;

	if (most < 4 || content.len % 2)
		return ORDER_NONE;
	for (size_t i = 0; i < most; i++)
		zeros[i % 2] += !content.data[i];
	if (zeros[1] * 10 >= most / 2 * 7 && !zeros[0])
		return ORDER_LITTLE;
	return zeros[0] * 10 >= most / 2 * 7 && !zeros[1] ? ORDER_BIG : ORDER_NONE;
}

static enum order order_of(struct span content)
{
	if (content.len >= 2 && memcmp(content.data, "\xff\xfe", 2) == 0)
		return content.len >= 4 && memcmp(content.data + 2, "\0\0", 2) == 0 ? ORDER_NONE
										    : ORDER_LITTLE;
	if (content.len >= 2 && memcmp(content.data, "\xfe\xff", 2) == 0)
		return ORDER_BIG;
	return guess(content);
}

static unsigned int unit_at(struct span content, size_t i, enum order order)
{
	unsigned int first = (unsigned char)content.data[i];
	unsigned int second = (unsigned char)content.data[i + 1];

	return order == ORDER_LITTLE ? first | second << 8 : first << 8 | second;
}

static void put(struct buf *out, unsigned int c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xe0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(out, (char)(0xf0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

struct span recognise_text(struct buf *room, struct span content)
{
	enum order order = order_of(content);

	if (order == ORDER_NONE)
		return content;
	buf_clear(room);
	for (size_t i = 0; i + 1 < content.len; i += 2) {
		unsigned int c = unit_at(content, i, order), low;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < content.len &&
			(low = unit_at(content, i + 2, order)) >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		put(room, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	}
	return room->failed ? (struct span){ content.data, 0 } : buf_span(room);
}
