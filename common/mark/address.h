/*
 * Addresses that are written so that machines should not find them: `noreply at example dot com`,
 * `noreply%40example.com`, `noreply (a) example.com`, `noreply @example.com`.  Texts are folded
 * (fold.h); `[at]` and entities are undone before (unescape.h).
 */
#ifndef COMMON_MARK_ADDRESS_H
#define COMMON_MARK_ADDRESS_H

#include "common/base/buf.h"

/*
 * The text with its addresses as they are meant, in *room; the text itself where it has an address,
 * or none at all.  An empty *text: no memory.
 */
struct span address_plain(struct buf *room, struct span text);

#endif
