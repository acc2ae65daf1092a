#include "common/base/install_paths.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Cuts the last component off; -1 when there is none. */
static int cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return -1;
	*slash = '\0';
	return 0;
}

/*
 * PREFIX/bin/NAME and PREFIX/libexec/countersign/NAME; anything else is its own prefix (a build
 * folder).
 */
static void prefix_of_folder(char *folder)
{
	size_t len = strlen(folder);

	if (len >= 4 && strcmp(folder + len - 4, "/bin") == 0)
		folder[len - 4] = '\0';
	else if (len >= 20 && strcmp(folder + len - 20, "/libexec/countersign") == 0)
		folder[len - 20] = '\0';
}

int install_paths_find(struct install_paths *paths, struct fault *f)
{
	ssize_t len = readlink("/proc/self/exe", paths->prefix, sizeof(paths->prefix) - 1);

	if (len < 0)
		return fault_set(f, FAULT_ADMIN,
			"cannot tell where this program lies: /proc/self/exe: %s", strerror(errno));
	paths->prefix[len] = '\0';
	if (cut_last(paths->prefix) < 0)
		return fault_set(
			f, FAULT_ADMIN, "cannot tell where this program lies: '%s'", paths->prefix);
	prefix_of_folder(paths->prefix);
	if (strcmp(paths->prefix, "/usr") == 0 || strcmp(paths->prefix, "/usr/local") == 0)
		return install_paths_join(paths->etc, "/etc", "countersign", f);
	return install_paths_join(paths->etc, paths->prefix, "etc/countersign", f);
}

int install_paths_join(
	char out[INSTALL_PATH_MAX], const char *folder, const char *name, struct fault *f)
{
	int len = snprintf(out, INSTALL_PATH_MAX, "%s/%s", folder, name);

	if (len < 0 || len >= INSTALL_PATH_MAX)
		return fault_set(f, FAULT_ADMIN, "path too long: %s/%s", folder, name);
	return 0;
}

static bool may(const struct install_paths *paths, int how)
{
	char path[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };

	return install_paths_join(path, paths->etc, "log.key", &ignored) == 0 &&
	       access(path, how) == 0;
}

bool install_paths_has_key(const struct install_paths *paths)
{
	return may(paths, F_OK);
}

bool install_paths_may_sign(const struct install_paths *paths)
{
	return may(paths, R_OK);
}
