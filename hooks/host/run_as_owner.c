#include "hooks/host/run_as_owner.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int run_as_owner(const char *git_dir, struct fault *f)
{
	const struct passwd *user;
	struct stat status;

	if (geteuid() != 0)
		return 0;
	if (stat(git_dir, &status) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", git_dir, strerror(errno));
	if (status.st_uid == 0)
		return 0;
	user = getpwuid(status.st_uid);
	if ((user ? initgroups(user->pw_name, user->pw_gid) : setgroups(0, NULL)) < 0 ||
		setgid(user ? user->pw_gid : status.st_gid) < 0 || setuid(status.st_uid) < 0)
		return fault_set(f, FAULT_ADMIN, "cannot work as the owner of %s: %s", git_dir,
			strerror(errno));
	return 0;
}
