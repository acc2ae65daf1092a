/*
 * The lists beside the site's policy, a path a line: `repositories` that are guarded, `roots`
 * below which all are to be, and `left-out`, those below a root that were taken out on purpose.
 */
#ifndef HOOKS_HOST_HANDS_LISTS_H
#define HOOKS_HOST_HANDS_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/fault.h"

struct list {
	const char *name;
	char **items; /* NULL-terminated once there is one */
	size_t count, room;
	bool changed;
};

/* Adds a copy, unless it is there.  1 it was added, 0 it was there, -1. */
int list_add(struct list *list, const char *item, struct fault *f);

/* Takes it off.  Whether it was there. */
bool list_drop(struct list *list, const char *item);

/* Whether it is on it. */
bool list_has(const struct list *list, const char *item);

/* Reads the list of its name from the site's folder; none there is an empty one.  0 or -1. */
int list_read(struct list *list, const char *etc, struct fault *f);

/* Writes it there, all at once, if it was changed; makes the folder if there is none.  0 or -1. */
int list_write(struct list *list, const char *etc, struct fault *f);

/* Frees what it holds. */
void list_release(struct list *list);

#endif
