/*
 * The folders that hold a repository's objects: where new ones go, what git's environment adds
 * (the main store, while a push is in quarantine), and what their info/alternates name.
 *
 * libgit2 reads these lists without git's quoting and passes over folders that are missing, so
 * they are read here, as git does: entries that begin with a quote are C-quoted, a `#` begins a
 * comment, relative paths in info/alternates are relative to the object folder they are found in.
 * A folder that is missing or nested too deep is a fault.
 */
#ifndef COMMON_STORE_ALTERNATES_H
#define COMMON_STORE_ALTERNATES_H

#include "common/base/fault.h"
#include "common/base/span.h"

#define ALTERNATES_MAX 64  /* folders in all */
#define ALTERNATES_DEPTH 5 /* alternates of alternates, as git has it */

struct alternates {
	char *folders[ALTERNATES_MAX]; /* absolute; no folder twice */
	size_t count;
};

/* Adds the folder, if it is new, and then all that its info/alternates name.  0 or -1. */
int alternates_add(struct alternates *list, const char *folder, struct fault *f);

/*
 * Adds the folders of a colon-separated list (GIT_ALTERNATE_OBJECT_DIRECTORIES), as alternates_add.
 */
int alternates_add_list(struct alternates *list, const char *text, struct fault *f);

/* Frees the list; it can be used again. */
void alternates_release(struct alternates *list);

#endif
