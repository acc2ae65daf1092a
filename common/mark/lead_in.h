/*
 * What stands on a line before something: has it come to an end, or does it go on to talk about it?
 * Texts are folded (fold.h).
 */
#ifndef COMMON_MARK_LEAD_IN_H
#define COMMON_MARK_LEAD_IN_H

#include <stdbool.h>

#include "common/base/span.h"

#define CLAUSE_BACK_MAX 64 /* how far back is looked, in bytes */

/* The last word of the text, or what of it is near enough. */
struct span clause_last_word(struct span text);

enum clause_end {
	CLAUSE_GOES_ON, /* something is missing: a colon, a quote, a word such as `strip` or `the` */
	CLAUSE_MAY_HAVE_ENDED, /* with a word behind which nothing needs to come */
	CLAUSE_ENDED,          /* with a full stop or the like, so that something new can begin */
};

/* How the text ends. */
enum clause_end clause_ended(struct span before);

#endif
