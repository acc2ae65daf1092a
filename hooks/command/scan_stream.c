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
#include "rules/credential/decode.h"

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
	bool wide;   /* the text is in UTF-16 or UTF-32, and the head its mark */
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
	struct span bytes = { s->data, s->len }, mark = credential_mark(bytes);
	const char *end = memchr(s->data, '\n', HEAD_MAX);

	s->wide = mark.len > 0;
	s->headed = !s->wide && end && !memchr(s->data, 0, (size_t)(end - s->data));
	s->head_len = s->headed ? (size_t)(end - s->data) + 1 : mark.len;
	memcpy(s->head, s->headed ? s->data : mark.data, s->head_len);
}

/* The place behind those bytes, which begin where the stream does, with a mark or with a line. */
static int go_on(struct stream *s, struct scan_place *place, struct span bytes, struct fault *f)
{
	struct buf plain = BUF_INIT(s->wide ? bytes.len + bytes.len / 2 + 64 : 64);
	int status = s->wide ? credential_decode(bytes, &plain) : 0;
	struct span text = status > 0 ? buf_span(&plain) : bytes;
	const char *at = text.data, *end = at + text.len;

	while (status >= 0 && at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		if (line)
			*place = (struct scan_place){ place->lines + 1, 0, 0 };
		for (const char *c = at; !line && c < end; c++) {
			place->columns++;
			place->characters += (*c & 0xc0) != 0x80;
		}
		at = line ? line + 1 : end;
	}
	if (plain.data)
		explicit_bzero(plain.data, plain.len);
	buf_release(&plain);
	return status < 0 ? fault_memory(f) : 0;
}

/* Goes on to the next window: only the end of this one is kept. */
static int slide(struct stream *s, bool first, struct fault *f)
{
	size_t gone = s->len - 2 * MARGIN, mark = s->wide && !first ? s->head_len : 0;
	struct span bytes = { s->data - mark, mark + gone };
	int status = go_on(s, &s->text.before, bytes, f);

	memmove(s->data, s->data + gone, s->len - gone);
	s->len -= gone;
	return status;
}

static int scan_window(struct stream *s, struct scan *scan, bool first, struct fault *f)
{
	size_t head = first ? 0 : s->head_len, from = first ? 0 : head + MARGIN,
	       to = head + s->len - MARGIN;
	struct scan_place start = { 0 }, next = { 0 }, end = { 0 };

	memcpy(s->data - head, s->head, head);
	s->text.bytes = (struct span){ s->data - head, s->len + head };
	s->text.headed = head && s->headed;
	s->text.from = from;
	s->text.to = s->last ? SIZE_MAX : to;
	if (go_on(s, &start, (struct span){ s->text.bytes.data, from }, f) < 0 ||
		go_on(s, &next, (struct span){ s->text.bytes.data, to - MARGIN }, f) < 0 ||
		go_on(s, &end, (struct span){ s->text.bytes.data, to }, f) < 0)
		return -1;
	s->text.from_line = start.lines;
	/* a line that the next window has whole is told of there */
	s->text.to_line = s->last ? SIZE_MAX : end.lines - (next.lines < end.lines);
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
		status = slide(s, first, f);
		if (status == 0)
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
