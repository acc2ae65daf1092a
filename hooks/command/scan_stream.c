/*
 * countersign scan of what may be large: files and standard input are read in windows.
 *
 * Two windows share twice the margin, and each tells of what begins beyond the margin of the one
 * before it: so much is seen around everything.  What the first line of a text says of all of it
 * (the columns of a table, the order of bytes) stands in front of each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/command/scan.h"

#define WINDOW ((size_t)2 << 20)
#define MARGIN ((size_t)256 << 10)
#define HEAD_MAX ((size_t)4096) /* how long a first line may be that is put in front of others */

struct stream {
	struct scan_text text; /* its bytes are the window */
	FILE *in;
	char *data;      /* the window; so much as a head has is free in front of it */
	size_t len, all; /* bytes in it, and of the stream up to its end */
	char head[HEAD_MAX];
	size_t head_len;
	bool headed; /* it is a line */
	bool last;
};

/* Fills the window to its end, or the stream's. */
static int fill(struct stream *s, struct scan *scan, struct fault *f)
{
	size_t n = 1;

	while (s->len < WINDOW && n > 0) {
		n = fread(s->data + s->len, 1, WINDOW - s->len, s->in);
		s->len += n;
		s->all += n;
	}
	s->last = s->len < WINDOW;
	return ferror(s->in) ? fault_set(f, FAULT_ADMIN, "%s cannot be read whole",
				       scan_name_shown(scan, s->text.path.data))
			     : 0;
}

/*
 * Keeps what stands in front of all windows but the first: a mark of the bytes' order, or a line.
 */
static void keep_head(struct stream *s)
{
	const char *end = memchr(s->data, '\n', HEAD_MAX);

	if (memcmp(s->data, "\xff\xfe\0\0", 4) == 0 || memcmp(s->data, "\0\0\xfe\xff", 4) == 0)
		s->head_len = 4;
	else if (memcmp(s->data, "\xff\xfe", 2) == 0 || memcmp(s->data, "\xfe\xff", 2) == 0)
		s->head_len = 2;
	else if (end && !memchr(s->data, 0, (size_t)(end - s->data)))
		s->head_len = (size_t)(end - s->data) + 1;
	s->headed = s->head_len > 0 && end == s->data + s->head_len - 1;
	memcpy(s->head, s->data, s->head_len);
}

static size_t lines_of(const char *at, size_t len)
{
	const char *end = at + len;
	size_t lines = 0;

	for (; (at = memchr(at, '\n', (size_t)(end - at))); at++)
		lines++;
	return lines;
}

/* Goes on to the next window: only the end of this one is kept. */
static void slide(struct stream *s)
{
	size_t gone = s->len - 2 * MARGIN;
	struct scan_place *before = &s->text.before;

	for (const char *at = s->data, *end = at + gone; at < end;) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		if (line)
			*before = (struct scan_place){ before->lines + 1, 0, 0 };
		for (const char *c = at; !line && c < end; c++) {
			before->columns++;
			before->characters += (*c & 0xc0) != 0x80;
		}
		at = line ? line + 1 : end;
	}
	memmove(s->data, s->data + gone, s->len - gone);
	s->len -= gone;
}

static int scan_window(struct stream *s, struct scan *scan, bool first, struct fault *f)
{
	size_t head = first ? 0 : s->head_len;

	if (head)
		memcpy(s->data - head, s->head, head);
	s->text.bytes = (struct span){ s->data - head, s->len + head };
	s->text.headed = head && s->headed;
	s->text.from = first ? 0 : head + MARGIN;
	s->text.to = s->last ? SIZE_MAX : head + s->len - MARGIN;
	s->text.from_line = lines_of(s->text.bytes.data, s->text.from);
	s->text.to_line = s->last ? SIZE_MAX : lines_of(s->text.bytes.data, s->text.to);
	return scan_part(scan, &s->text, f);
}

static int scan_windows(struct stream *s, struct scan *scan, struct fault *f)
{
	int status = 0;

	keep_head(s);
	for (bool first = true; status == 0; first = false) {
		status = scan_window(s, scan, first, f);
		if (status < 0 || s->last)
			return status;
		if (s->all > scan->blob_limit)
			return scan_skip(scan, &s->text), 0;
		slide(s);
		status = fill(s, scan, f);
	}
	return status;
}

int scan_stream(struct scan *scan, FILE *in, const char *name, struct fault *f)
{
	struct stream s = { .text = { .path = span_of(name) }, .in = in };
	char *room = malloc(HEAD_MAX + WINDOW);
	int status;

	if (!room)
		return fault_memory(f);
	s.data = room + HEAD_MAX;
	status = fill(&s, scan, f);
	if (status == 0)
		status = scan_name(scan, &s.text, f);
	if (status == 0 && s.last) {
		s.text.bytes = (struct span){ s.data, s.len };
		status = scan_part(scan, &s.text, f);
	} else if (status == 0) {
		status = scan_windows(&s, scan, f);
	}
	explicit_bzero(s.data, s.len);
	free(room);
	return status;
}
