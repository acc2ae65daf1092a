/* Between the files of this room: a snapshot that is being taken, and its items. */
#ifndef HOOKS_WATCH_TAKING_H
#define HOOKS_WATCH_TAKING_H

#include <sys/stat.h>

#include "common/base/buf.h"
#include "hooks/host/status.h"

#define TAKING_FILE_MAX ((size_t)16 << 20)
#define TAKING_NAME_MAX 4352
#define TAKING_VALUE_MAX ((size_t)1 << 20)

struct taking {
	const struct status *status;
	const json_t *before, *texts; /* items and layers of the last one, or NULL */
	json_t *items, *layers;
	struct fault *fault;
};

/* Adds an item, escaped.  0 or -1. */
int taking_put(struct taking *t, const char *what, const struct buf *value);

/* Adds an item of at most TAKING_NAME_MAX bytes; the rest is cut off.  0 or -1. */
int taking_say(struct taking *t, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Takes what is called so, or begins so where that ends with a blank, as it was.  0 or -1. */
int taking_keep(struct taking *t, const char *what);

/* Adds an item that is the file's size, inode, mode, owner and date.  0 or -1. */
int taking_stat(struct taking *t, const char *what, const struct stat *st);

/* Adds an item that is the digest of the bytes, with the file's mode and owner or, NULL, none. */
int taking_digest(struct taking *t, const char *what, struct span bytes, const struct stat *st);

/* Keeps the text of a policy's layer; `null` for one that cannot be a policy.  0 or -1. */
int taking_text(struct taking *t, const char *layer, struct span bytes);

/*
 * Adds a file by its digest, mode and owner, if it is there; `layer`: its text is kept by that
 * name, or NULL.  0 or -1.
 */
int taking_file(struct taking *t, const char *what, const char *path, const char *layer);

#endif
