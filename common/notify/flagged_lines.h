/*
 * How much of a change is flagged, in files and lines, for people who are told of it.
 */
#ifndef COMMON_NOTIFY_FLAGGED_LINES_H
#define COMMON_NOTIFY_FLAGGED_LINES_H

#include "common/facts/verdict.h"
#include "common/git/repo.h"

struct flagged_lines {
	size_t files, added, deleted;
};

/*
 * Counts them.  Nothing is counted, and files is 0, where that would take long or a content cannot
 * be read: it decides nothing.
 */
struct flagged_lines flagged_lines_count(struct repo *repo, const struct verdict *verdict);

#endif
