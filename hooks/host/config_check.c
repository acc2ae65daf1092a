/* What git's settings, the version and the kept hooks say of whether Countersign is in the way. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "hooks/host/hook_check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VERSION_MAX 256
#define TEXT_MAX (2 * PLACE_MAX)

static const char *const hooks[] = { "pre-receive", "update", "post-receive" };

static const struct {
	const char *name, *value;
	const char *key; /* as git prints it */
} wanted[] = {
	{ "receive.shallowUpdate", "false", "receive.shallowupdate" },
	{ "receive.fsckObjects", "true", "receive.fsckobjects" },
	{ "receive.advertisePushOptions", "true", "receive.advertisepushoptions" },
	{ "core.fsync", "all", "core.fsync" },
};

static bool is_as_wanted(const char *value, const char *should)
{
	if (strcmp(should, "true") == 0)
		return setting_is_yes(value);
	if (strcmp(should, "false") == 0)
		return setting_is_no(value);
	return strcasecmp(value, should) == 0;
}

static int setting_check(const struct wiring *w, size_t which)
{
	const struct setting *setting = settings_get(w->settings, wanted[which].key);
	char problem[TEXT_MAX];

	if (setting && is_as_wanted(setting->value, wanted[which].value))
		return 0;
	(void)snprintf(problem, sizeof(problem), "is %.200s%s%.2000s%s, and should be %s",
		setting ? setting->value : "not set", setting ? " (" : "",
		setting ? setting->origin : "", setting ? ")" : "", wanted[which].value);
	return wiring_drift(w, wanted[which].name, problem, WIRING_INSTALL_AGAIN);
}

/* Whether two names lead to the same folder; a relative one is git's, from the git directory. */
static bool leads_to(const char *git_dir, const char *name, const char *folder)
{
	char path[PLACE_MAX], one[PATH_MAX], other[PATH_MAX];
	struct fault ignored = { 0 };

	if (name[0] != '/' ? place_join(path, git_dir, name, &ignored) < 0
			   : strlen(name) >= sizeof(path))
		return false;
	if (name[0] == '/')
		(void)memcpy(path, name, strlen(name) + 1);
	return realpath(path, one) && realpath(folder, other) && strcmp(one, other) == 0;
}

/* Gitaly tells git where its hooks are with every call, so on GitLab the setting does not count. */
static int hooks_path_check(const struct wiring *w, struct fault *f)
{
	const struct setting *setting = settings_get(w->settings, "core.hookspath");
	char usual[PLACE_MAX], problem[TEXT_MAX];

	if (place_join(usual, repo_git_dir(w->repo), "hooks", f) < 0)
		return -1;
	if (!setting || wiring_configured(w) || strcmp(wiring_host(w->repo), "gitlab") == 0 ||
		(setting->value[0] && leads_to(repo_git_dir(w->repo), setting->value, usual)))
		return 0;
	(void)snprintf(problem, sizeof(problem),
		"points elsewhere, to %.1000s (%.2000s): git never runs this repository's hooks",
		setting->value, setting->origin);
	return wiring_drift(w, "core.hooksPath", problem,
		"unset it there, or run install.sh repo again after it is");
}

/* git 2.54 and up runs hooks by configuration, and lets it switch hooks off by the name of what they run on. */
static int enabled_check(const struct wiring *w, const char *hook)
{
	char key[64], problem[TEXT_MAX];
	const struct setting *setting;

	(void)snprintf(key, sizeof(key), "hook.%s.enabled", hook);
	setting = settings_get(w->settings, key);
	if (!setting || !setting_is_no(setting->value))
		return 0;
	(void)snprintf(problem, sizeof(problem), "is %.200s (%.2000s): newer git does not run %s",
		setting->value, setting->origin, hook);
	return wiring_drift(w, key, problem, "unset it there");
}

int wiring_settings(const struct wiring *w, struct fault *f)
{
	int outcome = hooks_path_check(w, f);

	for (size_t i = 0; i < COUNT(hooks) && outcome == 0; i++)
		outcome = enabled_check(w, hooks[i]);
	for (size_t i = 0; i < COUNT(wanted) && outcome == 0; i++)
		outcome = setting_check(w, i);
	return outcome;
}

/* Configured hooks call the programs as they are; only what lies in a repository can be older. */
int wiring_version(const struct wiring *w, struct fault *f)
{
	char path[PLACE_MAX], problem[TEXT_MAX];
	struct buf text = BUF_INIT(VERSION_MAX);
	struct fault unread = { 0 };
	bool exists = false;
	int outcome = 0;

	if (wiring_configured(w))
		return 0;
	if (place_join(path, repo_git_dir(w->repo), "countersign/installed", f) < 0)
		return -1;
	if (file_read_trusted(path, file_owner(repo_git_dir(w->repo)), &text, &exists, &unread) < 0)
		outcome = wiring_drift(w, "version", unread.text, WIRING_INSTALL_AGAIN);
	else if (!exists)
		outcome = wiring_drift(w, "version",
			"which one was installed here is not written down", WIRING_INSTALL_AGAIN);
	else if (!text.data || strcmp(text.data, COUNTERSIGN_VERSION "\n") != 0) {
		(void)snprintf(problem, sizeof(problem),
			"%.*s was installed here, and the programs are " COUNTERSIGN_VERSION,
			(int)strcspn(text.data ? text.data : "", "\n"), text.data ? text.data : "");
		outcome = wiring_drift(w, "version", problem, WIRING_INSTALL_AGAIN);
	}
	buf_release(&text);
	return outcome;
}

int wiring_chained(const struct wiring *w,
	int (*each)(void *context, const struct chained *chained), struct fault *f)
{
	static const char *const folders[] = { "countersign/chained-first", "countersign/chained" };
	char folder[PLACE_MAX], path[PLACE_MAX];
	struct stat st;
	int outcome = 0;

	for (size_t i = 0; i < COUNT(hooks) * COUNT(folders) && outcome == 0; i++) {
		struct chained chained = { .hook = hooks[i / COUNT(folders)],
			.path = path,
			.first = i % COUNT(folders) == 0 };

		if (place_join(folder, repo_git_dir(w->repo), folders[i % COUNT(folders)], f) < 0 ||
			place_join(path, folder, chained.hook, f) < 0)
			return -1;
		if (lstat(path, &st) < 0)
			continue;
		chained.runs = access(path, X_OK) == 0;
		outcome = each(w->context, &chained);
	}
	return outcome;
}
