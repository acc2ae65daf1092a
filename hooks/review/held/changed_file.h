/*
 * What a push changes, path by path, in the order in which it is shown: first what a hold flags, as
 * its text has it; then the rest.
 *
 * For reading, content that went from one path to another is shown beside what it was; what was
 * flagged, and what is signed, stays path by path.
 */
#ifndef HOOKS_REVIEW_HELD_CHANGED_FILE_H
#define HOOKS_REVIEW_HELD_CHANGED_FILE_H

#include "hooks/review/held/held.h"

#define CHANGED_REST_MAX 20000 /* files beside the flagged ones; more are counted */

struct changed_file {
	struct span path;
	const char *path_text;
	struct entry old, new;
	const char *rules; /* that flag it; NULL: none */
	bool elsewhere;    /* a later commit of the push changed it again */
	/* where its content was before, of something else that is listed; path empty: nowhere */
	struct entry moved;
	struct span moved_from;
	bool moved_away; /* its content went to another path */
};

struct changed_files {
	struct arena arena;
	struct changed_file *items;
	size_t count, flagged; /* the first `flagged` are those of the hold's text */
	size_t more;           /* of the rest, that are not listed */
	const char *against;   /* what the rest is compared with, in words; NULL: nothing is */
};

/* Lists them; for changed_files_release(), also after -1.  `held` must outlive it.  0 or -1. */
int changed_files_read(struct changed_files *out, const struct held *held,
	const struct facts *facts, struct fault *f);

/* Frees the list. */
void changed_files_release(struct changed_files *files);

/* Whether one of them was or is that object. */
bool changed_files_have(const struct changed_files *files, const struct oid *id);

#endif
