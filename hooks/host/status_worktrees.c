/*
 * Linked worktrees.  A push may name one in place of the repository, and git then reads that one's
 * own settings, too, and takes a relative core.hooksPath from its folder: hooks that run for the
 * repository need not run there.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "hooks/admin/cli.h"
#include "hooks/host/hook_check.h"
#include "hooks/host/status.h"

#define PROBLEM_MAX 4096
#define SECONDS 20 /* for all of them: git may wait for a pipe in each */
#define TOLD_MAX 20

struct worktree {
	const struct hook_check *repository;
	const char *name;
	size_t told;  /* problems of the repository itself */
	size_t count; /* problems of worktrees */
	time_t until;
	struct status *status;
};

static time_t now_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

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
	struct worktree *w = context;
	char problem[PROBLEM_MAX];
	struct drift here = *drift;

	if (drift->mild || is_told(w, drift) || w->count++ >= TOLD_MAX)
		return 0;
	(void)snprintf(problem, sizeof(problem), "for pushes that name worktrees/%.255s: %.3000s",
		w->name, drift->problem);
	here.problem = problem;
	return w->repository->each(w->repository->context, &here);
}

static void tell_unread(struct worktree *w, const char *why)
{
	char problem[PROBLEM_MAX];

	if (w->count++ >= TOLD_MAX)
		return;
	(void)snprintf(problem, sizeof(problem), "%.255s: %.3000s", w->name, why);
	status_problem(
		w->status, "worktrees", problem, "mend it, or take it out by git worktree prune");
}

/* Without the file `commondir` no push can name it; it may be taken out while we look. */
static bool is_one(const char *commondir)
{
	return access(commondir, F_OK) == 0 ||
	       (errno != ENOENT && errno != ENOTDIR && errno != ELOOP);
}

/* A problem is what git cannot read, too. */
static int look_at(struct worktree *w, const char *git_dir, struct fault *f)
{
	struct hook_check check = *w->repository;
	struct fault unread = { 0 };
	struct config settings;
	char path[INSTALL_PATH_MAX];
	int status = 0;

	if (install_paths_join(path, git_dir, "commondir", f) < 0)
		return -1;
	if (!is_one(path) || status_unseen(w->status, "worktrees", path))
		return 0;
	check.git_dir = git_dir;
	check.settings = &settings;
	check.each = on_drift;
	check.context = w;
	if (config_read(&settings, git_dir, w->status->env, &unread) == 0)
		status = config_check(&check, f);
	else if (is_one(path))
		tell_unread(w, unread.text);
	config_release(&settings);
	return status;
}

static void tell_rest(const struct worktree *w, bool late)
{
	char problem[64];

	(void)snprintf(problem, sizeof(problem), "%zu more problems of linked worktrees",
		w->count > TOLD_MAX ? w->count - TOLD_MAX : 0);
	if (w->count > TOLD_MAX)
		status_problem(w->status, "worktrees", problem, "mend those told of first");
	(void)snprintf(
		problem, sizeof(problem), "could not look at all of them in %d seconds", SECONDS);
	if (late)
		status_problem(w->status, "worktrees", problem,
			"take out those that nobody needs by git worktree prune");
}

static void tell_unlisted(struct status *status, int error)
{
	status_problem(status, "worktrees", strerror(error),
		"mend that folder: what pushes that name a worktree meet is not known");
}

int status_look_at_worktrees(
	struct status *status, const struct hook_check *repository, struct fault *f)
{
	struct worktree w = { .repository = repository,
		.told = json_array_size(status->problems),
		.until = now_seconds() + SECONDS,
		.status = status };
	char folder[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX];
	const struct dirent *entry;
	bool late = false;
	int outcome = 0, error = 0;
	DIR *dir;

	if (install_paths_join(folder, repository->git_dir, "worktrees", f) < 0)
		return -1;
	dir = opendir(folder);
	if (!dir) {
		if (errno != ENOENT)
			tell_unlisted(status, errno);
		return 0;
	}
	while (outcome == 0 && (entry = file_entry(dir, &error))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		late = now_seconds() >= w.until;
		if (late)
			break;
		w.name = entry->d_name;
		outcome = install_paths_join(path, folder, entry->d_name, f) < 0
				  ? -1
				  : look_at(&w, path, f);
	}
	(void)closedir(dir);
	if (error)
		tell_unlisted(status, error);
	tell_rest(&w, late);
	return outcome;
}
