#include "rules/credential_decode.h"

#include <stdint.h>

struct wide {
	unsigned width; /* bytes a unit */
	bool big;
	size_t skip; /* the byte order mark */
};

static uint32_t unit_at(struct span bytes, const struct wide *w, size_t at)
{
	uint32_t unit = 0;

	for (unsigned i = 0; i < w->width; i++)
		unit |= (uint32_t)(unsigned char)bytes.data[at + i]
			<< 8 * (w->big ? w->width - 1 - i : i);
	return unit;
}

static bool marked(struct span bytes, struct wide *w)
{
	static const struct {
		const char *mark;
		size_t len;
		struct wide wide;
	} marks[] = {
		{ "\xff\xfe\0\0", 4, { 4, false, 4 } },
		{ "\0\0\xfe\xff", 4, { 4, true, 4 } },
		{ "\xff\xfe", 2, { 2, false, 2 } },
		{ "\xfe\xff", 2, { 2, true, 2 } },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (bytes.len >= marks[i].len &&
			memcmp(bytes.data, marks[i].mark, marks[i].len) == 0) {
			*w = marks[i].wide;
			return true;
		}
	return false;
}

/* Without a mark: text in our letters has zeros at the same places again and again. */
static bool guessed(struct span bytes, struct wide *w)
{
	size_t zeros[4] = { 0 }, n = bytes.len < 4096 ? bytes.len & ~(size_t)3 : 4096;
	size_t quarter = n / 4;

	if (n < 8 || !memchr(bytes.data, 0, n))
		return false;
	for (size_t i = 0; i < n; i++)
		zeros[i & 3] += bytes.data[i] == 0;
	if (zeros[1] == quarter && zeros[2] == quarter && zeros[3] == quarter && zeros[0] == 0)
		*w = (struct wide){ 4, false, 0 };
	else if (zeros[0] == quarter && zeros[1] == quarter && zeros[2] == quarter && zeros[3] == 0)
		*w = (struct wide){ 4, true, 0 };
	else if (zeros[1] + zeros[3] > quarter && zeros[0] + zeros[2] <= quarter / 16)
		*w = (struct wide){ 2, false, 0 };
	else if (zeros[0] + zeros[2] > quarter && zeros[1] + zeros[3] <= quarter / 16)
		*w = (struct wide){ 2, true, 0 };
	else
		return false;
	return true;
}

static void add_character(struct buf *out, uint32_t c)
{
	char utf8[4];
	size_t n;

	if (c < 0x80)
		n = 0, utf8[n++] = (char)c;
	else if (c < 0x800)
		n = 0, utf8[n++] = (char)(0xc0 | c >> 6), utf8[n++] = (char)(0x80 | (c & 63));
	else if (c < 0x10000)
		n = 0, utf8[n++] = (char)(0xe0 | c >> 12), utf8[n++] = (char)(0x80 | (c >> 6 & 63)),
		utf8[n++] = (char)(0x80 | (c & 63));
	else
		n = 0, utf8[n++] = '?';
	buf_add(out, utf8, n);
}

int credential_decode(struct span bytes, struct buf *out)
{
	struct wide w;

	if (!marked(bytes, &w) && !guessed(bytes, &w))
		return 0;
	for (size_t at = w.skip; at + w.width <= bytes.len; at += w.width)
		add_character(out, unit_at(bytes, &w, at));
	return out->failed ? -1 : 1;
}
