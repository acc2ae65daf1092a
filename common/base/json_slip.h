/*
 * What somebody most likely did where text is no JSON: a comment, a trailing comma, another format.
 */
#ifndef COMMON_BASE_JSON_SLIP_H
#define COMMON_BASE_JSON_SLIP_H

#include "common/base/span.h"

/*
 * A constant half sentence about text that a parser could not read beyond `pos`, for behind its own
 * words; NULL: nothing that is met often.
 */
const char *json_slip(struct span text, size_t pos);

#endif
