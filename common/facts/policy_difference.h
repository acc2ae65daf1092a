/*
 * What a change of the delegated file would change: asked of `countersign policy diff`, in a
 * process of its own that ends in time, since whoever pushes wrote the file.
 */
#ifndef COMMON_FACTS_POLICY_DIFFERENCE_H
#define COMMON_FACTS_POLICY_DIFFERENCE_H

#include "common/base/buf.h"
#include "common/base/span.h"

/* Of which repository; the file before and after, empty: none; and how long it may take. */
struct policy_difference {
	const char *git_dir;
	struct span old, new;
	int seconds;
};

/*
 * Appends it, lines of text for people in which nothing of a stranger's is as it is (text_escape);
 * or one line that says that it could not be found out.
 */
void policy_difference(const struct policy_difference *what, struct buf *out);

#endif
