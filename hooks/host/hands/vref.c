#include "hooks/host/hands/vref.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/facts/shim.h"

#define VREF "VREF/countersign"

/* The folder of the gitolite that root would run; nothing that a stranger says plays a part. */
static int folder_find(struct trail *trail, struct fault *f)
{
	static const char *const programs[] = { "/usr/local/bin/gitolite", "/usr/bin/gitolite" };
	char path[PATH_MAX];
	bool absent;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (realpath(programs[i], path)) {
			*strrchr(path, '/') = '\0';
			if (trail_to(trail, path, TRAIL_LINKS_OURS, &absent, f) < 0)
				return -1;
			return trail->ours && trail->st.st_uid == 0
				       ? 0
				       : fault_set(f, FAULT_ADMIN, "%s is not root's alone",
						 trail->path);
		}
	return fault_set(f, FAULT_ADMIN, "gitolite is not where root looks for it");
}

static int change(const struct terms *terms, const struct trail *trail, bool put, struct fault *f)
{
	static const struct beneath_like like = { 0755, 0, 0 };
	struct buf now = BUF_INIT(SHIM_MAX);
	char text[SHIM_MAX];
	bool exists = false, same;
	int dir = open(trail->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), status = -1;

	if (dir < 0)
		return fault_set(f, FAULT_ADMIN, "%s: %s", trail->path, strerror(errno));
	if (shim_vref_text(text, terms->place.prefix) == 0)
		status = beneath_read(dir, VREF, &now, &exists, f);
	same = status == 0 && exists && strcmp(now.data, text) == 0;
	if (status == 0 && put && !same) {
		printf("  %swrite %s/" VREF "\n", terms->dry_run ? "would " : "", trail->path);
		if (!terms->dry_run)
			status = beneath_mkdir(dir, "VREF", &like, f) < 0
					 ? -1
					 : beneath_write(dir, VREF,
						   (struct span){ text, strlen(text) }, &like, f);
	} else if (status == 0 && !put && exists && shim_is_ours(now.data)) {
		printf("  %sremove %s/" VREF "\n", terms->dry_run ? "would " : "", trail->path);
		if (!terms->dry_run)
			status = beneath_remove(dir, VREF, 0, f);
	}
	buf_release(&now);
	(void)close(dir);
	return status;
}

int vref_change(const struct terms *terms, int end)
{
	bool put = (end & HANDS_VREF_PUT) != 0, take = (end & HANDS_VREF_TAKE) != 0;
	struct fault f = { 0 };
	struct trail trail = { .fd = -1 };
	int status = 0;

	if (!terms->root || put == take)
		return 0;
	status = folder_find(&trail, &f);
	if (status == 0)
		status = change(terms, &trail, put, &f);
	trail_release(&trail);
	if (status < 0)
		fprintf(stderr, "%s: gitolite's VREF: %s\n", terms->called, f.text);
	return status;
}
