/*
 * What lies in the quarantine: every object that the push sent, whether anything leads to it or
 * not.
 */
#include "common/git/repo_private.h"

struct bringing {
	int (*each)(void *context, const struct oid *id);
	void *context;
};

static int on_object(const git_oid *id, void *context)
{
	const struct bringing *b = context;
	struct oid ours = oid_of(id, sizeof(*id));

	return b->each(b->context, &ours);
}

/* The quarantine alone, loose objects and packs. */
static int open_quarantine(git_odb **out, const struct repo *repo, struct fault *f)
{
	const char *folder = repo->objects.folders[0];
	git_odb_backend *loose = NULL, *packed = NULL;

	if (git_odb_new(out) < 0)
		return repo_fault(f, folder);
	if (git_odb_backend_loose(&loose, folder, -1, 0, 0, 0) < 0 ||
		git_odb_add_backend(*out, loose, 1) < 0 ||
		git_odb_backend_pack(&packed, folder) < 0 ||
		git_odb_add_backend(*out, packed, 2) < 0) {
		git_odb_free(*out);
		*out = NULL;
		return repo_fault(f, folder);
	}
	return 0;
}

int repo_brought(struct repo *repo, int (*each)(void *context, const struct oid *id), void *context,
	struct fault *f)
{
	struct bringing bringing = { each, context };
	git_odb *odb;
	int status;

	if (!repo->quarantine)
		return 0;
	if (open_quarantine(&odb, repo, f) < 0)
		return -1;
	status = git_odb_foreach(odb, on_object, &bringing);
	git_odb_free(odb);
	return status < 0 ? repo_fault(f, repo->objects.folders[0]) : status;
}
