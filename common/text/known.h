/*
 * What was made out of texts that were read before: a history has the same messages again and
 * again (each version of a branch), and few authors.
 *
 * Texts are compared byte by byte, so that no text has another's answer, whoever wrote both.  What
 * falls into the same place as another text, is long, or finds no memory, is forgotten:
 * known_find() may always say no.  A table takes at most KNOWN_SLOTS times KNOWN_LONGEST bytes,
 * and the answers.
 */
#ifndef COMMON_TEXT_KNOWN_H
#define COMMON_TEXT_KNOWN_H

#include <stdint.h>

#include "common/base/span.h"

#define KNOWN_SLOTS 16384  /* a power of two */
#define KNOWN_LONGEST 1024 /* bytes of a text that is remembered */

struct known {
	size_t answer;  /* bytes of one */
	char *rows;     /* NULL: nothing yet */
	uint32_t taken; /* the place that was taken last, plus one; 0: none */
};

/* A table of answers of that size. */
#define KNOWN_INIT(size) ((struct known){ .answer = (size) })

/* The answer that was remembered for exactly this text, until the next known_put(); or NULL. */
const void *known_find(const struct known *known, struct span text);

/* Remembers the answer, unless there is no memory for it. */
void known_put(struct known *known, struct span text, const void *answer);

/* Forgets everything, and frees it. */
void known_release(struct known *known);

#endif
