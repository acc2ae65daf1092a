#include "common/base/expected.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a mark may be: in the folder itself or, where that may not be written, in our own in it. */
static const char *const places[] = { "countersign.had-", "countersign/had-" };

#define PLACES (sizeof(places) / sizeof(places[0]))

static int mark_path(
	const struct expected *thing, const char *place, char out[PATH_MAX], struct fault *f)
{
	int len = snprintf(out, PATH_MAX, "%s/%s%s", thing->folder, place, thing->what);

	return len > 0 && len < PATH_MAX
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "%s: %s", thing->folder, strerror(ENAMETOOLONG));
}

static int mark_fault(const char *path, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
}

int expected_is(const struct expected *thing, bool *out, struct fault *f)
{
	char path[PATH_MAX];
	struct stat found;

	*out = false;
	for (size_t i = 0; i < PLACES && !*out; i++) {
		if (mark_path(thing, places[i], path, f) < 0)
			return -1;
		*out = lstat(path, &found) == 0;
		if (!*out && errno != ENOENT && errno != ENOTDIR)
			return mark_fault(path, f);
	}
	return 0;
}

static int sync_folder(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = folder < 0 ? -1 : fsync(folder);

	if (folder >= 0)
		(void)close(folder);
	return status;
}

int expected_mark(const struct expected *thing, struct fault *f)
{
	char path[PATH_MAX];
	bool marked;
	int file = -1;

	if (expected_is(thing, &marked, f) < 0)
		return -1;
	if (marked)
		return 0;
	for (size_t i = 0; i < PLACES && file < 0; i++) {
		if (mark_path(thing, places[i], path, f) < 0)
			return -1;
		file = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0444);
		if (file < 0 && errno != EACCES && errno != EPERM && errno != EROFS)
			break;
	}
	if (file < 0)
		return mark_fault(path, f);
	(void)close(file);
	*strrchr(path, '/') = '\0';
	return sync_folder(path) == 0 ? 0 : mark_fault(path, f);
}
