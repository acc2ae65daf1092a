/*
 * countersign state: saves what a repository remembers, restores it, or begins anew on purpose.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/notify/outbox.h"
#include "common/state/backup.h"
#include "common/state/clock.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/command/command.h"
#include "hooks/gate/record.h"
#include "hooks/host/as_owner.h"
#include "hooks/host/run_as_owner.h"

const char cmd_state_usage[] =
	"usage: countersign state save FILE [--repo DIR]\n"
	"       countersign state restore FILE [--repo DIR]\n"
	"       countersign state begin --reason TEXT [--repo DIR]\n"
	"       countersign state clock --reason TEXT [--repo DIR]\n"
	"\n"
	"save writes the state of a repository to a new file, while pushes continue: the\n"
	"log, holds, stops, what is remembered about commits, and queued notifications.\n"
	"restore reads it from such a file. begin starts with an empty state where the\n"
	"old one is lost: an old file is set aside, the log starts with the reason, and\n"
	"everyone named in the policy is notified. clock accepts the server's present\n"
	"time after its clock was ahead once; approvals that expired meanwhile stay\n"
	"expired.\n"
	"\n"
	"  --reason TEXT  why; it is kept as a row of the log\n"
	"  --repo DIR     the repository (default: the current directory)\n"
	"\n"
	"Exit status: 0 success, 2 error.\n";

struct state_call {
	const char *file, *reason, *repo;
	const struct env *env;
	char *git_dir;
	char aside[4096]; /* where the old state is now; "" when there was none */
};

static int file_fault(const char *path, struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "%s: %s", path, strerror(errno));
}

/* The file is ours to open; what is in the repository is its owner's. */
static int save(struct state_call *call, struct fault *f)
{
	int file = open(call->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct state *state = NULL;
	int status = file < 0 ? file_fault(call->file, f) : run_as_owner(call->git_dir, f);

	if (status == 0)
		status = state_open(&state, call->git_dir, STATE_READ, f);
	if (status == 0)
		status = state_backup_save(state, file, f);
	state_close(state);
	if (file >= 0)
		(void)close(file);
	if (status < 0 && file >= 0)
		(void)unlink(call->file);
	if (status == 0)
		(void)printf("saved to %s\n", call->file);
	return status;
}

struct newer_holds {
	struct state *state;
	int64_t count;
	struct fault *fault;
};

static int on_known(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

static int on_hold_ref(void *context, const char *name, const struct oid *id)
{
	struct newer_holds *newer = context;
	bool known = false;

	(void)id;
	if (state_holds(
		    newer->state, strrchr(name, '/') + 1, NULL, on_known, &known, newer->fault) < 0)
		return -1;
	newer->count += !known;
	return 0;
}

/* Opens the repository that holds are in; NULL: there is none yet.  0 or -1. */
static int open_holds(struct repo **out, const char *git_dir, struct fault *f)
{
	struct policy_in_force in_force;
	struct hold_store store;
	int status = policy_in_force_open(&in_force, git_dir, f);

	if (status == 0)
		status = policy_in_force_holds(&in_force, &store, f);
	if (status == 0 && access(store.path, F_OK) == 0)
		status = repo_open(out, store.path, f);
	policy_in_force_release(&in_force);
	return status;
}

/* Says how much the repository has that the copy does not know: it was made before that. */
static int tell_newer(const struct state_call *call, struct fault *f)
{
	struct newer_holds newer = { .fault = f };
	struct repo *repo = NULL;
	int status = state_open(&newer.state, call->git_dir, STATE_READ, f);

	if (status == 0)
		status = open_holds(&repo, call->git_dir, f);
	if (status == 0 && repo)
		status = repo_refs(repo, "refs/countersign/holds/", on_hold_ref, &newer, f);
	repo_free(repo);
	state_close(newer.state);
	if (status == 0 && newer.count)
		(void)printf("the copy is older than %" PRId64
			     " hold%s in the repository: what was "
			     "recorded since is lost\n",
			newer.count, newer.count == 1 ? "" : "s");
	return status;
}

static void tell_aside(const struct state_call *call)
{
	if (call->aside[0])
		(void)printf("the state that was there is now %s\n", call->aside);
}

static int restore(struct state_call *call, struct fault *f)
{
	int file = open(call->file, O_RDONLY | O_CLOEXEC);
	int status = file < 0 ? file_fault(call->file, f) : run_as_owner(call->git_dir, f);

	if (status == 0)
		status = state_backup_restore(call->git_dir, file, call->aside, f);
	if (file >= 0)
		(void)close(file);
	tell_aside(call);
	if (status < 0)
		return -1;
	(void)printf("restored from %s\n", call->file);
	return tell_newer(call, f);
}

/* The row's object: who began anew, why, and where the old state is. */
static char *describe(const struct state_call *call)
{
	struct passwd *user = getpwuid(getuid());
	json_t *object =
		json_pack("{s:i, s:o, s:s, s:o}", "version", 1, "reason", cli_string(call->reason),
			"by", user ? user->pw_name : "", "set_aside", cli_string(call->aside));
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}

static int write_first(const struct state_call *call, const struct policy_in_force *in_force,
	struct state *state, const char *json, struct fault *f)
{
	static const char *const nobody[] = { NULL };
	char time[32], hash[65], *name = facts_repository_name(call->env, call->git_dir);
	struct log_row row = { .time = time, .kind = "begin", .verdict = json };
	struct outbox_event event = { .type = "tampered",
		.ref = "",
		.rules = nobody,
		.owners = nobody,
		.time = time,
		.repository = name,
		.log = hash,
		.verdict = json };
	int status = name ? state_begin(state, f) : fault_memory(f);

	record_time(time);
	if (status == 0 && state_log_append(state, &row, hash, f) == 0 &&
		(!in_force->policy || outbox_add(state, in_force->policy, &event, f) == 0))
		status = state_commit(state, f);
	else
		status = -1;
	free(name);
	return status;
}

/* A policy that cannot be read keeps nobody from beginning anew; nobody is notified then. */
static int begin(struct state_call *call, struct fault *f)
{
	struct policy_in_force in_force = { 0 };
	struct fault silent = { 0 };
	struct state *state = NULL;
	char *json;
	int status = run_as_owner(call->git_dir, f);

	if (status == 0)
		status = state_backup_set_aside(call->git_dir, call->aside, f);
	tell_aside(call);
	if (status < 0)
		return -1;
	if (policy_in_force_open(&in_force, call->git_dir, &silent) < 0 ||
		policy_in_force_load(&in_force, &silent) < 0)
		(void)fprintf(stderr, "countersign state: nobody is notified: %s\n", silent.text);
	json = describe(call);
	status = json ? state_open(&state, call->git_dir, STATE_ANEW, f) : fault_memory(f);
	if (status == 0)
		status = write_first(call, &in_force, state, json, f);
	if (status == 0)
		(void)outbox_start(call->git_dir, &silent);
	state_close(state);
	free(json);
	policy_in_force_release(&in_force);
	if (status == 0)
		(void)printf("a new log begins: %s\n", call->reason);
	return status;
}

/* The clock was put right: the row says so, and by whom. */
static int believe_clock(struct state_call *call, struct fault *f)
{
	char time[32], hash[65], *json = NULL;
	struct log_row row = { .time = time, .kind = "clock" };
	struct state *state = NULL;
	int status = run_as_owner(call->git_dir, f);

	if (status == 0)
		json = describe(call);
	row.verdict = json;
	if (status == 0 && !json)
		status = fault_memory(f);
	if (status == 0)
		status = state_open(&state, call->git_dir, STATE_WRITE, f);
	record_time(time);
	if (status == 0 &&
		(state_begin(state, f) < 0 || state_log_append(state, &row, hash, f) < 0 ||
			clock_believe(state, f) < 0 || state_commit(state, f) < 0))
		status = -1;
	state_close(state);
	free(json);
	if (status == 0)
		(void)printf("the clock is right from now on, %.19sZ\n", time);
	return status;
}

static int usage(void)
{
	(void)fputs(cmd_state_usage, stderr);
	return 2;
}

int cmd_state(const struct env *env, int argc, char **argv)
{
	static const struct {
		const char *verb;
		bool file;
		int (*run)(struct state_call *call, struct fault *f);
	} verbs[] = { { "save", true, save }, { "restore", true, restore },
		{ "begin", false, begin }, { "clock", false, believe_clock } };
	struct state_call call = { .env = env };
	const struct cli_option known[] = { { "reason", &call.reason, NULL },
		{ "repo", &call.repo, NULL }, { 0 } };
	struct fault f = { 0 };
	int first = cli_options(known, argc, argv), status = -1;
	size_t i = 0;

	if (first < 0 || first >= argc)
		return usage();
	while (i < sizeof(verbs) / sizeof(verbs[0]) && strcmp(verbs[i].verb, argv[first]) != 0)
		i++;
	if (i == sizeof(verbs) / sizeof(verbs[0]))
		(void)cli_wrong(
			"state", "'%s' is neither save, restore, begin nor clock", argv[first]);
	if (i == sizeof(verbs) / sizeof(verbs[0]) || argc - first != 1 + verbs[i].file ||
		!call.reason != verbs[i].file || (call.reason && !*call.reason))
		return usage();
	call.file = argv[first + verbs[i].file];
	call.git_dir = as_owner_git_dir(call.repo, &f);
	if (call.git_dir)
		status = verbs[i].run(&call, &f);
	free(call.git_dir);
	return status == 0 ? 0 : cli_complain("state", &f);
}
