/*
 * YAML's scalars, as far as common/path/yaml_outline.c needs them: keys, and short values.
 */
#ifndef COMMON_PATH_YAML_OUTLINE_SCALAR_H
#define COMMON_PATH_YAML_OUTLINE_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/span.h"

#define OUTLINE_SCALAR_MAX 128

struct outline_scalar {
	char text[OUTLINE_SCALAR_MAX]; /* unquoted; cut */
	size_t len;
	bool known;  /* false: an alias, a block, nothing yet: it may turn out to be anything */
	bool closed; /* false: a quoted one that goes on on the next line */
	char quote;
};

/* Whether the character is one of these; a NUL never is. */
static inline bool outline_scalar_is_any(const char *set, char c)
{
	return c && strchr(set, c);
}

/* How long anchors and tags (`&a`, `!!str`) and the space after them are. */
size_t outline_scalar_properties(struct span rest);

/* Reads a quoted or plain scalar up to its end on this line; returns its length there. */
size_t outline_scalar_read(struct span rest, bool flow, struct outline_scalar *out);

/* Reads a key of block style; returns where its colon is, 0: there is no key. */
size_t outline_scalar_key(struct span rest, struct outline_scalar *out);

/* Reads what follows a key's colon on its line. */
void outline_scalar_value(struct span rest, bool flow, struct outline_scalar *out);

/* Where a quoted scalar that began on an earlier line ends: after the closing quote, or 0. */
size_t outline_scalar_close(struct span line, char quote);

#endif
