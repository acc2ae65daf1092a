/*
 * Files below a folder that somebody else may change while we work there.  Everything goes by
 * descriptors from that folder: no symbolic link is followed on the way or at the end, nothing
 * above or beside the folder is reached, and nothing but a regular file is read or replaced.  A
 * path is relative, without `.` and `..`.
 *
 * What a stranger can do at any moment: swap names, make links and pipes, move folders away.  Then
 * a call fails, or works on what was opened, never on what a link leads to.  Nothing here waits
 * for a pipe's other end.
 *
 * If we die half-way a file named `.countersign-XXXXXX` may be left behind; no file is ever half
 * written.
 */
#ifndef COMMON_BASE_BENEATH_H
#define COMMON_BASE_BENEATH_H

#include <stdbool.h>
#include <sys/stat.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

/* How a file or folder is to be made; uid or gid -1: as they come. */
struct beneath_like {
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/* Opens a path as open(2) would with these flags.  A descriptor, or -1 with errno kept. */
int beneath_open(int folder, const char *path, int flags);

/*
 * What lies there, itself and not what it leads to; *exists is false, with 0, when there is
 * nothing.  0 or -1.
 */
int beneath_stat(int folder, const char *path, struct stat *st, bool *exists, struct fault *f);

/* Reads a regular file whole; *exists is false, with 0, when there is nothing.  0 or -1. */
int beneath_read(int folder, const char *path, struct buf *out, bool *exists, struct fault *f);

/*
 * Where a symbolic link leads; "" when there is none or something else.  0, or -1 when that is
 * longer than `out`.
 */
int beneath_link(int folder, const char *path, struct buf *out, struct fault *f);

/* Writes a file all at once, in the place of one that is there.  0 or -1. */
int beneath_write(int folder, const char *path, struct span text, const struct beneath_like *like,
	struct fault *f);

/* Makes a folder, and those on the way to it, where there is none.  0 or -1. */
int beneath_mkdir(int folder, const char *path, const struct beneath_like *like, struct fault *f);

/* Gives something another name; fails where there is something of that name.  0 or -1. */
int beneath_move(int folder, const char *from, const char *to, struct fault *f);

/* Makes a symbolic link where there is nothing.  0 or -1. */
int beneath_symlink(int folder, const char *path, const char *target, struct fault *f);

/*
 * Takes out a file or link (flags 0) or an empty folder (AT_REMOVEDIR); nothing there is no fault.
 * 0 or -1.
 */
int beneath_remove(int folder, const char *path, int flags, struct fault *f);

/*
 * Opens the folder that the path lies in, and sets *name to its last component.  A descriptor, or
 * -1.
 */
int beneath_parent(int folder, const char *path, const char **name, struct fault *f);

#endif
