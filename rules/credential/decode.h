/*
 * Text in wide encodings, as UTF-8, and what stands in base64 where a format says so.
 */
#ifndef RULES_CREDENTIAL_DECODE_H
#define RULES_CREDENTIAL_DECODE_H

#include "common/base/buf.h"
#include "common/base/span.h"

/*
 * Recodes UTF-16 or UTF-32, with or without a byte order mark, into `out`.  1: it was, 0: it is
 * neither, -1: no memory.
 */
int credential_decode(struct span bytes, struct buf *out);

/*
 * The byte order mark of UTF-16 or UTF-32 that the bytes begin with, or should; empty: they are
 * neither.
 */
struct span credential_mark(struct span bytes);

/*
 * Adds what the text says where letters of others are spelt `\u0142` or `\xf3`.  Whether there are
 * such.
 */
bool credential_unescape(struct span text, struct buf *out);

/*
 * Adds what stands in such encodings within other bytes, however it is aligned: runs of our
 * letters, each on the line it stands on.  What credential_decode reads is left out.  At most as
 * long as the bytes.  1: there is some, 0: none, -1: no memory.
 */
int credential_decode_runs(struct span bytes, struct buf *out);

/* The `data` of Kubernetes' Secrets. */
struct manifest {
	struct span bytes;
	/* Is told of a value and of what it decodes to; not 0 ends the reading. */
	int (*each)(void *context, struct span value, struct span decoded);
	void *context;
};

/* Goes through the entries of all `data` in the bytes.  0, or what `each` returned. */
int manifest_read(const struct manifest *manifest);

#endif
