#include "common/state/fleet_lease.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/expected.h"
#include "common/base/file.h"
#include "common/base/install_paths.h"

#define WORDS "countersign-lease-1 "
#define BOOT_MAX 64
#define LEASE_MAX 256

/* Which start of the machine this is, and milliseconds since. */
struct moment {
	char boot[BOOT_MAX];
	int64_t milliseconds;
};

static int moment_now(struct moment *now, struct fault *f)
{
	int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	struct timespec clock;
	ssize_t len = file < 0 ? -1 : read(file, now->boot, sizeof(now->boot) - 1);

	if (file >= 0)
		(void)close(file);
	if (len <= 0 || clock_gettime(CLOCK_BOOTTIME, &clock) < 0)
		return fault_set(f, FAULT_ADMIN, "it cannot be told since when the machine runs");
	now->boot[len] = '\0';
	now->boot[strcspn(now->boot, " \n")] = '\0';
	now->milliseconds = (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000;
	return 0;
}

/* How old what was written is; what is not understood is as old as can be. */
static int64_t age_of(const char *text, const struct moment *now)
{
	size_t words = strlen(WORDS), boot = strlen(now->boot);
	long long then;
	char *end;

	if (strncmp(text, WORDS, words) != 0 || strncmp(text + words, now->boot, boot) != 0 ||
		text[words + boot] != ' ')
		return INT64_MAX;
	errno = 0;
	then = strtoll(text + words + boot + 1, &end, 10);
	if (errno || *end != '\n' || then < 0 || then > now->milliseconds)
		return INT64_MAX;
	return (now->milliseconds - then) / 1000;
}

static int lease_read(const char *etc, struct fleet_lease *out, struct fault *f)
{
	struct buf text = BUF_INIT(LEASE_MAX);
	char path[INSTALL_PATH_MAX];
	struct moment now;
	bool exists = false;
	int status = install_paths_join(path, etc, FLEET_LEASE, f);

	if (status == 0)
		status = file_read_trusted(path, (uid_t)-1, &text, &exists, f);
	if (status == 0)
		status = moment_now(&now, f);
	if (status == 0)
		out->seconds = exists && text.data ? age_of(text.data, &now) : INT64_MAX;
	buf_release(&text);
	return status;
}

int fleet_lease_read(const char *etc, struct fleet_lease *out, struct fault *f)
{
	char path[INSTALL_PATH_MAX];
	bool expected;

	*out = (struct fleet_lease){ 0 };
	if (install_paths_join(path, etc, FLEET_SETTINGS, f) < 0)
		return -1;
	out->joined = access(path, F_OK) == 0;
	if (out->joined)
		return lease_read(etc, out, f);
	if (expected_is(&(struct expected){ etc, FLEET_EXPECTED }, &expected, f) < 0)
		return -1;
	return !expected ? 0
			 : fault_set(f, FAULT_ADMIN,
				   "%s was there and is missing: put it back, or countersign fleet "
				   "leave",
				   path);
}

int fleet_lease_renew(const char *etc, struct fault *f)
{
	char path[INSTALL_PATH_MAX], beside[INSTALL_PATH_MAX], text[LEASE_MAX];
	struct moment now;
	int file, len;
	bool written;

	if (moment_now(&now, f) < 0 || install_paths_join(path, etc, FLEET_LEASE, f) < 0 ||
		install_paths_join(beside, etc, FLEET_LEASE ".new", f) < 0)
		return -1;
	len = snprintf(text, sizeof(text), WORDS "%s %" PRId64 "\n", now.boot, now.milliseconds);
	file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	written = file >= 0 && write(file, text, (size_t)len) == len && fchmod(file, 0644) == 0;
	if (file >= 0)
		(void)close(file);
	if (!written || rename(beside, path) < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
	return 0;
}
