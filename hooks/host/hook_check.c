#include "hooks/host/hook_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/facts/host.h"
#include "hooks/host/gitolite_check.h"

#define RESYNCHRONISE "resynchronise the hooks of all repositories on Gitea's admin pages"
#define VREF "VREF/countersign"

static bool gitolite_owns(const char *path)
{
	char text[SHIM_MAX];

	return host_is_gitolite(host_hook_text(path, text));
}

/* Whether the shim is, to the byte, the one that install.sh writes for this installation. */
static bool is_current(const struct hook_check *w, size_t hook, const char *text)
{
	char whole[SHIM_MAX];

	return shim_text(whole, w->paths->prefix, hook) == 0 && strcmp(text, whole) == 0;
}

/* What is wrong with one hook; NULL: nothing. */
static const char *hook_problem(const struct hook_check *w, size_t hook, const char *path)
{
	char text[SHIM_MAX], program[INSTALL_PATH_MAX];
	struct fault ignored = { 0 };
	struct stat st;

	if (lstat(path, &st) < 0 && errno == EACCES)
		return strerror(EACCES);
	if (lstat(path, &st) < 0)
		return "is not there: git lets pushes through without it";
	if (S_ISLNK(st.st_mode) && stat(path, &st) < 0)
		return "is a dangling link: git lets pushes through without it";
	if (!S_ISREG(st.st_mode))
		return "is not a file";
	if (st.st_size == 0)
		return "is empty: git lets pushes through with it";
	if (!(st.st_mode & S_IXUSR))
		return "is not executable: git lets pushes through without it";
	if (st.st_mode & S_IWOTH)
		return "can be written by anybody";
	if (access(path, R_OK) < 0 && errno == EACCES)
		return strerror(EACCES);
	if (!shim_is_ours(host_hook_text(path, text)))
		return "is not Countersign's";
	if (!is_current(w, hook, text))
		return "belongs to another installation, or was modified";
	if (install_paths_join(program, w->paths->prefix, shim_program(hook), &ignored) < 0 ||
		access(program, X_OK) < 0)
		return "calls a program that is not there, so every push is refused";
	return hook != SHIM_UPDATE || host_program_runs(program)
		       ? NULL
		       : "calls a program that cannot run, so every push is refused";
}

int hook_check_drift(
	const struct hook_check *w, const char *what, const char *problem, const char *advice)
{
	const struct drift found = { .what = what, .problem = problem, .advice = advice };

	return w->each(w->context, &found);
}

/* Gitea's own hook, which runs what lies in HOOK.d; NULL when it does, or on another host. */
static const char *delegate_problem(
	const struct hook_check *w, const struct shim_layout *layout, const char *hook)
{
	char path[INSTALL_PATH_MAX], text[SHIM_MAX];
	struct stat st;

	if (strcmp(layout->host, "gitea") != 0)
		return NULL;
	if (!host_hook_path(path, w->repo, host_plain_layout(), hook) || stat(path, &st) < 0 ||
		!S_ISREG(st.st_mode) || !(st.st_mode & S_IXUSR))
		return "is never run: the hook of Gitea's that calls it is not there or not "
		       "executable";
	if (!host_hook_text(path, text) || !strstr(text, ".d/"))
		return "is never run: the hook that should call it is not Gitea's";
	return NULL;
}

/*
 * Whether git's settings name the hook, as `install.sh host` writes it, and do not switch it off.
 */
static bool is_configured(const struct hook_check *w, size_t hook)
{
	char key[96], call[SHIM_MAX];
	const struct config_value *event, *command, *enabled;

	(void)snprintf(key, sizeof(key), "hook.countersign-%s.event", shim_hooks[hook]);
	event = config_get(w->settings, key);
	(void)snprintf(key, sizeof(key), "hook.countersign-%s.command", shim_hooks[hook]);
	command = config_get(w->settings, key);
	(void)snprintf(key, sizeof(key), "hook.countersign-%s.enabled", shim_hooks[hook]);
	enabled = config_get(w->settings, key);
	return event && strcmp(event->value, shim_hooks[hook]) == 0 && command &&
	       shim_call(call, w->paths->prefix, hook) == 0 && strcmp(command->value, call) == 0 &&
	       !(enabled && config_is_no(enabled->value));
}

bool hook_check_configured(const struct hook_check *w)
{
	for (size_t i = 0; i < SHIM_HOOKS; i++)
		if (!is_configured(w, i))
			return false;
	return true;
}

/* Hooks by configuration are in the way when git knows of such a thing. */
static int configured_check(const struct hook_check *w, struct fault *f)
{
	bool known;

	if (config_hooks_known(repo_git_dir(w->repo), &known, f) < 0)
		return -1;
	return known ? 0
		     : hook_check_drift(w, "hooks",
			       "are configured, and this git does not run hooks by configuration: "
			       "pushes go through without them",
			       "use git 2.54 or newer, or run install.sh repo for this repository");
}

int hook_check_hooks(const struct hook_check *w, struct fault *f)
{
	char path[INSTALL_PATH_MAX];
	const char *problem;
	int outcome = 0;

	if (hook_check_configured(w))
		return configured_check(w, f);
	for (size_t i = 0; i < SHIM_HOOKS && outcome == 0; i++) {
		const struct shim_layout *layout = host_layout(w->repo);

		if (!host_hook_path(path, w->repo, layout, shim_hooks[i]))
			return fault_set(
				f, FAULT_ADMIN, "path too long: %s", repo_git_dir(w->repo));
		if (strcmp(shim_hooks[i], "update") == 0 && gitolite_owns(path)) {
			outcome = gitolite_check(w, f);
			continue;
		}
		problem = hook_problem(w, i, path);
		if (problem)
			outcome = hook_check_drift(
				w, shim_hooks[i], problem, HOOK_CHECK_INSTALL_AGAIN);
		problem = delegate_problem(w, layout, shim_hooks[i]);
		if (problem && outcome == 0)
			outcome = hook_check_drift(w, shim_hooks[i], problem, RESYNCHRONISE);
	}
	return outcome;
}
