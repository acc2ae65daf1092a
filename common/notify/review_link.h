/*
 * Addresses of the review page.
 */
#ifndef COMMON_NOTIFY_REVIEW_LINK_H
#define COMMON_NOTIFY_REVIEW_LINK_H

#include "common/policy/policy.h"

/*
 * Appends `<review.url>/<name of the repository>/<rest>`: the name is the last part of its path
 * without `.git`.  Nothing where the policy has no page.  0, or -1 as buf_add.
 */
int review_link(
	struct buf *out, const struct policy *policy, const char *git_dir, const char *rest);

#endif
