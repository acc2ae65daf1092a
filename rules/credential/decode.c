#include "rules/credential/decode.h"

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

#define RUN_MIN 8 /* letters, of which fewer come by chance */

static bool letter(char c)
{
	return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
}

/* How many letters stand there, each with zeros between it and the next. */
static size_t run_length(struct span bytes, size_t at, unsigned width)
{
	size_t n = 0;

	while (at < bytes.len && letter(bytes.data[at])) {
		n++;
		if (bytes.len - at <= width ||
			memcmp(bytes.data + at + 1, "\0\0\0", width - 1) != 0)
			break;
		at += width;
	}
	return n;
}

/* Keeps count of the lines that are passed over. */
static void add_lines(struct buf *out, struct span bytes)
{
	const char *at = bytes.data, *end = at + bytes.len;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
		buf_addc(out, '\n');
		at++;
	}
}

/* Whether the text as a whole is read so, and with it what stands there. */
static bool in_whole(const struct wide *whole, size_t at, unsigned width)
{
	return whole->width == width && at % width == (whole->big ? width - 1 : 0);
}

static bool add_run(struct buf *out, struct span bytes, size_t at, unsigned width)
{
	size_t n = run_length(bytes, at, width);

	for (size_t i = 0; i < n; i++)
		buf_addc(out, bytes.data[at + i * width]);
	buf_addc(out, 0); /* what follows is no part of it */
	return true;
}

int credential_decode_runs(struct span bytes, struct buf *out)
{
	struct wide whole = { 0 };
	size_t at = 0, next;
	bool some = false;
	const char *zero;

	if (!marked(bytes, &whole) && !guessed(bytes, &whole))
		whole.width = 0;
	while ((zero = memchr(bytes.data + at, 0, bytes.len - at))) {
		size_t start = (size_t)(zero - bytes.data) - (zero > bytes.data + at);
		unsigned width = run_length(bytes, start, 4) >= RUN_MIN ? 4 : 2;
		size_t n = run_length(bytes, start, width);

		add_lines(out, (struct span){ bytes.data + at, start - at });
		next = n >= RUN_MIN ? start + (n - 1) * width + 1 : (size_t)(zero - bytes.data) + 1;
		if (n >= RUN_MIN && !in_whole(&whole, start, width))
			some = add_run(out, bytes, start, width);
		else
			add_lines(out, (struct span){ bytes.data + start, next - start });
		for (at = next; at < bytes.len && bytes.data[at] == 0;)
			at++;
	}
	return out->failed ? -1 : some;
}
