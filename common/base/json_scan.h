/*
 * Finding one's way in JSON text that a parser has accepted, at least up to where one looks.
 * It decodes nothing: members and items are counted.  Linear in the text; never reads past its end.
 */
#ifndef COMMON_BASE_JSON_SCAN_H
#define COMMON_BASE_JSON_SCAN_H

#include "common/base/json.h"

struct json_scan {
	struct span text;
	size_t pos;
};

/* Moves past white space. */
void json_scan_blank(struct json_scan *scan);

/*
 * From the beginning of a list or object to its child number `index`: an item, or a member's key.
 */
void json_scan_child(struct json_scan *scan, size_t index);

/* From a member's key to its value. */
void json_scan_to_value(struct json_scan *scan);

/* Line and column (in characters, both from 1) of a position. */
void json_scan_locate(struct span text, size_t pos, size_t *line, size_t *column);

/* Appends one step of a path: `.name`, or `["na me"]`.  0, or -1 as buf_add. */
int json_scan_step(struct buf *out, struct span key);

/* Fills in line, column and path of an error that a parser met at the position. */
void json_scan_error(struct span text, size_t pos, struct json_error *error);

#endif
