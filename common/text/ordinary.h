/*
 * What ordinary people write in commits, to hold forms against: one that fits any of it would take
 * people's commits for an agent's.
 */
#ifndef COMMON_TEXT_ORDINARY_H
#define COMMON_TEXT_ORDINARY_H

#include <stdbool.h>

enum ordinary {
	ORDINARY_SUBJECT,
	ORDINARY_LINE,
	ORDINARY_AUTHOR, /* the name of one, or of a trailer */
	ORDINARY_EMAIL,
	ORDINARY_LINK,  /* without `https://` */
	ORDINARY_VALUE, /* of a trailer */
	ORDINARY_KINDS,
};

/* The first thing that people write which is of that folded form (spelling.h); NULL: none is. */
const char *ordinary_match(enum ordinary what, const char *form);

/* Whether people write trailers of that key, which is in letters and digits alone. */
bool ordinary_key(const char *key);

#endif
