/*
 * Which parts of a text an older version did not have, with enough around them for whatever is
 * looked for there.
 *
 * A line is old when it stood there behind the same line, so what is moved is new, and so is what
 * comes together when lines between go.  What reaches further than that (a private key, rows of a
 * table, a Secret) has the whole text searched.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "rules/credential/scan.h"

#define CONTEXT 1280     /* bytes around what is new that are searched with it */
#define FAR 65536        /* how far above a construct may begin that reaches down to it */
#define LINES_MAX 500000 /* more of them are not told apart */

/* Two lines of the old text, one behind the other. */
struct line_pair {
	uint64_t hash;
	size_t start, end; /* end 0: the place is free */
};

struct line_pairs {
	struct line_pair *at;
	size_t mask;
	uint64_t seed; /* the pusher must not know where a line goes */
};

/* A line and the one before it, while going through a text. */
struct walk {
	struct span text;
	size_t before, start, end;
	uint64_t before_hash, hash;
};

static uint64_t hash_line(const char *d, size_t len, uint64_t seed)
{
	uint64_t h = seed ^ len, word;

	for (; len >= 8; d += 8, len -= 8) {
		memcpy(&word, d, 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	word = 0;
	if (len)
		memcpy(&word, d, len);
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static size_t line_end(struct span text, size_t at)
{
	const char *end = at < text.len ? memchr(text.data + at, '\n', text.len - at) : NULL;

	return end ? (size_t)(end - text.data) + 1 : text.len;
}

static size_t line_start(struct span text, size_t at)
{
	const char *before = at ? memrchr(text.data, '\n', at) : NULL;

	return before ? (size_t)(before - text.data) + 1 : 0;
}

/* Goes to the next line; false: there is none. */
static bool next_line(struct walk *w, uint64_t seed)
{
	if (w->end >= w->text.len)
		return false;
	w->before = w->start;
	w->before_hash = w->hash;
	w->start = w->end;
	w->end = line_end(w->text, w->start);
	w->hash = hash_line(w->text.data + w->start, w->end - w->start, seed);
	return true;
}

/* Where the pair at hand is, or the free place where it would be. */
static struct line_pair *place_of(
	const struct line_pairs *pairs, struct span old, const struct walk *w)
{
	uint64_t hash = w->before_hash * 31 ^ w->hash;
	size_t len = w->end - w->before;

	for (size_t i = hash & pairs->mask;; i = (i + 1) & pairs->mask) {
		struct line_pair *p = &pairs->at[i];

		if (p->end == 0 ||
			(p->hash == hash && p->end - p->start == len &&
				memcmp(old.data + p->start, w->text.data + w->before, len) == 0)) {
			p->hash = hash;
			return p;
		}
	}
}

/* Puts in all pairs of the lines from one to another. */
static int fill(struct line_pairs *pairs, struct span old, size_t from, size_t to)
{
	struct walk w = { .text = { old.data, to }, .before = from, .start = from, .end = from };
	size_t lines = 1, size = 16;

	for (size_t at = from; at < to && lines <= LINES_MAX; at = line_end(old, at))
		lines++;
	if (lines > LINES_MAX)
		return 0;
	while (size < 2 * lines)
		size *= 2;
	pairs->at = calloc(size, sizeof(*pairs->at));
	pairs->mask = size - 1;
	if (!pairs->at || getrandom(&pairs->seed, sizeof(pairs->seed), 0) != sizeof(pairs->seed))
		return -1;
	while (next_line(&w, pairs->seed)) {
		struct line_pair *p = place_of(pairs, old, &w);

		if (p->end == 0) {
			p->start = w.before;
			p->end = w.end;
		}
	}
	return 1;
}

/* Adds what is new, or makes the last part longer where it is near. */
static int add(struct credential_parts *parts, struct span text, size_t start, size_t end)
{
	struct credential_part *last = parts->count ? &parts->at[parts->count - 1] : NULL;
	size_t from = line_start(text, start > CONTEXT ? start - CONTEXT : 0);
	size_t to = line_end(text, end + CONTEXT < text.len ? end + CONTEXT : text.len);

	if (last && from < last->to) {
		last->end = end;
		last->to = to;
		return 0;
	}
	if (parts->count == parts->cap) {
		size_t cap = parts->cap ? 2 * parts->cap : 16;
		struct credential_part *grown = realloc(parts->at, cap * sizeof(*grown));

		if (!grown)
			return -1;
		parts->at = grown;
		parts->cap = cap;
	}
	parts->at[parts->count++] = (struct credential_part){ start, end, from, to };
	return 0;
}

/* What stands right before and right behind a word. */
struct beside {
	const char *before, *behind;
};

/* Whether the word stands there within one of the pairs, which one without a word ends. */
static bool has_within(struct span text, const char *word, const struct beside *pairs)
{
	const char *at = text.data, *end = text.data + text.len;
	size_t len = strlen(word);

	for (; at < end && (at = memmem(at, (size_t)(end - at), word, len)); at++)
		for (const struct beside *p = pairs; p->before; p++) {
			size_t before = strlen(p->before), behind = strlen(p->behind);

			if (before <= (size_t)(at - text.data) &&
				behind <= (size_t)(end - at) - len &&
				memcmp(at - before, p->before, before) == 0 &&
				memcmp(at + len, p->behind, behind) == 0)
				return true;
		}
	return false;
}

/* Whether a key begins there, as text or, at one of three alignments, in base64. */
static bool has_key(struct span text)
{
	static const struct beside dashes[] = { { "-", "" }, { "- ", "" }, { NULL, NULL } };
	static const struct beside putty[] = { { "PuTTY", "" }, { NULL, NULL } };
	static const struct beside base64[] = { { "", "LS" }, { "0t", "Q" }, { "t", "LUJ" },
		{ NULL, NULL } };

	return has_within(text, "BEGIN ", dashes) || has_within(text, "-User-Key-File", putty) ||
	       has_within(text, "LS0t", base64);
}

/* Whether a key begins not far above that may reach down to what is new. */
static bool reaches_down(struct span text, const struct credential_parts *parts)
{
	size_t to = 0;

	for (size_t i = 0; i < parts->count; i++) {
		size_t from = parts->at[i].from > FAR ? parts->at[i].from - FAR : 0;

		from = from > to ? from : to;
		to = parts->at[i].to;
		if (has_key((struct span){ text.data + from, to - from }))
			return true;
	}
	return false;
}

/* Whether the format itself lets something far away say what a line holds. */
static bool is_far_reaching(struct span text, unsigned bits)
{
	static const struct beside kinds[] = { { "kind: ", "" }, { "kind: \"", "\"" },
		{ "\"kind\": \"", "\"" }, { "\"kind\":\"", "\"" }, { NULL, NULL } };

	return (bits & (TEXT_TABLE | TEXT_ROWS)) || memchr(text.data, 0, text.len) ||
	       (!(bits & TEXT_CODE) && has_within(text, "Secret", kinds));
}

/* How much both have in front, in whole lines. */
static size_t same_front(struct span a, struct span b)
{
	size_t most = a.len < b.len ? a.len : b.len, n = 0;

	while (n + 4096 <= most && memcmp(a.data + n, b.data + n, 4096) == 0)
		n += 4096;
	while (n + 64 <= most && memcmp(a.data + n, b.data + n, 64) == 0)
		n += 64;
	while (n < most && a.data[n] == b.data[n])
		n++;
	return line_start(a, n);
}

/* The same at the end, in what is left. */
static size_t same_end(struct span a, struct span b, size_t front)
{
	size_t most = (a.len < b.len ? a.len : b.len) - front, n = 0;
	const char *x = a.data + a.len, *y = b.data + b.len;

	while (n + 4096 <= most && memcmp(x - n - 4096, y - n - 4096, 4096) == 0)
		n += 4096;
	while (n + 64 <= most && memcmp(x - n - 64, y - n - 64, 64) == 0)
		n += 64;
	while (n < most && x[-(ptrdiff_t)n - 1] == y[-(ptrdiff_t)n - 1])
		n++;
	return a.len - line_end(a, a.len - n);
}

/* Goes through the lines of the new text that are not in front and not at the end of both. */
static int compare(struct credential_parts *parts, const struct line_pairs *pairs, struct span old,
	const struct walk *from)
{
	struct walk w = *from;
	int status = 0;

	while (status == 0 && next_line(&w, pairs->seed))
		if (place_of(pairs, old, &w)->end == 0)
			status = add(parts, from->text, w.start, w.end);
	return status;
}

int credential_changed(
	struct span old, struct span text, unsigned bits, struct credential_parts *parts)
{
	struct line_pairs pairs = { 0 };
	size_t front, end, from, sum = 0;
	struct walk w = { .text = text };
	int status;

	if (old.len == 0 || is_far_reaching(text, bits))
		return 0;
	front = same_front(old, text);
	end = same_end(old, text, front);
	/* With the line before, and the one behind. */
	from = line_start(text, front ? front - 1 : 0);
	w.before = w.start = w.end = from;
	status = fill(&pairs, old, from, line_end(old, old.len - end));
	w.text.len = line_end(text, text.len - end);
	if (status > 0 && compare(parts, &pairs, old, &w) < 0)
		status = -1;
	free(pairs.at);
	for (size_t i = 0; i < parts->count; i++)
		sum += parts->at[i].to - parts->at[i].from;
	return status <= 0 ? status : sum <= text.len / 5 * 4 && !reaches_down(text, parts);
}
