/*
 * Installed means expected: what was there once and is not any more is not the same as what never
 * was.  A mark, an empty file in the folder that everything of ours stands in (the git directory,
 * or the site's folder), says that a thing was there.
 *
 * Marks are made when the thing is, never by reading, and taken away only by who takes the thing
 * away on purpose.
 */
#ifndef COMMON_BASE_EXPECTED_H
#define COMMON_BASE_EXPECTED_H

#include <stdbool.h>

#include "common/base/fault.h"

/* A thing that may be expected in a folder. */
struct expected {
	const char *folder; /* the git directory, or the site's folder */
	const char *what;   /* a word for the mark's name: `state`, `policy` */
};

/* Whether the thing was there once.  0 or -1: it cannot be told. */
int expected_is(const struct expected *thing, bool *out, struct fault *f);

/* Marks it, durably; nothing when it is marked.  0 or -1. */
int expected_mark(const struct expected *thing, struct fault *f);

#endif
