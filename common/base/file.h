/*
 * Files that decide: read once, whole, and only when nobody else can have written them.
 */
#ifndef COMMON_BASE_FILE_H
#define COMMON_BASE_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

/*
 * Reads a regular file that is owned by root, by the running user or by `owner` ((uid_t)-1: nobody
 * else) and is not writable by group or others.  A symbolic link is none, wherever it leads: who
 * can change what it leads to is not to be told by looking at the file.  The folder the path names
 * must not be writable by everyone, unless it is sticky.  *exists is false, with 0, when there is
 * none.  0, or -1 with which file and why: also when it is larger than out->max.
 */
int file_read_trusted(
	const char *path, uid_t owner, struct buf *out, bool *exists, struct fault *f);

/*
 * Reads a regular file whole, whoever may have written it: what a person names to have it looked
 * at.  0 or -1.
 */
int file_read(const char *path, struct buf *out, struct fault *f);

/*
 * Opens a regular file for reading, without waiting for anything: what else lies there, a pipe
 * above all, is not opened.  For fclose(); NULL with errno, which is EINVAL for what is no file.
 */
FILE *file_open(const char *path);

/*
 * The next entry of a folder.  NULL at its end, and where it cannot be read further, which is not
 * its end: *error is 0 then, or errno.
 */
const struct dirent *file_entry(DIR *folder, int *error);

/* The owner of a file or folder; (uid_t)-1 when it cannot be told. */
uid_t file_owner(const char *path);

#endif
