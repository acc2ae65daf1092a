#include "hooks/admin/policy_edit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/beneath.h"

/* Where the file lies: below a folder, and its name there. */
struct place {
	int folder;
	const char *path;
};

static int place_open(const struct policy_edit *edit, struct place *place, struct fault *f)
{
	bool site = edit->layer == LAYER_SITE;
	const char *folder = site ? edit->in_force->paths.etc : repo_git_dir(edit->in_force->repo);

	place->path = site ? "policy.json" : "countersign/policy.json";
	place->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return place->folder < 0 ? fault_set(f, FAULT_ADMIN, "%s cannot be opened", folder) : 0;
}

int policy_edit_open(struct policy_edit *edit, struct fault *f)
{
	const char *name = edit->in_force->policy->files[edit->layer];
	struct buf text = BUF_INIT(POLICY_FILE_MAX);
	struct place place = { -1, NULL };
	bool exists = false;
	int status = place_open(edit, &place, f);

	edit->root = NULL;
	if (status == 0)
		status = beneath_read(place.folder, place.path, &text, &exists, f);
	if (status == 0 && exists)
		edit->root = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
	if (status == 0 && !json_is_object(edit->root))
		status = fault_set(f, FAULT_ADMIN, "%s cannot be changed: edit it by hand",
			name ? name : place.path);
	if (place.folder >= 0)
		(void)close(place.folder);
	buf_release(&text);
	return status;
}

/* Whether all the layers, with this text in the place of one, are a policy.  0 or -1. */
static int try_text(struct policy_edit *edit, struct span text, struct fault *f)
{
	struct policy_sources sources = edit->in_force->sources;
	struct policy *policy = NULL;
	int status;

	sources.tried = text;
	sources.trying = edit->layer;
	status = policy_load(&policy, &sources, f);
	policy_free(policy);
	return status < 0 ? fault_context(f, "nothing was written, since it would be wrong") : 0;
}

static int put_text(struct policy_edit *edit, struct span text, struct fault *f)
{
	struct place place = { -1, NULL };
	struct beneath_like like;
	struct stat st;
	bool exists = false;
	int status = place_open(edit, &place, f);

	if (status == 0)
		status = beneath_stat(place.folder, place.path, &st, &exists, f);
	if (status == 0 && !exists)
		status = fault_set(f, FAULT_ADMIN, "the policy file has gone");
	if (status == 0) {
		like = (struct beneath_like){ st.st_mode & 07777, st.st_uid, st.st_gid };
		if (geteuid() != 0 && st.st_uid == geteuid())
			like.uid = (uid_t)-1;
		status = beneath_write(place.folder, place.path, text, &like, f);
	}
	if (place.folder >= 0)
		(void)close(place.folder);
	return status;
}

int policy_edit_write(struct policy_edit *edit, struct fault *f)
{
	char *json = json_dumps(edit->root, JSON_INDENT(2));
	struct buf text = BUF_INIT(POLICY_FILE_MAX);
	int status = 0;

	if (json)
		buf_addf(&text, "%s\n", json);
	if (!json || text.failed)
		status = fault_set(f, FAULT_ADMIN, "the policy would be too large");
	if (status == 0)
		status = try_text(edit, buf_span(&text), f);
	if (status == 0)
		status = put_text(edit, buf_span(&text), f);
	buf_release(&text);
	free(json);
	return status;
}

void policy_edit_release(struct policy_edit *edit)
{
	json_decref(edit->root);
	edit->root = NULL;
}
