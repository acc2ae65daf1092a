/*
 * What somebody most likely did where text is not JSON: a comment, a trailing comma, another
 * format, a file that is cut off.
 *
 * The text is walked through from its beginning by JSON's grammar, so what is said is said of the
 * first place that is wrong, and never of what stands in a string.
 */
#ifndef COMMON_BASE_JSON_SLIP_H
#define COMMON_BASE_JSON_SLIP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

#define JSON_SLIP_WHOLE SIZE_MAX

struct json_slip {
	const char *what; /* constant: a sentence without its full stop */
	size_t at;        /* the byte at which it is, or JSON_SLIP_WHOLE: of the whole file */
	bool open;        /* a bracket is open: then `what` goes on with it */
	size_t bracket;   /* where that is */
};

/* Finds what is wrong with text that a parser refused; false: nothing that happens often. */
bool json_slip(struct span text, struct json_slip *out);

#endif
