/*
 * Linked worktrees.  A push may name one in place of the repository, and git then reads that one's
 * own settings, too, and takes a relative core.hooksPath from its folder: hooks that run for the
 * repository need not run there.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hooks/admin/cli.h"
#include "hooks/host/hook_check.h"
#include "hooks/host/status.h"

#define PROBLEM_MAX 4096

struct worktree {
	const struct hook_check *repository;
	const char *name;
	size_t told; /* problems of the repository itself */
	struct status *status;
};

/* Whether that is amiss in the repository itself, and so was told of it. */
static bool is_told(const struct worktree *w, const struct drift *drift)
{
	for (size_t i = 0; i < w->told; i++) {
		const json_t *one = json_array_get(w->status->problems, i);
		const char *what = json_string_value(json_object_get(one, "what"));

		if (what && strcmp(what, drift->what) == 0)
			return true;
	}
	return false;
}

static int on_drift(void *context, const struct drift *drift)
{
	const struct worktree *w = context;
	char problem[PROBLEM_MAX];
	struct drift here = *drift;

	if (drift->mild || is_told(w, drift))
		return 0;
	(void)snprintf(problem, sizeof(problem), "for pushes that name worktrees/%.255s: %.3000s",
		w->name, drift->problem);
	here.problem = problem;
	return w->repository->each(w->repository->context, &here);
}

/* A problem is what git cannot read, too; without the file `commondir` no push can name it. */
static int look_at(struct worktree *w, const char *git_dir, struct fault *f)
{
	struct hook_check check = *w->repository;
	struct fault unread = { 0 };
	struct config settings;
	char path[INSTALL_PATH_MAX];
	int status = 0;

	if (install_paths_join(path, git_dir, "commondir", f) < 0)
		return -1;
	if (access(path, F_OK) < 0)
		return 0;
	check.git_dir = git_dir;
	check.settings = &settings;
	check.each = on_drift;
	check.context = w;
	if (config_read(&settings, git_dir, w->status->env, &unread) < 0)
		status_problem(w->status, "worktrees", unread.text,
			"mend it, or take it out by git worktree prune");
	else
		status = config_check(&check, f);
	config_release(&settings);
	return status;
}

int status_look_at_worktrees(
	struct status *status, const struct hook_check *repository, struct fault *f)
{
	struct worktree w = { .repository = repository,
		.told = json_array_size(status->problems),
		.status = status };
	char folder[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX];
	const struct dirent *entry;
	int outcome = 0;
	DIR *dir;

	if (install_paths_join(folder, repository->git_dir, "worktrees", f) < 0)
		return -1;
	dir = opendir(folder);
	if (!dir)
		return errno == ENOENT
			       ? 0
			       : fault_set(f, FAULT_ADMIN, "%s: %s", folder, strerror(errno));
	while (outcome == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		w.name = entry->d_name;
		outcome = install_paths_join(path, folder, entry->d_name, f) < 0
				  ? -1
				  : look_at(&w, path, f);
	}
	(void)closedir(dir);
	return outcome;
}
