/*
 * Revisions as people write them (gitrevisions(7)), for commands; hooks are given object ids.
 */
#ifndef COMMON_HISTORY_REVISION_H
#define COMMON_HISTORY_REVISION_H

#include "common/base/env.h"
#include "common/base/fault.h"
#include "common/base/oid.h"
#include "common/git/repo.h"

struct revision_range {
	struct oid old; /* zero: from the beginning */
	struct oid new;
};

/*
 * The object that a revision names, annotated tags not peeled; forty zeros name nothing.  0 or -1.
 */
int revision_parse(const struct repo *repo, struct span text, struct oid *out, struct fault *f);

/* `OLD..NEW`; an empty OLD is the beginning, an empty NEW is HEAD.  0 or -1. */
int revision_range(
	const struct repo *repo, const char *text, struct revision_range *out, struct fault *f);

#endif
