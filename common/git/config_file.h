/*
 * One file of git's settings, read as git reads a repository's own (git-config(1), Syntax): without
 * includes and conditions.  What the format of a repository is stands there and nowhere else.
 */
#ifndef COMMON_GIT_CONFIG_FILE_H
#define COMMON_GIT_CONFIG_FILE_H

#include "common/base/fault.h"

/*
 * Is told of a setting: `section.key` or `section.SUBSECTION.key`, section and key in small
 * letters, and its value, "true" when none is said.  -1 and a fault ends the reading.
 */
typedef int config_file_each(void *context, const char *name, const char *value, struct fault *f);

/* Reads the file; a missing one is empty.  0, or -1: not such a file, or as `each` said. */
int config_file_read(const char *path, config_file_each *each, void *context, struct fault *f);

#endif
