/*
 * What a path or a line of text would be taken for: by a file system that folds case, drops
 * ignorable characters or trailing dots, or by a person who reads it.  Used only where folding
 * can make Countersign stricter: to find what is protected, and who wrote a message.
 *
 * All of it is linear in its input, whatever that is; bytes that are no UTF-8 are kept as they are.
 */
#ifndef COMMON_PATH_FOLD_H
#define COMMON_PATH_FOLD_H

#include "common/base/buf.h"

/*
 * Appends the folded path: NFC, NFD, NFKC and NFKD forms, letter case (full case folding) and
 * default-ignorable characters make no difference; trailing dots and spaces of a component and
 * NTFS stream suffixes (`:$DATA`, `::$INDEX_ALLOCATION`) are dropped; short names (`GIT~1`)
 * become what they stand for (`.git`).  A backslash ends a component as a slash does, and stays a
 * backslash: on some systems it is a letter, and generous patterns take it for either.  0, or -1
 * as buf_add.
 */
int fold_path(struct buf *out, struct span path);

/* Appends one component as fold_path() does.  0, or -1 as buf_add. */
int fold_component(struct buf *out, struct span name);

/*
 * Appends a piece of a component, of which what stands before and after is not known (a part of
 * a pattern): as fold_path for case, normalisation and ignorable characters.  0, or -1 as buf_add.
 */
int fold_piece(struct buf *out, struct span piece);

/*
 * Appends the folded text: as above for case, normalisation and ignorable characters, and letters
 * of other scripts that look like ASCII ones (Cyrillic а, Greek ο, full-width Ａ, mathematical 𝐚)
 * become those.  0, or -1 as buf_add.
 */
int fold_text(struct buf *out, struct span text);

#endif
