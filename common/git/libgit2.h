/*
 * libgit2, for comparing and merging contents from bytes to bytes.  Most pushes need neither, so it
 * is loaded when it is first asked for, and not with the program.
 */
#ifndef COMMON_GIT_LIBGIT2_H
#define COMMON_GIT_LIBGIT2_H

#include <git2.h>

#include "common/base/fault.h"

struct libgit2 {
	__typeof__(git_libgit2_init) *libgit2_init;
	__typeof__(git_error_last) *error_last;
	__typeof__(git_merge_file) *merge_file;
	__typeof__(git_merge_file_input_init) *merge_file_input_init;
	__typeof__(git_merge_file_options_init) *merge_file_options_init;
	__typeof__(git_merge_file_result_free) *merge_file_result_free;
	__typeof__(git_diff_buffers) *diff_buffers;
	__typeof__(git_diff_options_init) *diff_options_init;
};

/* The library, loaded and started once a process and never stopped; NULL and a fault. */
const struct libgit2 *libgit2(struct fault *f);

/* What it said last, as a fault of the admin's with the context in front.  Always -1. */
int libgit2_fault(struct fault *f, const char *context);

#endif
