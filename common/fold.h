/*
 * What a path or a line of text would be taken for: by a file system that folds case, drops
 * ignorable characters or trailing dots, or by a person who reads it.  Used only where folding
 * can make Countersign stricter: to find what is protected, and who wrote a message.
 */
#ifndef COMMON_FOLD_H
#define COMMON_FOLD_H

#include "common/buf.h"

/*
 * Appends the folded path: backslash becomes slash; NFC, NFD, NFKC and NFKD forms, letter case
 * (full case folding) and default-ignorable characters make no difference; trailing dots and
 * spaces of a component and NTFS stream suffixes (`:$DATA`, `::$INDEX_ALLOCATION`) are dropped;
 * short names (`GIT~1`) become `.git`.  Bytes that are no UTF-8 are kept as they are.  A pure
 * lowercase ASCII path with nothing to fold is copied fast.  0, or -1 as buf_add.
 */
int fold_path(struct buf *out, struct span path);

/*
 * Appends the folded text: as above for case, normalisation and ignorable characters, and letters
 * of other scripts that look like ASCII ones (Cyrillic а, Greek ο, full-width Ａ, mathematical 𝐚)
 * become those.  0, or -1 as buf_add.
 */
int fold_text(struct buf *out, struct span text);

#endif
