/*
 * Content that went from one path to another, found for reading.
 */
#ifndef HOOKS_REVIEW_HELD_SIMILAR_H
#define HOOKS_REVIEW_HELD_SIMILAR_H

#include "hooks/review/held/changed_file.h"

/*
 * Says of each new file which of those that are gone it was, if its content is the same or mostly
 * so.  Looks at so many pairs and bytes and no more.  0 or -1.
 */
int similar_match(struct changed_files *files, struct repo *repo, struct fault *f);

#endif
