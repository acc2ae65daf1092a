/*
 * Addresses of the page.  All links are relative, so that it works below any path that a proxy puts
 * it at.
 */
#ifndef HOOKS_REVIEW_URL_H
#define HOOKS_REVIEW_URL_H

#include <stdbool.h>
#include <stdio.h>

#include "common/base/buf.h"

/* Appends the bytes as they stand in an address; slashes stay. */
void url_add(struct buf *out, struct span bytes);

/*
 * Appends the value of a query's parameter, decoded; the first of that name.  Whether there is one
 * that can be decoded.
 */
bool url_parameter(const char *query, const char *name, struct buf *out);

/* Whether a path is one that we would make: it begins with a slash, and no part is empty but the
 * last, or a run of dots. */
bool url_path_is_sound(const char *path);

#endif
