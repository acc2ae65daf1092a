/*
 * A growing buffer, born with the most it may ever hold.
 *
 *	struct buf b = BUF_INIT(4096);
 *	buf_addf(&b, "%s\n", name);
 *	if (b.failed)
 *		...			too long, or out of memory; what fitted before is intact
 *	buf_release(&b);
 *
 * Failure is sticky, so a caller may add many times and look once.  The data is always followed
 * by a NUL that does not count.  Never NULL once something (even "") was added with success.
 */
#ifndef COMMON_BASE_BUF_H
#define COMMON_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/span.h"

struct buf {
	char *data;
	size_t len, cap, max;
	bool failed;
};

#define BUF_INIT(most)         \
	{                      \
		.max = (most), \
	}

/* Appends len bytes.  0, or -1 and `failed` set, nothing appended. */
int buf_add(struct buf *b, const void *data, size_t len);

/* Appends a C string, of NULL the empty one; as buf_add. */
int buf_adds(struct buf *b, const char *text);

/* Appends one byte; as buf_add. */
int buf_addc(struct buf *b, char c);

/* Appends a span; as buf_add. */
int buf_addspan(struct buf *b, struct span s);

/* Appends formatted text; as buf_add. */
int buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What it holds; valid until the next change. */
struct span buf_span(const struct buf *b);

/* Empties it and forgets a failure, keeps the memory. */
void buf_clear(struct buf *b);

/* Frees what it holds; it can be used again. */
void buf_release(struct buf *b);

#endif
