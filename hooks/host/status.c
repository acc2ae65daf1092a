#include "hooks/host/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/state/state.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/path_decision.h"
#include "hooks/host/canary.h"
#include "hooks/host/hook_check.h"
#include "hooks/host/http_check.h"
#include "hooks/host/moved.h"
#include "hooks/host/sshd.h"

#define OVERDUE_MS ((int64_t)15 * 60 * 1000)
#define SAID_MAX 4096

static int note(void *context, const struct drift *drift)
{
	struct status *status = context;

	if (drift->mild)
		json_array_append_new(status->notes,
			json_pack("{s:o, s:o, s:o}", "what", cli_string(drift->what), "problem",
				cli_string(drift->problem), "advice", cli_string(drift->advice)));
	else
		status_problem(status, drift->what, drift->problem, drift->advice);
	return 0;
}

/* Turns what kept us from finding out into something that is wrong. */
static void note_fault(struct status *status, const char *what, const struct fault *f)
{
	const struct drift drift = { .what = what,
		.problem = f->text,
		.advice = "until it is mended every push is refused" };

	note(status, &drift);
}

static int note_chained(void *context, const struct chained *chained)
{
	struct status *status = context;

	json_array_append_new(
		status->chained, json_pack("{s:s, s:s, s:o, s:b}", "hook", chained->hook, "when",
					 chained->first ? "first" : "after", "path",
					 cli_string(chained->path), "runs", (int)chained->runs));
	return 0;
}

static void look_at_wiring(struct status *status)
{
	struct hook_check check = { .repo = status->in_force.repo,
		.git_dir = repo_git_dir(status->in_force.repo),
		.paths = &status->in_force.paths,
		.settings = &status->settings,
		.env = status->env,
		.each = note,
		.context = status };
	struct fault f = { 0 };

	if (config_read(&status->settings, repo_git_dir(check.repo), status->env, &f) < 0 ||
		config_check(&check, &f) < 0)
		note_fault(status, "settings", &f);
	fault_clear(&f);
	if (status_look_at_worktrees(status, &check, &f) < 0)
		note_fault(status, "worktrees", &f);
	fault_clear(&f);
	if (hook_check_hooks(&check, &f) < 0 || hook_check_version(&check, &f) < 0 ||
		hook_check_chained(&check, note_chained, &f) < 0)
		note_fault(status, "hooks", &f);
}

/*
 * The delegated file has errors: nobody is kept from pushing by that, and what is wrong with it
 * protects nothing.
 */
static void note_passed_over(struct status *status)
{
	char problem[SAID_MAX];
	const struct drift drift = { .what = "policy",
		.problem = problem,
		.advice = "only its good parts are in force; push a mended " POLICY_DELEGATED
			  " and have the `delegates` approve it" };

	(void)snprintf(problem, sizeof(problem), "%.3000s", status->in_force.policy->passed_over);
	note(status, &drift);
}

static void look_at_policy(struct status *status)
{
	const struct drift ignored = { .what = "policy",
		.problem = ".countersign.json in the default branch is ignored: no layer above it "
			   "has `delegates`",
		.advice = "name people who may change it as `delegates` in the repository's "
			  "policy, or delete the file" };
	struct fault f = { 0 };
	char path[INSTALL_PATH_MAX];

	if (install_paths_join(
		    path, repo_git_dir(status->in_force.repo), "countersign/policy.json", &f) < 0)
		note_fault(status, "policy", &f);
	if (status_unseen(status, "policy", path))
		return;
	if (policy_in_force_load(&status->in_force, &f) < 0)
		note_fault(status, "policy", &f);
	else if (status->in_force.delegated.found && !*status->in_force.policy->delegates)
		note(status, &ignored);
	else if (status->in_force.policy->passed_over)
		note_passed_over(status);
}

static int is_there(void *context, const char *name, const struct oid *id)
{
	(void)context;
	(void)name;
	(void)id;
	return 1;
}

/*
 * Where rules are for HEAD and HEAD names no branch, the one that everybody pushes to goes
 * unjudged.
 */
static void look_at_head(struct status *status)
{
	struct policy_in_force *in_force = &status->in_force;
	struct ref_value head = { 0 };
	char problem[SAID_MAX];
	struct drift drift = { .what = "HEAD",
		.problem = problem,
		.advice = "name the main branch: git symbolic-ref HEAD refs/heads/NAME" };
	struct fault f = { 0 };
	int branches = 0;

	if (!in_force->policy || !moved_names_head(in_force->policy))
		return;
	if (repo_ref(in_force->repo, in_force->head, &head, &f) < 0 ||
		(head.kind == REF_ABSENT && (branches = repo_refs(in_force->repo, "refs/heads/",
						     is_there, NULL, &f)) < 0))
		note_fault(status, "HEAD", &f);
	free(head.target);
	if (branches <= 0)
		return;
	(void)snprintf(problem, sizeof(problem),
		"names %.1000s, which is not there, while other branches are: what the policy "
		"says of HEAD governs none of them",
		in_force->head);
	note(status, &drift);
}

/*
 * What clients may send along by sshd's AcceptEnv.  An sshd that we may not look into is no reason
 * for alarm.
 */
static void look_at_sshd(struct status *status, names asked, const char *consequence)
{
	struct sshd_accept accept;
	char problem[SAID_MAX];
	struct drift drift = { .what = "sshd", .problem = problem };
	struct fault f = { 0 };

	if (sshd_accepts(status->sshd_config, asked, &accept, &f) < 0) {
		(void)snprintf(problem, sizeof(problem), "%.2000s", f.text);
		drift.advice = "see to it that its AcceptEnv lets in no more than LANG LC_* "
			       "GIT_PROTOCOL";
		drift.mild = true;
		note(status, &drift);
	} else if (accept.name) {
		(void)snprintf(problem, sizeof(problem),
			"AcceptEnv %s (%.2000s, line %u) lets clients set %s, and so %s",
			accept.pattern, accept.file, accept.line, accept.name, consequence);
		drift.advice = "let in no more than LANG LC_* GIT_PROTOCOL, and reload sshd";
		note(status, &drift);
	}
}

/* Events that were given up, and events whose time is long over: nobody delivers. */
static void look_at_outbox(struct status *status, struct state *state)
{
	struct event_counts counts;
	struct drift drift = { .what = "outbox" };
	char problem[128];
	struct fault f = { 0 };

	if (state_events_count(state, &counts, &f) < 0) {
		note_fault(status, "outbox", &f);
		return;
	}
	drift.problem = problem;
	if (counts.dead) {
		(void)snprintf(problem, sizeof(problem), "%lld event%s never arrived",
			(long long)counts.dead, counts.dead == 1 ? "" : "s");
		drift.advice = "see countersign events; then countersign events retry";
		note(status, &drift);
	}
	if (counts.queued && counts.due < state_now() - OVERDUE_MS) {
		(void)snprintf(problem, sizeof(problem),
			"queued events that nothing delivers: %lld", (long long)counts.queued);
		drift.advice = "start the timer countersign-deliver.timer, or let cron run "
			       "countersign-deliver";
		note(status, &drift);
	}
}

static void look_at_state(struct status *status)
{
	const char *git_dir = repo_git_dir(status->in_force.repo);
	char folder[INSTALL_PATH_MAX], path[INSTALL_PATH_MAX];
	struct state *state = NULL;
	struct fault f = { 0 };

	if (install_paths_join(folder, git_dir, "countersign", &f) < 0 ||
		install_paths_join(path, git_dir, "countersign/state.db", &f) < 0)
		note_fault(status, "state", &f);
	if (status_unseen(status, "state", folder) || status_unseen(status, "state", path))
		return;
	if (state_open(&state, git_dir, STATE_READ, &f) < 0)
		note_fault(status, "state", &f);
	else {
		status_look_at_files(status, folder);
		look_at_outbox(status, state);
		status_look_beside(status, state);
		status_look_at_clock(status, state);
		status_look_at_age(status, state);
		if (state_made_count(state, &status->made, &f) < 0)
			note_fault(status, "state", &f);
	}
	fault_clear(&f);
	if (stops_read(&status->stops, status->in_force.paths.etc, state, &f) < 0)
		note_fault(status, "stopped", &f);
	state_close(state);
}

/* In gitolite's own repository lie the rules and keys of all the others. */
static void look_at_gitolite_admin(struct status *status)
{
	static const char admin[] = "/gitolite-admin.git";
	static const char *const paths[] = { "conf/gitolite.conf", "keydir/someone.pub" };
	const char *git_dir = repo_git_dir(status->in_force.repo);
	size_t len = strlen(git_dir), tail = sizeof(admin) - 1;
	struct fault f = { 0 };

	if (!status->in_force.policy || len < tail || strcmp(git_dir + len - tail, admin) != 0)
		return;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct path_decision q = { .policy = status->in_force.policy,
			.agent = "claude-code",
			.ref = status->in_force.head,
			.path = paths[i],
			.head = status->in_force.head,
			.decision = DECISION_ALLOW };
		const struct drift open = { .what = paths[i],
			.problem = "can be changed by agents: it says who may do what in all of "
				   "gitolite's repositories",
			.advice = "add a rule for /conf/ and /keydir/ to the policy" };

		if (path_decision_make(&q, &f) < 0)
			note_fault(status, paths[i], &f);
		else if (q.decision == DECISION_ALLOW)
			note(status, &open);
		fault_clear(&f);
		buf_release(&q.folded);
	}
}

/* Whether holds that are kept apart can be: what a push would be refused for is told before. */
static void look_at_store(struct status *status)
{
	struct policy_in_force *in_force = &status->in_force;
	const char *served = repo_git_dir(in_force->repo), *slash = strrchr(served, '/');
	struct hold_store store = { 0 };
	struct fault f = { 0 };
	const struct drift beside = { .what = "holds.store",
		.problem = "lies in the same folder as the repository: is that folder served?",
		.advice = "name one outside of all that git, a web server or a daemon serves",
		.mild = true };
	const struct drift prunes = { .what = "gc.pruneExpire",
		.problem = "is not `never`: what holds in the store build on could be pruned",
		.advice = "git config gc.pruneExpire never" };
	const struct config_value *prune = config_get(&status->settings, "gc.pruneexpire");

	if (!in_force->policy || !in_force->policy->holds.store)
		return;
	if (policy_in_force_holds(in_force, &store, &f) < 0 ||
		hold_store_check(&store, served, status->env, &f) < 0)
		note_fault(status, "holds.store", &f);
	if (strncmp(store.path, served, (size_t)(slash - served) + 1) == 0)
		note(status, &beside);
	if (access(store.path, F_OK) == 0 && (!prune || strcmp(prune->value, "never") != 0))
		note(status, &prunes);
}

/* With the account of a person, if the policy has one. */
static void look_at_http(struct status *status)
{
	const struct policy *policy = status->in_force.policy;
	struct http_check check = { .url = status->http,
		.account = "countersign-probe",
		.ca_file = status->ca,
		.each = note,
		.context = status };
	struct fault f = { 0 };

	for (size_t i = policy ? policy->person_count : 0; i-- > 0;)
		if (*policy->people[i].accounts)
			check.account = *policy->people[i].accounts;
	if (status->http && http_check(&check, &f) < 0)
		note_fault(status, status->http, &f);
}

int status_open(struct status *status, const char *path, const struct env *env, struct fault *f)
{
	*status = (struct status){ .env = env,
		.sshd_config = SSHD_CONFIG,
		.problems = json_array(),
		.notes = json_array(),
		.chained = json_array() };
	if (!status->problems || !status->notes || !status->chained)
		return fault_memory(f);
	if (policy_in_force_open(&status->in_force, path, f) < 0)
		return -1;
	status->stranger = file_owner(repo_git_dir(status->in_force.repo)) != geteuid();
	return 0;
}

void status_look(struct status *status)
{
	look_at_wiring(status);
	look_at_policy(status);
	look_at_head(status);
	look_at_sshd(status, sshd_perils, "disable hooks, or run others");
	if (status->in_force.policy)
		look_at_sshd(status, status->in_force.policy->account_env,
			"say who they are where their key does not");
	look_at_state(status);
	status_look_at_places(status);
	look_at_store(status);
	look_at_gitolite_admin(status);
	look_at_http(status);
}

void status_canary(struct status *status)
{
	struct canary canary = { &status->in_force.paths, repo_git_dir(status->in_force.repo),
		status->env };
	struct buf said = BUF_INIT((size_t)1 << 20);
	struct drift drift = { .what = "canary",
		.advice = "mend what else is told here, and try again" };
	struct fault f = { 0 };
	struct span why;

	if (canary_try(&canary, &status->canary, &said, &f) < 0)
		note_fault(status, "canary", &f);
	else if (!status->canary && canary_unjudged(&said, &why)) {
		(void)fault_set(&f, FAULT_ADMIN, "was refused, and no push can be judged: %.*s",
			(int)why.len, why.data);
		note_fault(status, "canary", &f);
	} else if (!status->canary) {
		struct buf problem = BUF_INIT(2 * SAID_MAX);

		for (size_t i = 0; i < said.len; i++) /* lines, and NULs between them */
			said.data[i] = (unsigned char)said.data[i] < ' ' ? ' ' : said.data[i];
		buf_addf(&problem, "THE PUSH WAS NOT REFUSED BY COUNTERSIGN; its output: %.4000s",
			said.data ? said.data : "none");
		drift.problem = problem.data ? problem.data : "";
		note(status, &drift);
		buf_release(&problem);
	}
	buf_release(&said);
}

void status_release(struct status *status)
{
	stops_release(&status->stops);
	config_release(&status->settings);
	policy_in_force_release(&status->in_force);
	json_decref(status->problems);
	json_decref(status->notes);
	json_decref(status->chained);
	*status = (struct status){ 0 };
}
