#include "hooks/host/gitolite_check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/facts/host.h"
#include "common/facts/shim.h"
#include "hooks/gate/gitolite.h"

#define VREF "VREF/countersign"
#define RULES_MAX ((size_t)256 << 20)
#define TEXT_MAX 1024
/* Gitolite takes what has others for a pattern. */
#define LITERAL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._@/+"

/* Whether the program of the VREF is, to the byte, the one that install.sh writes. */
static bool vref_is_ours(const struct hook_check *w, const char *path)
{
	char text[SHIM_MAX], whole[SHIM_MAX];

	return shim_vref_text(whole, w->paths->prefix) == 0 && host_hook_text(path, text) &&
	       strcmp(text, whole) == 0 && access(path, X_OK) == 0;
}

static int vref_check(const struct hook_check *w, const struct gitolite_answer *answer)
{
	const struct drift drift = { .what = VREF,
		.problem = "is in no rule of gitolite's for everybody: a held ref refuses the refs "
			   "pushed with it",
		.advice = "add to conf/gitolite.conf what install.sh repo says",
		.mild = true };

	if (!vref_is_ours(w, answer->vref))
		return hook_check_drift(w, VREF,
			answer->has_rule ? "is named by gitolite's rules, and its program is not "
					   "there, not executable, or not of this installation"
					 : "has no program, or not that of this installation",
			HOOK_CHECK_INSTALL_AGAIN);
	return answer->has_rule ? 0 : w->each(w->context, &drift);
}

/* Commands of gitolite's that are off unless an admin switches them on. */
static int commands_check(const struct hook_check *w, const struct gitolite_answer *answer)
{
	static const struct {
		const char *word, *what, *problem;
	} commands[] = {
		{ "\nsymbolic-ref\n", "gitolite's command symbolic-ref",
			"lets whoever may write to any ref move HEAD, and with it what a policy "
			"says of HEAD" },
		{ "\nconfig\n", "gitolite's command config",
			"lets users change git's settings where `user-configs` allows it: "
			"core.hooksPath would take the hooks out" },
	};
	int outcome = 0;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]) && outcome == 0; i++)
		if (strstr(answer->commands, commands[i].word))
			outcome = hook_check_drift(w, commands[i].what, commands[i].problem,
				"take it out of ENABLE in .gitolite.rc");
	return outcome;
}

struct grants {
	const struct hook_check *check;
	const struct gitolite_answer *answer;
	const char *text;             /* of the compiled rules, whole */
	char other[INSTALL_PATH_MAX]; /* a repository in the group that is not guarded */
	bool alone;                   /* the rules are of one that is not guarded */
	struct fault *fault;
};

/*
 * Whether we are installed in a repository of gitolite's; in one that is not there is nothing to
 * read.  A pattern is whatever will be called so, and never is.
 */
static bool is_guarded(const struct grants *g, const char *name)
{
	char path[INSTALL_PATH_MAX + 512];
	size_t len;

	if (name[strspn(name, LITERAL)])
		return false;
	len = (size_t)snprintf(path, sizeof(path), "%s/%.400s.git", g->answer->base, name);
	if (access(path, F_OK) < 0)
		return true;
	(void)snprintf(path + len, sizeof(path) - len, "/countersign/installed");
	return access(path, F_OK) == 0;
}

/* Finds one of the group that is not guarded. */
static bool find_other(struct grants *g, const char *group)
{
	const char *line = strstr(g->text, "\n%groups = (");
	char name[512];
	bool guarded = true;

	for (; line && guarded; line = strchr(line + 1, '\n')) {
		if (strncmp(line, "\n)", 2) == 0)
			break;
		if (sscanf(line, "\n  '%510[^']' => [", name) == 1 && line[3] == '\'' &&
			gitolite_groups(g->text, name, group)) {
			guarded = is_guarded(g, name);
			(void)snprintf(g->other, sizeof(g->other), "%s", name);
		}
	}
	return !guarded;
}

/*
 * gitolite lets who has any right in a repository read all of it, so a rule for approvals is one
 * for reading, and must be for guarded repositories alone.
 */
static int on_rule(void *context, const struct gitolite_rule *rule)
{
	static const char ours[] = "refs/countersign";
	struct grants *g = context;
	char problem[TEXT_MAX], which[256] = "every repository";

	if (*rule->perm == '-' || strncmp(rule->ref, ours, sizeof(ours) - 1) != 0 ||
		isalnum((unsigned char)rule->ref[sizeof(ours) - 1]))
		return 0;
	if (g->alone)
		(void)snprintf(which, sizeof(which), "it, and it is not guarded");
	else if (strcmp(rule->repo, "@all") != 0 && *rule->repo == '@') {
		if (!find_other(g, rule->repo))
			return 0;
		(void)snprintf(which, sizeof(which), "%.200s, which is not guarded", g->other);
	} else if (strcmp(rule->repo, "@all") != 0)
		(void)snprintf(which, sizeof(which), "whatever is called %.200s", rule->repo);
	(void)snprintf(problem, sizeof(problem),
		"`repo %.100s ... %.10s %.100s = %.100s` lets them read %s: gitolite lets who has "
		"any right read all",
		rule->repo, rule->perm, rule->ref, rule->user, which);
	return hook_check_drift(g->check, "gitolite's rules", problem,
		g->alone ? "take the rule out, or run install.sh repo for that repository"
			 : "name the guarded repositories in its place, as install.sh repo says");
}

/* What rules of its own a repository has that is not guarded.  As hook_check_drift(). */
static int look_at_other(struct grants *g, const char *name)
{
	char path[INSTALL_PATH_MAX + 512];
	struct buf text = BUF_INIT(RULES_MAX);
	bool exists;
	int outcome;

	(void)snprintf(path, sizeof(path), "%s/%.400s.git/gl-conf", g->answer->base, name);
	outcome = file_read_trusted(path, (uid_t)-1, &text, &exists, g->fault);
	if (outcome == 0 && text.len) {
		g->alone = true;
		outcome = gitolite_rules(text.data, on_rule, g);
		g->alone = false;
	}
	buf_release(&text);
	return outcome;
}

/* The repositories that have rules of their own, each in a file that lies in it. */
static int look_at_others(struct grants *g)
{
	const char *line = strstr(g->text, "\n%split_conf = (");
	char name[512];
	int outcome = 0;

	while (outcome == 0 && line && (line = strchr(line + 1, '\n')) &&
		strncmp(line, "\n)", 2) != 0)
		if (sscanf(line, "\n  '%510[^']' => 1", name) == 1 && !is_guarded(g, name))
			outcome = look_at_other(g, name);
	return outcome;
}

static int grants_check(
	const struct hook_check *w, const struct gitolite_answer *answer, struct fault *f)
{
	struct buf text = BUF_INIT(RULES_MAX);
	struct grants grants = { .check = w, .answer = answer, .fault = f };
	char *cut = NULL;
	int outcome = file_read(answer->rules, &text, f);

	if (outcome == 0 && text.len) {
		grants.text = text.data;
		cut = strdup(text.data);
		outcome = cut ? gitolite_rules(cut, on_rule, &grants) : fault_memory(f);
		if (outcome == 0)
			outcome = look_at_others(&grants);
	}
	free(cut);
	buf_release(&text);
	return outcome;
}

int gitolite_check(const struct hook_check *w, struct fault *f)
{
	const struct drift stranger = { .what = VREF,
		.problem = "is not looked at, since only gitolite's own user may ask gitolite",
		.advice = "use countersign-install status, or be that user",
		.mild = true };
	struct gitolite_answer answer;
	struct fault unasked = { 0 };
	int outcome;

	/* Asked by another user gitolite would write its log as that user. */
	if (file_owner(repo_git_dir(w->repo)) != geteuid())
		return w->each(w->context, &stranger);
	if (gitolite_ask(&answer, repo_git_dir(w->repo), w->env, &unasked) < 0)
		return hook_check_drift(
			w, VREF, unasked.text, "see to it that gitolite can be asked");
	outcome = vref_check(w, &answer);
	if (outcome == 0)
		outcome = commands_check(w, &answer);
	return outcome == 0 ? grants_check(w, &answer, f) : outcome;
}
