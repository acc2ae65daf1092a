/*
 * How two contents differ, line by line, for people to read: nothing is decided by it.
 *
 * The lines are libgit2's (xdiff); contents are taken as text whatever is in them, and attributes
 * play no part.
 */
#ifndef COMMON_GIT_REPO_DIFF_H
#define COMMON_GIT_REPO_DIFF_H

#include <stdbool.h>

#include "common/base/fault.h"
#include "common/base/span.h"

enum diff_side {
	DIFF_BOTH, /* the line is in both */
	DIFF_OLD,
	DIFF_NEW,
};

struct diff_line {
	enum diff_side side;
	size_t old_number, new_number; /* from 1; 0 where it is not */
	struct span text;              /* without its line feed; of the contents */
	bool unended;                  /* the content ends with it, without a line feed */
};

struct repo_diff {
	struct span old, new;
	size_t context;    /* lines around a change that are told, too */
	bool ignore_space; /* lines that differ in blanks alone are in both, as in the new content
			    */
	int (*each)(void *context, const struct diff_line *line);
	void *listener;
};

/* Calls `each` for the lines, top to bottom.  0, -1, or what `each` returned when not 0. */
int repo_diff(const struct repo_diff *diff, struct fault *f);

#endif
