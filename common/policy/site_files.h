/*
 * The files of a site's folder, agents.d: read whole and only if they can be trusted, in the order
 * of their names.  Nothing here understands them.
 */
#ifndef COMMON_POLICY_SITE_FILES_H
#define COMMON_POLICY_SITE_FILES_H

#include "common/base/buf.h"
#include "common/base/fault.h"

#define SITE_FILES_MAX 1000
#define SITE_FILE_MAX (4u << 20)

struct site_file {
	char *path;
	struct buf bytes;
};

struct site_files {
	struct site_file *files;
	size_t count;
	bool there; /* the folder */
};

/*
 * Reads what ends in `.json`; for site_files_release(), also after -1.  The folder and its files
 * must be owned by root or by whoever runs this, and not be writable by others.  0, also where
 * there is no folder, or -1.
 */
int site_files_read(struct site_files *out, const char *folder, struct fault *f);

/* Frees what was read. */
void site_files_release(struct site_files *files);

/* Ties a digest to the files, where there are any.  0 or -1. */
int site_files_tie(const char *folder, char digest[65], struct fault *f);

#endif
