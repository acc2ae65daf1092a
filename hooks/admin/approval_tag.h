/*
 * Hands a decision on: an approval tag, pushed into its repository through the hooks like any
 * other, which alone decide whether it is one.
 *
 * The tag is made in a folder of its own below TMPDIR, or /tmp, so that nothing of one that is
 * refused stays anywhere.
 */
#ifndef HOOKS_ADMIN_APPROVAL_TAG_H
#define HOOKS_ADMIN_APPROVAL_TAG_H

#include "common/facts/facts.h"

struct approval_tag {
	const struct facts *facts; /* of the repository */
	const char *id;            /* of the hold */
	const struct person *person;
	const char *account; /* that pushes it, or NULL: the person's first */
	struct span text;    /* the tag object */
};

/*
 * Pushes it.  *taken: the hooks have let it in; *said is what they said, a line each.  0 or -1.
 */
int approval_tag_push(
	const struct approval_tag *tag, bool *taken, struct buf *said, struct fault *f);

#endif
