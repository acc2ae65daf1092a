#include "common/facts/passed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/git/common_dir.h"
#include "common/policy/sources.h"
#include "common/state/tie.h"

static int find_git_dir(struct passed *passed, struct fault *f)
{
	const char *git_dir = getenv("GIT_DIR");

	if (!git_dir)
		return fault_set(f, FAULT_ADMIN, "GIT_DIR is not set");
	return common_dir_find(passed->git_dir, git_dir, true, f);
}

int passed_open(struct passed *passed, struct fault *f)
{
	struct policy_sources sources;
	struct sources files;
	char digest[65];

	*passed = (struct passed){ 0 };
	if (install_paths_find(&passed->paths, f) < 0 || find_git_dir(passed, f) < 0 ||
		sources_find(&files, &passed->paths, passed->git_dir, f) < 0)
		return -1;
	sources = sources_of(&files, passed->git_dir);
	if (policy_files_digest(&sources, digest, f) < 0)
		return -1;
	return tie_find(passed->git_dir, digest, passed->policy)
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "it has to be seen who is stopped");
}

/* Hooks that were there before Countersign. */
static bool has_chained(const struct passed *passed, const char *hook)
{
	static const char *const folders[] = { "chained", "chained-first" };
	char path[INSTALL_PATH_MAX];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (snprintf(path, sizeof(path), "%s/countersign/%s/%s", passed->git_dir,
			    folders[i], hook) >= (int)sizeof(path) ||
			access(path, F_OK) == 0)
			return true;
	return false;
}

enum pass_answer passed_find(const struct passed *passed, const char *hook, struct pass *what,
	char hold[PASS_HOLD_MAX + 1])
{
	what->policy = passed->policy;
	return has_chained(passed, hook) ? PASS_NONE : pass_find(passed->git_dir, what, hold);
}

static struct pass pass_of(const struct ref_update *update)
{
	return (struct pass){ .ref = update->name,
		.target = update->name,
		.old = update->claimed,
		.new = update->new };
}

bool passed_is_settled(struct passed *passed, const struct push *push)
{
	struct fault ignored = { 0 };
	char hold[PASS_HOLD_MAX + 1];
	bool settled = push->count && passed_open(passed, &ignored) == 0;

	for (size_t i = 0; settled && i < push->count; i++) {
		struct pass pass = pass_of(&push->updates[i]);

		settled = passed_find(passed, "post-receive", &pass, hold) == PASS_SETTLED;
	}
	for (size_t i = 0; settled && i < push->count; i++) {
		struct pass pass = pass_of(&push->updates[i]);

		pass.policy = passed->policy;
		(void)pass_drop(passed->git_dir, &pass);
	}
	if (settled)
		passes_end(passed->git_dir);
	fault_clear(&ignored);
	return settled;
}
