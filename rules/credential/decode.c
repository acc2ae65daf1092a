#include "rules/credential/decode.h"

#include <stdint.h>

#include "rules/structure/letters.h"

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

static const struct {
	const char *mark;
	struct wide wide;
} marks[] = {
	{ "\xff\xfe\0\0", { 4, false, 4 } },
	{ "\0\0\xfe\xff", { 4, true, 4 } },
	{ "\xff\xfe", { 2, false, 2 } },
	{ "\xfe\xff", { 2, true, 2 } },
};

#define MARKS (sizeof(marks) / sizeof(marks[0]))

static bool marked(struct span bytes, struct wide *w)
{
	for (size_t i = 0; i < MARKS; i++)
		if (bytes.len >= marks[i].wide.width &&
			memcmp(bytes.data, marks[i].mark, marks[i].wide.width) == 0) {
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
	if (zeros[2] == quarter && zeros[3] == quarter && zeros[0] <= quarter / 16)
		*w = (struct wide){ 4, false, 0 };
	else if (zeros[0] == quarter && zeros[1] == quarter && zeros[3] <= quarter / 16)
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

/* What so many hex digits say; 0: they are not there. */
static uint32_t hex_at(struct span text, size_t at, size_t digits)
{
	uint32_t c = 0;

	for (size_t i = 0; i < digits; i++) {
		int digit = at + i < text.len ? credential_hex_digit(text.data[at + i]) : -1;

		if (digit < 0)
			return 0;
		c = c << 4 | (uint32_t)digit;
	}
	return c;
}

bool credential_unescape(struct span text, struct buf *out)
{
	bool some = false;

	for (size_t i = 0; i < text.len; i++) {
		bool escape = text.data[i] == '\\' && i + 1 < text.len;
		uint32_t c = !escape                   ? 0
			     : text.data[i + 1] == 'u' ? hex_at(text, i + 2, 4)
			     : text.data[i + 1] == 'x' ? hex_at(text, i + 2, 2)
						       : 0;

		if (c < 0x80) {
			buf_addc(out, text.data[i]);
			continue;
		}
		add_character(out, c);
		some = true;
		i += text.data[i + 1] == 'u' ? 5 : 3;
	}
	return some;
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

struct span credential_mark(struct span bytes)
{
	struct wide w;

	if (marked(bytes, &w) || guessed(bytes, &w))
		for (size_t i = 0; i < MARKS; i++)
			if (marks[i].wide.width == w.width && marks[i].wide.big == w.big)
				return (struct span){ marks[i].mark, w.width };
	return (struct span){ "", 0 };
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

/* Whether a line ends there: in a text of wide units only where a whole unit says so. */
static bool line_at(struct span bytes, const struct wide *whole, size_t at)
{
	size_t before = whole->big ? whole->width - 1 : 0;

	if (whole->width == 0)
		return true;
	if (at < whole->skip + before || at - before + whole->width > bytes.len)
		return false;
	at -= before;
	return (at - whole->skip) % whole->width == 0 && unit_at(bytes, whole, at) == '\n';
}

/* Keeps count of the lines that are passed over. */
static void add_lines(
	struct buf *out, struct span bytes, const struct wide *whole, size_t from, size_t to)
{
	const char *at = bytes.data + from, *end = bytes.data + to;

	for (; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		if (line_at(bytes, whole, (size_t)(at - bytes.data)))
			buf_addc(out, '\n');
}

/* Whether the text as a whole is read so, and with it what stands there. */
static bool in_whole(const struct wide *whole, size_t at, unsigned width)
{
	return whole->width == width && at % width == (whole->big ? width - 1 : 0);
}

/* What ends a line in the run alone is none of the whole text's lines. */
static void add_run(struct buf *out, const char *run, size_t n, unsigned width, bool lines)
{
	for (size_t i = 0; i < n; i++)
		buf_addc(out, run[i * width] == '\n' && !lines ? '\r' : run[i * width]);
	buf_addc(out, 0); /* what follows is no part of it */
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

		add_lines(out, bytes, &whole, at, start);
		next = n >= RUN_MIN ? start + (n - 1) * width + 1 : (size_t)(zero - bytes.data) + 1;
		if (n >= RUN_MIN && !in_whole(&whole, start, width)) {
			add_run(out, bytes.data + start, n, width, whole.width == 0);
			some = true;
		} else {
			add_lines(out, bytes, &whole, start, next);
		}
		for (at = next; at < bytes.len && bytes.data[at] == 0;)
			at++;
	}
	return out->failed ? -1 : some;
}
