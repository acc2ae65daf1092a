/*
 * The hooks that lie in repositories, and where: short scripts that call the installed programs, or
 * name one in their first line.
 *  Never links, since git passes over a dangling link in silence, while a script whose program is
 * gone can say so and refuse.
 */
#ifndef COMMON_FACTS_SHIM_H
#define COMMON_FACTS_SHIM_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/install_paths.h"

#define SHIM_MAX 8192
#define SHIM_HOOKS 3
#define SHIM_PRE_RECEIVE 0
#define SHIM_UPDATE 1
#define SHIM_POST_RECEIVE 2
/*
 * The option by which our scripts have a program answer, and what the exit status is then added
 * to: no other file in the program's place ends so.
 */
#define SHIM_ANSWERING "--answer"
#define SHIM_ANSWER 90
/* How git runs the program of post-receive without a shell: the hook's first line names both. */
#define SHIM_DIRECT "--post-receive"

/* pre-receive, update, post-receive. */
extern const char *const shim_hooks[SHIM_HOOKS];

/* A kind of host: where a hook lies below the git directory, the %s being its name. */
struct shim_layout {
	const char *host, *path;
};

/* Ended by one without a host; the last before that is `plain`, which fits everywhere. */
extern const struct shim_layout shim_layouts[];

/* Where a hook lies below the git directory on that kind of host; -1: too long. */
int shim_path(char out[INSTALL_PATH_MAX], const struct shim_layout *layout, const char *hook);

/* What git's settings call for a hook, as a shell reads it.  0, or -1: too long. */
int shim_call(char out[SHIM_MAX], const char *prefix, size_t hook);

/* The text of a hook of this installation.  0, or -1: too long. */
int shim_text(char out[SHIM_MAX], const char *prefix, size_t hook);

/* The text of gitolite's VREF.  0, or -1: too long. */
int shim_vref_text(char out[SHIM_MAX], const char *prefix);

/* The exit status of a hook as it is answered with; one above 35 is told as 1. */
int shim_answer(int status);

/* Whether a file with that text is ours, of whatever version; NULL is not. */
bool shim_is_ours(const char *text);

/* The program that a hook calls, below the prefix. */
const char *shim_program(size_t hook);

#endif
