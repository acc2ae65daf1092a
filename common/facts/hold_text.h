/*
 * The canonical text of a hold, whose SHA-256 is the hold's digest.  Everything that an approval is
 * about is in it, so that whoever has the text can work out the digest and see that nothing else
 * was signed:
 *
 *	countersign hold 2
 *	object-format <sha1 or sha256, whichever the ids are of>
 *	repository <the repository's id>
 *	ref <ref>
 *	landed <how often the same set has landed on it before>
 *	<rule> <old mode> <old object> <new mode> <new object> <commit> <path>
 *	...
 *
 * A line a flagged transition, sorted, each once.  A path or ref with odd bytes is quoted as git
 * quotes it (core.quotePath); a finding that is about no path has none, and names its commit, which
 * is zeros otherwise.
 * Where anything was over a limit one line more binds
 * the text to the update: `limits 000000 <old> 000000 <new> <zeros>`.
 */
#ifndef COMMON_FACTS_HOLD_TEXT_H
#define COMMON_FACTS_HOLD_TEXT_H

#include "common/facts/verdict.h"

/*
 * Appends the lines of the flagged transitions alone; nothing when nothing was flagged.  0 or -1.
 */
int hold_text_set(const struct verdict *verdict, struct buf *out, struct fault *f);

/*
 * Appends the whole text, for the repository and count that the verdict was concluded with.
 * 0 or -1.
 */
int hold_text_write(const struct verdict *verdict, struct buf *out, struct fault *f);

#endif
