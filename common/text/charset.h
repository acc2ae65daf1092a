/*
 * Messages in another character set than UTF-8, as the commit's `encoding` header says: git shows
 * them converted, so what they say is what comes out.  Only character sets of a fixed list are
 * converted; the name comes from the pusher.
 */
#ifndef COMMON_TEXT_CHARSET_H
#define COMMON_TEXT_CHARSET_H

#include <stdbool.h>

#include "common/base/buf.h"

/*
 * Whether the name is one of those that are converted.  UTF-8 and US-ASCII are not: there is
 * nothing to do.
 */
bool charset_known(struct span name);

/*
 * Appends the bytes in UTF-8; what is no character comes out as `?`.  Nothing for a character set
 * that is not known.  0, or -1 as buf_add.
 */
int charset_convert(struct buf *out, struct span name, struct span bytes);

#endif
