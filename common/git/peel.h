/*
 * What a ref's value leads to through annotated tags.
 */
#ifndef COMMON_GIT_PEEL_H
#define COMMON_GIT_PEEL_H

#include "common/git/repo.h"

#define PEEL_MAX 64 /* tags of tags */

/*
 * Follows annotated tags to what they are of.  *type is NONE when a tag on the way is malformed or
 * the chain is longer than PEEL_MAX.  0, or -1: an object cannot be read.
 */
int peel(struct repo *repo, const struct oid *id, struct oid *out, enum object_type *type,
	struct fault *f);

#endif
