/*
 * What stands on a line before something: has it come to an end, or does it go on to talk about it?
 * Texts are folded (fold.h).
 */
#ifndef COMMON_TEXT_LEAD_IN_H
#define COMMON_TEXT_LEAD_IN_H

#include <stdbool.h>

#include "common/base/span.h"

#define LEAD_IN_BACK_MAX 64 /* how far back is looked, in bytes */

/* The last word of the text, or what of it is near enough. */
struct span lead_in_last_word(struct span text);

enum lead_in_end {
	/* something is missing: a colon, a quote, a word such as `strip` or `the` */
	LEAD_IN_GOES_ON,
	LEAD_IN_MAY_HAVE_ENDED, /* with a word behind which nothing needs to come */
	LEAD_IN_ENDED,          /* with a full stop or the like, so that something new can begin */
};

/* How the text ends. */
enum lead_in_end lead_in_end(struct span before);

#endif
