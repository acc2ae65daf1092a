/*
 * Which kind of host serves a repository: told by where our hooks lie in it, and by whose update
 * hook it has.
 */
#ifndef COMMON_FACTS_HOST_H
#define COMMON_FACTS_HOST_H

#include <stdbool.h>

#include "common/facts/shim.h"
#include "common/git/repo.h"

/* `plain`, `gitea`, `gitlab` or `gitolite`; `plain` when there are no hooks of ours. */
const char *host_name(struct repo *repo);

/* How hooks are laid out there: by any of the three that is ours, since each may be missing. */
const struct shim_layout *host_layout(struct repo *repo);

/* The layout that fits where nothing else does: git's own. */
const struct shim_layout *host_plain_layout(void);

/* Where the hook lies; false: the path is too long. */
bool host_hook_path(char out[INSTALL_PATH_MAX], struct repo *repo, const struct shim_layout *layout,
	const char *hook);

/* Reads a hook; NULL when it cannot be read, is no file or is longer than any of ours. */
char *host_hook_text(const char *path, char text[SHIM_MAX]);

/* Whether the text of an update hook is gitolite's: there we are a VREF that judges ref by ref. */
bool host_is_gitolite(const char *text);

/* Whether that file is a program of ours that runs here: it tells its version. */
bool host_program_runs(const char *program);

#endif
