/*
 * Objects as git itself reads them: one `git cat-file --batch-command`, started when it is first
 * needed and kept open.
 *
 * It is asked for what our own readers cannot read.  It looks into the same folders of objects;
 * replace refs do not count, and nothing is fetched.
 */
#ifndef COMMON_STORE_CAT_FILE_H
#define COMMON_STORE_CAT_FILE_H

#include "common/base/run.h"
#include "common/store/alternates.h"
#include "common/store/stored.h"

/* Zeroed but for the git directory and where its objects are; for cat_file_end(). */
struct cat_file {
	const char *git_dir;
	const struct alternates *folders;
	struct talk talk;
};

/* What git says of an object. */
struct cat_file_head {
	enum object_type type; /* OBJECT_NONE: it is missing */
	size_t size;
};

/* Type and size of an object; a missing one is an answer, too.  0 or -1. */
int cat_file_head(
	struct cat_file *git, const struct oid *id, struct cat_file_head *out, struct fault *f);

/* Reads an object, for stored_drop(); NULL when it is missing.  0 or -1. */
int cat_file_read(struct cat_file *git, const struct oid *id, struct stored **out, struct fault *f);

/* Ends git; harmless when it was not started. */
void cat_file_end(struct cat_file *git);

#endif
