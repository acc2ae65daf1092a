#include "common/path/fold.h"

#include <stdint.h>

#include <utf8proc.h>

#include "common/base/text.h"
#include "common/path/confusable.h"

/*
 * utf8proc sorts combining marks by insertion, which is quadratic in the length of a run.  So it
 * is fed small chunks, and none of its decompositions makes more than 18 characters of one.
 */
#define CHUNK_BYTES 64
#define CHUNK_CHARACTERS (CHUNK_BYTES / 2 * 18)

struct chunk {
	struct buf *out;
	bool readable; /* for a person's eye: look-alikes become ASCII */
	char bytes[CHUNK_BYTES];
	size_t len;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int put_character(struct chunk *c, unsigned int character)
{
	char utf8[4];
	unsigned int plain = c->readable ? confusable_ascii(character) : 0;

	if (plain)
		character = plain;
	/* A slash that was none (U+FF0F, part of U+2100) must not become one. */
	if (character == '/' || character == '\\')
		character = '_';
	return buf_add(c->out, utf8,
		(size_t)utf8proc_encode_char(
			(utf8proc_int32_t)character, (utf8proc_uint8_t *)utf8));
}

static int chunk_flush(struct chunk *c)
{
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
				      UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	utf8proc_int32_t characters[CHUNK_CHARACTERS];
	utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)c->bytes,
		(utf8proc_ssize_t)c->len, characters, CHUNK_CHARACTERS, how);
	size_t len = c->len;

	c->len = 0;
	if (count < 0 || count > CHUNK_CHARACTERS)
		return buf_add(c->out, c->bytes, len);
	for (utf8proc_ssize_t i = 0; i < count; i++)
		if (put_character(c, (unsigned int)characters[i]) < 0)
			return -1;
	return 0;
}

static int chunk_add(struct chunk *c, const char *bytes, size_t len)
{
	if (c->len + len > CHUNK_BYTES && chunk_flush(c) < 0)
		return -1;
	memcpy(c->bytes + c->len, bytes, len);
	c->len += len;
	return 0;
}

/* One character that is not ASCII, or a byte that is no character. */
static int fold_foreign(struct chunk *c, struct span rest, size_t *used)
{
	unsigned int character, plain;
	size_t len = text_decode(rest, &character);

	*used = len ? len : 1;
	if (!len)
		return chunk_flush(c) < 0 ? -1 : buf_addc(c->out, rest.data[0]);
	plain = c->readable ? confusable_ascii(character) : 0;
	if (plain)
		return chunk_flush(c) < 0 ? -1 : buf_addc(c->out, (char)plain);
	return chunk_add(c, rest.data, len);
}

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight letters of ASCII at once: bit 7 of each sum tells whether the byte is so large. */
static uint64_t lower_eight(uint64_t bytes)
{
	uint64_t from_a = bytes + EIGHT(0x80 - 'A'), behind_z = bytes + EIGHT(0x7f - 'Z');

	return bytes | (from_a & ~behind_z & EIGHT(0x80)) >> 2;
}

/* Copies what the text begins with in ASCII, in small letters; how much that was. */
static size_t lower_ascii(char *low, struct span text)
{
	size_t n = 0;
	uint64_t eight;

	for (; n + sizeof(eight) <= text.len; n += sizeof(eight)) {
		memcpy(&eight, text.data + n, sizeof(eight));
		if (eight & EIGHT(0x80))
			break;
		eight = lower_eight(eight);
		memcpy(low + n, &eight, sizeof(eight));
	}
	for (; n < text.len && (unsigned char)text.data[n] < 0x80; n++)
		low[n] = lower(text.data[n]);
	return n;
}

static int fold(struct buf *out, struct span text, bool readable)
{
	struct chunk c = { .out = out, .readable = readable };

	for (size_t i = 0; i < text.len;) {
		char low[256];
		size_t left = text.len - i, used;
		size_t ascii = lower_ascii(low,
			(struct span){ text.data + i, left < sizeof(low) ? left : sizeof(low) });

		if (ascii) {
			if ((c.len && chunk_flush(&c) < 0) || buf_add(out, low, ascii) < 0)
				return -1;
			i += ascii;
			continue;
		}
		if (fold_foreign(&c, (struct span){ text.data + i, text.len - i }, &used) < 0)
			return -1;
		i += used;
	}
	return c.len ? chunk_flush(&c) : 0;
}

int fold_piece(struct buf *out, struct span piece)
{
	return fold(out, piece, false);
}

int fold_text(struct buf *out, struct span text)
{
	return fold(out, text, true);
}

/*
 * NTFS attribute types that a name may end with, after which the stream's or nobody's name comes
 * off.
 */
static const char *const streams[] = { ":$data", ":$index_allocation", ":$bitmap",
	":$attribute_list", ":$reparse_point" };

/* 8.3 names that NTFS makes for what matters here; a prefix, since an extension may follow. */
static const struct {
	const char *name, *means;
} short_names[] = {
	{ "git~", ".git" },
	{ "github~", ".github" },
	{ "gitatt~", ".gitattributes" },
	{ "gi7d29~", ".gitattributes" },
	{ "gitmod~", ".gitmodules" },
	{ "gi7eba~", ".gitmodules" },
	{ "gitign~", ".gitignore" },
	{ "gi250a~", ".gitignore" },
	{ "mailma~", ".mailmap" },
	{ "maba30~", ".mailmap" },
};

static void drop_dots(struct buf *out, size_t start)
{
	size_t len = out->len;

	while (len > start && (out->data[len - 1] == '.' || out->data[len - 1] == ' '))
		len--;
	if (len > start)
		out->data[out->len = len] = '\0';
}

static void drop_stream(struct buf *out, size_t start)
{
	struct span name = { out->data + start, out->len - start };
	const char *colon = name.len ? memchr(name.data, ':', name.len) : NULL;

	if (!colon || colon == name.data)
		return;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++)
		if (span_ends(name, streams[i])) {
			out->len = (size_t)(colon - out->data);
			out->data[out->len] = '\0';
			return;
		}
}

static int lengthen_name(struct buf *out, size_t start)
{
	struct span name = { out->data + start, out->len - start };

	for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++) {
		size_t len = strlen(short_names[i].name);

		if (name.len != len + 1 || !span_starts(name, short_names[i].name) ||
			name.data[len] < '1' || name.data[len] > '9')
			continue;
		out->len = start;
		return buf_adds(out, short_names[i].means);
	}
	return 0;
}

static bool ends_plainly(struct span name)
{
	unsigned char last = (unsigned char)name.data[name.len - 1];

	return last != '.' && last != ' ' && last < 0x80 && !memchr(name.data, ':', name.len) &&
	       !memchr(name.data, '~', name.len);
}

int fold_component(struct buf *out, struct span name)
{
	size_t start = out->len;

	if (!name.len)
		return 0;
	if (fold(out, name, false) < 0)
		return -1;
	if (ends_plainly(name) || out->len == start)
		return 0;
	if (out->len - start > 3 && memcmp(out->data + out->len - 3, ":..", 3) == 0)
		return 0; /* `c:..` is `..` of a drive */
	drop_dots(out, start);
	drop_stream(out, start);
	drop_dots(out, start);
	return lengthen_name(out, start);
}

/* Whether folding would change nothing: the usual path, and worth knowing quickly. */
static bool is_plain(struct span path)
{
	char before = '/';

	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.data[i];

		if (c >= 0x80 || (c >= 'A' && c <= 'Z') || c == ':' || c == '~' || c == '\\' ||
			(c == '/' && (before == '.' || before == ' ')))
			return false;
		before = (char)c;
	}
	return before != '.' && before != ' ';
}

int fold_path(struct buf *out, struct span path)
{
	size_t start = 0;

	if (is_plain(path))
		return buf_addspan(out, path);
	for (size_t i = 0; i <= path.len; i++) {
		if (i < path.len && path.data[i] != '/' && path.data[i] != '\\')
			continue;
		if (fold_component(out, (struct span){ path.data + start, i - start }) < 0)
			return -1;
		if (i < path.len && buf_addc(out, path.data[i]) < 0)
			return -1;
		start = i + 1;
	}
	return 0;
}
