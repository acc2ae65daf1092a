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
#include "common/facts/host.h"
#include "hooks/host/hook_check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VERSION_MAX 256
#define TEXT_MAX (2 * INSTALL_PATH_MAX)

static const char *const hooks[] = { "pre-receive", "update", "post-receive" };

const struct wanted hook_check_wanted[] = {
	{ "receive.shallowUpdate", "false", "receive.shallowupdate", false },
	{ "receive.fsckObjects", "true", "receive.fsckobjects", false },
	{ "receive.advertisePushOptions", "true", "receive.advertisepushoptions", false },
	{ "core.fsync", "all", "core.fsync", false },
	/* git itself then tells by what each ref moved (moved.h) */
	{ "core.logAllRefUpdates", "always", "core.logallrefupdates", false },
	/* a client that sees holds asks to delete them, with push --mirror and --prune */
	{ "receive.hideRefs", "refs/countersign/holds", "receive.hiderefs", true },
	/* what old history has and what has one reading is judged, not refused by git */
	{ "receive.fsck.badTimezone", "ignore", "receive.fsck.badtimezone", false },
	{ "receive.fsck.zeroPaddedDate", "ignore", "receive.fsck.zeropaddeddate", false },
	{ "receive.fsck.zeroPaddedFilemode", "ignore", "receive.fsck.zeropaddedfilemode", false },
	{ "receive.fsck.badFilemode", "ignore", "receive.fsck.badfilemode", false },
	{ "receive.fsck.missingSpaceBeforeEmail", "ignore", "receive.fsck.missingspacebeforeemail",
		false },
	{ NULL, NULL, NULL, false },
};

static bool is_as_wanted(const char *value, const char *should)
{
	if (strcmp(should, "true") == 0)
		return config_is_yes(value);
	if (strcmp(should, "false") == 0)
		return config_is_no(value);
	return strcasecmp(value, should) == 0;
}

/*
 * Whether a pattern of git's hideRefs covers a ref: a prefix of whole names, whose last slashes
 * count for nothing; the last one decides.
 */
static void hide(
	const struct config_value *setting, const char *ref, const struct config_value **by)
{
	const char *pattern = setting->value;
	bool shows = *pattern == '!';
	size_t len;

	pattern += shows;
	pattern += *pattern == '^';
	for (len = strlen(pattern); len && pattern[len - 1] == '/';)
		len--;
	if (len && strncmp(ref, pattern, len) == 0 && (!ref[len] || ref[len] == '/'))
		*by = shows ? NULL : setting;
}

/* What hides a ref from pushes (`receive`) or fetches (`uploadpack`); NULL: nothing. */
static const struct config_value *hidden_by(
	const struct config *settings, const char *key, const char *ref)
{
	const struct config_value *by = NULL;

	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(settings->list[i].name, "transfer.hiderefs") == 0 ||
			strcmp(settings->list[i].name, key) == 0)
			hide(&settings->list[i], ref, &by);
	return by;
}

static int setting_check(const struct hook_check *w, const struct wanted *wanted)
{
	const struct config_value *setting = config_get(w->settings, wanted->key);
	char problem[TEXT_MAX];

	/* one value among several: what counts is what all of them come to */
	if (wanted->among && hidden_by(w->settings, wanted->key, wanted->value))
		return 0;
	if (!wanted->among && setting && is_as_wanted(setting->value, wanted->value))
		return 0;
	(void)snprintf(problem, sizeof(problem), "is %.200s%s%.2000s%s, and should be %s",
		setting ? setting->value : "not set", setting ? " (" : "",
		setting ? setting->origin : "", setting ? ")" : "", wanted->value);
	return hook_check_drift(w, wanted->name, problem, HOOK_CHECK_INSTALL_AGAIN);
}

/* Whether two names lead to the same folder; a relative one is git's, from the git directory. */
static bool leads_to(const char *git_dir, const char *name, const char *folder)
{
	char path[INSTALL_PATH_MAX], one[PATH_MAX], other[PATH_MAX];
	struct fault ignored = { 0 };

	if (name[0] != '/' ? install_paths_join(path, git_dir, name, &ignored) < 0
			   : strlen(name) >= sizeof(path))
		return false;
	if (name[0] == '/')
		(void)memcpy(path, name, strlen(name) + 1);
	return realpath(path, one) && realpath(folder, other) && strcmp(one, other) == 0;
}

/* Gitaly tells git where its hooks are with every call, so on GitLab the setting does not count. */
static int hooks_path_check(const struct hook_check *w, struct fault *f)
{
	const struct config_value *setting = config_get(w->settings, "core.hookspath");
	char usual[INSTALL_PATH_MAX], problem[TEXT_MAX];

	if (install_paths_join(usual, repo_git_dir(w->repo), "hooks", f) < 0)
		return -1;
	if (!setting || hook_check_configured(w) || strcmp(host_name(w->repo), "gitlab") == 0 ||
		(setting->value[0] && leads_to(w->git_dir, setting->value, usual)))
		return 0;
	(void)snprintf(problem, sizeof(problem),
		"points elsewhere, to %.1000s (%.2000s): git never runs this repository's hooks",
		setting->value, setting->origin);
	return hook_check_drift(w, "core.hooksPath", problem,
		"unset it there, or run install.sh repo again after it is");
}

/*
 * git 2.54 and up runs hooks by configuration, and lets it switch hooks off by the name of what
 * they run on.
 */
static int enabled_check(const struct hook_check *w, const char *hook)
{
	char key[64], problem[TEXT_MAX];
	const struct config_value *setting;

	(void)snprintf(key, sizeof(key), "hook.%s.enabled", hook);
	setting = config_get(w->settings, key);
	if (!setting || !config_is_no(setting->value))
		return 0;
	(void)snprintf(problem, sizeof(problem), "is %.200s (%.2000s): newer git does not run %s",
		setting->value, setting->origin, hook);
	return hook_check_drift(w, key, problem, "unset it there");
}

/* Reviewers have to push approvals and, from here or from elsewhere, to fetch what is held. */
static int hidden_check(const struct hook_check *w)
{
	const struct config_value *push =
		hidden_by(w->settings, "receive.hiderefs", "refs/countersign/approvals/0/x");
	const struct config_value *fetch =
		hidden_by(w->settings, "uploadpack.hiderefs", "refs/countersign/holds/0");
	char problem[TEXT_MAX];
	struct drift drift = { .problem = problem, .mild = true };
	int outcome = 0;

	if (push) {
		(void)snprintf(problem, sizeof(problem),
			"%.200s (%.2000s) hides refs/countersign/approvals, so that git refuses "
			"every approval that is pushed",
			push->value, push->origin);
		outcome = hook_check_drift(w, push->name, problem,
			"add receive.hideRefs = !refs/countersign/approvals behind it");
	}
	if (fetch && outcome == 0) {
		(void)snprintf(problem, sizeof(problem),
			"%.200s (%.2000s) hides refs/countersign/holds from fetches: reviewers see "
			"what is held by another way only",
			fetch->value, fetch->origin);
		drift.what = fetch->name;
		drift.advice = "give reviewers an address without it, as hosts.md shows";
		outcome = w->each(w->context, &drift);
	}
	return outcome;
}

/*
 * What git hands to proc-receive, update is never asked about: a held ref there refuses its whole
 * push, and an approval there is the other program's to keep.
 */
static int proc_receive_check(const struct hook_check *w)
{
	const struct config_value *any = config_get(w->settings, "receive.procreceiverefs"),
				  *ours = config_hands_over(
					  w->settings, "refs/countersign/approvals/0/x");
	const struct config_value *setting = ours ? ours : any;
	char problem[TEXT_MAX];

	if (!setting)
		return 0;
	(void)snprintf(problem, sizeof(problem), "is %.1000s (%.2000s): %s", setting->value,
		setting->origin,
		ours ? "git hands approvals to another program, and none that is pushed counts "
		       "unless it keeps them"
		     : "git never asks update about such refs, so a push of several refs is "
		       "refused whole when one of them is held");
	return hook_check_drift(w, "receive.procReceiveRefs", problem,
		ours ? "name just the refs that the other program needs, without refs/countersign"
		     : "unset it there, unless another program needs it");
}

int config_check(const struct hook_check *w, struct fault *f)
{
	int outcome = hooks_path_check(w, f);

	if (outcome == 0)
		outcome = hidden_check(w);
	for (size_t i = 0; i < COUNT(hooks) && outcome == 0; i++)
		outcome = enabled_check(w, hooks[i]);
	for (const struct wanted *one = hook_check_wanted; one->name && outcome == 0; one++)
		outcome = setting_check(w, one);
	return outcome == 0 ? proc_receive_check(w) : outcome;
}

/* Configured hooks call the programs as they are; only what lies in a repository can be older. */
int hook_check_version(const struct hook_check *w, struct fault *f)
{
	char path[INSTALL_PATH_MAX], problem[TEXT_MAX];
	struct buf text = BUF_INIT(VERSION_MAX);
	struct fault unread = { 0 };
	bool exists = false;
	int outcome = 0;

	if (hook_check_configured(w))
		return 0;
	if (install_paths_join(path, repo_git_dir(w->repo), "countersign/installed", f) < 0)
		return -1;
	if (file_read_trusted(path, file_owner(repo_git_dir(w->repo)), &text, &exists, &unread) < 0)
		outcome = hook_check_drift(w, "version", unread.text, HOOK_CHECK_INSTALL_AGAIN);
	else if (!exists)
		outcome = hook_check_drift(w, "version", "the installed version is not recorded",
			HOOK_CHECK_INSTALL_AGAIN);
	else if (!text.data || strcmp(text.data, COUNTERSIGN_VERSION "\n") != 0) {
		(void)snprintf(problem, sizeof(problem),
			"%.*s was installed here, and the programs are " COUNTERSIGN_VERSION,
			(int)strcspn(text.data ? text.data : "", "\n"), text.data ? text.data : "");
		outcome = hook_check_drift(w, "version", problem, HOOK_CHECK_INSTALL_AGAIN);
	}
	buf_release(&text);
	return outcome;
}

int hook_check_chained(const struct hook_check *w,
	int (*each)(void *context, const struct chained *chained), struct fault *f)
{
	static const char *const folders[] = { "countersign/chained-first", "countersign/chained" };
	char folder[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX];
	struct stat st;
	int outcome = 0;

	for (size_t i = 0; i < COUNT(hooks) * COUNT(folders) && outcome == 0; i++) {
		struct chained chained = { .hook = hooks[i / COUNT(folders)],
			.path = path,
			.first = i % COUNT(folders) == 0 };

		if (install_paths_join(
			    folder, repo_git_dir(w->repo), folders[i % COUNT(folders)], f) < 0 ||
			install_paths_join(path, folder, chained.hook, f) < 0)
			return -1;
		if (lstat(path, &st) < 0)
			continue;
		chained.runs = access(path, X_OK) == 0;
		outcome = each(w->context, &chained);
	}
	return outcome;
}
