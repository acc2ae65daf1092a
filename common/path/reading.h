/*
 * What Windows makes of a path.  There a backslash parts folders, so that one entry of a tree can
 * be a path of its own: `.\a`, `src\..\a`, `\a` and `C:\a` are all `a`, or are to some program.
 * Each way to read a path is a reading; what protects looks at all of them, and what permits, too.
 */
#ifndef COMMON_PATH_READING_H
#define COMMON_PATH_READING_H

#include <stdbool.h>

#include "common/base/buf.h"

/*
 * Readings beside the path itself: backslashes as slashes, and nothing else; resolved; resolved
 * from the last root on (`a/\b`, `a/C:b`: what a program that joins names makes of it); and both
 * with what a `..` out of the checkout leads back into, whatever the checkout's folder is called.
 */
#define READINGS 5

/* Whether the path has a reading other than itself. */
bool reading_any(struct span path);

/*
 * Appends reading n (1 to READINGS), of which *odd says that it is not just the first one.  Nothing
 * is appended where there is none.  Linear.  0, or -1 as buf_add.
 */
int reading_add(struct buf *out, struct span path, int n, bool *odd);

#endif
