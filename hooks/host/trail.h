/*
 * The way to a repository.  Whoever owns a folder on the way can put something else there at any
 * moment, a link above all; so root walks it component by component, by descriptors, and keeps
 * apart what strangers could have changed.
 */
#ifndef HOOKS_HOST_TRAIL_H
#define HOOKS_HOST_TRAIL_H

#include <stdbool.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/base/install_paths.h"

struct trail {
	int fd;         /* O_PATH, of what the path led to; -1 when there is none */
	struct stat st; /* of that */
	bool ours;      /* nobody but root and whoever runs this can change where the path leads */
	bool closed; /* nobody but they can come here at all: a folder on the way is theirs alone */
	char path[INSTALL_PATH_MAX]; /* without links, as the kernel has it */
};

enum trail_links {
	/* symbolic links are followed where only root or the caller can have made them */
	TRAIL_LINKS_OURS,
	TRAIL_LINKS_NONE, /* none at all: the path was written down without any */
};

/*
 * Walks there.  0, or -1: a link of a stranger's, nothing there (*absent is true then), or no
 * rights.  For trail_release() either way.
 */
int trail_to(struct trail *trail, const char *path, enum trail_links links, bool *absent,
	struct fault *f);

/*
 * Goes on to a folder right below, if it is one and no link.  Whether it did; else the trail stays
 * where it was.
 */
bool trail_on(struct trail *trail, const char *name);

/* Closes what is open. */
void trail_release(struct trail *trail);

/*
 * Whether in such a folder nobody but root and the caller can put another thing in the place of
 * `entry`.
 */
bool trail_is_ours(const struct stat *folder);

/* Whether others than its user and root's own group may write a file or in a folder. */
bool trail_is_open(const struct stat *st);

#endif
