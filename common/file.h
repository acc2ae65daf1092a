/*
 * Files that decide: read once, whole, and only when nobody else can have written them.
 */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/buf.h"
#include "common/fault.h"

/*
 * Reads a regular file that is owned by root, by the running user or by `owner` ((uid_t)-1: nobody else) and
 * is not writable by group or others; a symbolic link is followed once, by what it leads to.  *exists is false,
 * with 0, when there is none.  0, or -1 with which file and why.
 */
int file_read_trusted(
	const char *path, uid_t owner, struct buf *out, bool *exists, struct fault *f);

/* The owner of a file or folder; (uid_t)-1 when it cannot be told. */
uid_t file_owner(const char *path);

#endif
