/*
 * The header lines that commits and tags share: a name, a blank, a value, a line feed.  Each call
 * takes what it reads off the front of `rest`; when it returns -1, rest is anything.
 */
#ifndef COMMON_GIT_HEADER_H
#define COMMON_GIT_HEADER_H

#include "common/git/object.h"

/* Takes one line, given without its line feed, which must be there.  0 or -1. */
int header_line(struct span *rest, struct span *line);

/* Takes a line that begins with `name` (its blank included) and gives what follows.  0 or -1. */
int header_value(struct span *rest, const char *name, struct span *value);

/* The same for a value of exactly as many lowercase hex digits as an id of out->len bytes has. */
int header_oid(struct span *rest, const char *name, struct oid *out);

/*
 * The same for `name <email> seconds zone`, as git's fsck has it: no angle brackets but these two,
 * one blank before each part (none before the address when there is no name), a number without
 * leading zeros, a sign and four digits.
 */
int header_person(struct span *rest, const char *name, struct person_line *out);

#endif
