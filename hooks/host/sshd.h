/*
 * What sshd lets its clients put into the environment of git and of the hooks: the AcceptEnv lines
 * of its configuration, those of every Match block and of the files that it includes.  A pattern
 * like `GIT_*` lets clients say core.hooksPath by GIT_CONFIG_COUNT, and git then runs no hooks; one
 * like `GL_*` lets them say who they are.
 */
#ifndef HOOKS_HOST_SSHD_H
#define HOOKS_HOST_SSHD_H

#include <stdbool.h>

#include "common/base/fault.h"
#include "common/base/install_paths.h"

#define SSHD_CONFIG "/etc/ssh/sshd_config"

struct sshd_accept {
	char file[INSTALL_PATH_MAX];
	unsigned line;
	char pattern[256];
	const char *name; /* which of those asked for it lets in; NULL: none of them */
};

/*
 * Finds the first line that lets in one of the names (NULL-terminated).  Without a configuration
 * there is none.  0, or -1: it cannot be read, or includes itself without end.
 */
int sshd_accepts(
	const char *config, const char *const *names, struct sshd_accept *out, struct fault *f);

/*
 * What switches hooks off or makes other programs of them, when a client may set it;
 * NULL-terminated.
 */
extern const char *const sshd_perils[];

#endif
