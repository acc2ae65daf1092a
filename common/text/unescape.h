/*
 * What tools have written in place of characters, undone: literal \n of a shell's quoting, HTML
 * entities and tags, line ends of any kind, `[at]`.  Escapes within quotes are talked about and
 * stay.
 */
#ifndef COMMON_TEXT_UNESCAPE_H
#define COMMON_TEXT_UNESCAPE_H

#include "common/base/buf.h"

/*
 * Undoes the escapes into *plain; *out is the bytes themselves when there are none.  0, or -1 as
 * buf_add.
 */
int unescape(struct buf *plain, struct span bytes, struct span *out);

#endif
