/*
 * countersign holds: what waits for people, since when.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/run.h"
#include "common/facts/facts.h"
#include "hooks/admin/cli.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/command/command.h"
#include "hooks/gate/record.h"

const char cmd_holds_usage[] =
	"usage: countersign holds [--all] [--json] [--repo DIR]\n"
	"       countersign holds show ID [--json] [--repo DIR]\n"
	"       countersign holds drop ID [--repo DIR]\n"
	"       countersign holds store [--repo DIR]\n"
	"\n"
	"Shows what waits for people, since when, from whom, and who can approve it; one of them\n"
	"with its findings; or drops one, so that it cannot be approved until it is pushed again.\n"
	"`store` prints where they are kept, and makes that repository if the policy names a "
	"store.\n"
	"\n"
	"  --all       those that landed, were dropped or were replaced, too\n"
	"  --json      one object a line\n"
	"  --repo DIR  the repository (default: where you stand)\n"
	"\n"
	"Exit status: 0 done, 1 there is no such hold, 2 could not.\n";

struct holds {
	const char *repo, *verb, *id;
	bool all, json;
	int64_t count;
	char *dropped;      /* what the log is told of the one that is named */
	struct log_row row; /* its texts are of `texts` */
	struct arena texts;
};

/* The ref's name as the verdict has it, which withholds one that holds a credential. */
static const char *ref_shown(const struct hold_row *hold, const json_t *verdict)
{
	const char *ref = json_string_value(json_object_get(verdict, "ref"));

	return ref ? ref : hold->ref;
}

static int print_json(const struct hold_row *hold)
{
	json_t *verdict = json_loads(hold->verdict, 0, NULL);

	return cli_line(json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
		cli_string(hold->id), "digest", cli_string(hold->digest), "ref",
		cli_string(ref_shown(hold, verdict)), "account", cli_string(hold->account), "new",
		cli_string(hold->new), "since", cli_string(hold->since), "status",
		cli_string(hold->status), "replaces", cli_string(hold->replaces), "agents",
		cli_string(hold->agents), "verdict", verdict ? verdict : json_null()));
}

/* Who can approve it, each once; nothing when nobody can. */
static void print_approvers(const json_t *verdict)
{
	json_t *told = json_object(), *finding, *name;
	size_t i, j;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
		json_array_foreach(json_object_get(finding, "approvers"), j, name)
	{
		const char *text = json_string_value(name);

		if (!text || json_object_get(told, text))
			continue;
		fputs(json_object_size(told) ? ", " : "  needs ", stdout);
		cli_print(text);
		(void)json_object_set_new(told, text, json_true());
	}
	json_decref(told);
}

static void print_findings(const json_t *verdict)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		static const char *const keys[] = { "rule", "path", "commit", "agent", "detail" };

		fputs(" ", stdout);
		for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			const char *value = json_string_value(json_object_get(finding, keys[j]));

			if (value && *value) {
				fputs(" ", stdout);
				cli_print(value);
			}
		}
		fputs("\n", stdout);
	}
}

/* Keeps of the hold what the row that it is dropped with says. */
static void keep(struct holds *holds, const struct hold_row *hold, const json_t *verdict)
{
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s}", "version", 1, "hold", hold->id,
		"digest", hold->digest, "was", hold->status, "agent", hold->agents);

	holds->row = (struct log_row){ .kind = "dropped",
		.ref = arena_strdup(&holds->texts, ref_shown(hold, verdict)),
		.old = arena_strdup(&holds->texts, hold->old),
		.new = arena_strdup(&holds->texts, hold->new) };
	holds->dropped = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
}

static int show(void *context, const struct hold_row *hold)
{
	struct holds *holds = context;
	json_t *verdict = json_loads(hold->verdict, 0, NULL);
	const char *const texts[] = { hold->id, hold->status, hold->since, ref_shown(hold, verdict),
		hold->account, hold->agents };

	holds->count++;
	if (holds->json) {
		json_decref(verdict);
		return print_json(hold);
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fputs(i ? "  " : "", stdout);
		cli_print(texts[i]);
	}
	if (strcmp(hold->status, "open") == 0)
		print_approvers(verdict);
	fputs("\n", stdout);
	if (holds->id)
		print_findings(verdict);
	if (holds->id && !holds->dropped)
		keep(holds, hold, verdict);
	json_decref(verdict);
	return 0;
}

/* Where the repository's holds are.  0 or -1. */
static int find_store(struct hold_store *out, const char *git_dir, struct fault *f)
{
	struct policy_in_force in_force;
	int status = policy_in_force_open(&in_force, git_dir, f);

	if (status == 0)
		status = policy_in_force_holds(&in_force, out, f);
	policy_in_force_release(&in_force);
	return status;
}

/* Takes away the hold's ref, by git itself; one that is not there is no error. */
static int drop_ref(const char *git_dir, const char *id, struct fault *f)
{
	char *const environment[] = { (char[]){ "PATH=/usr/bin:/bin" }, (char[]){ "LC_ALL=C" },
		NULL };
	char ref[64];
	struct hold_store store;
	const char *const argv[] = { "/usr/bin/git", "--git-dir", store.path, "update-ref", "-d",
		ref, NULL };
	const struct run what = { .argv = argv, .env = environment, .seconds = 30 };
	struct buf output = BUF_INIT(4096);
	int status = 0;

	if (find_store(&store, git_dir, f) < 0)
		return -1;
	if (store.apart && access(store.path, F_OK) < 0)
		return 0;
	(void)snprintf(ref, sizeof(ref), "refs/countersign/holds/%.16s", id);
	if (run(&what, &output, &status, f) == 0 && status != 0)
		(void)fault_set(f, FAULT_ADMIN, "%s: %s", ref, output.data ? output.data : "");
	buf_release(&output);
	return f->class == FAULT_NONE ? 0 : -1;
}

/* The row of the log: who dropped it is whom the machine says we are. */
static int append(struct holds *holds, struct state *state, struct fault *f)
{
	struct passwd *user = getpwuid(getuid());
	char time[32], hash[65];

	if (!holds->dropped || !holds->row.ref || !holds->row.old || !holds->row.new)
		return fault_memory(f);
	record_time(time);
	holds->row.time = time;
	holds->row.account = user ? user->pw_name : "";
	holds->row.verdict = holds->dropped;
	return state_log_append(state, &holds->row, hash, f);
}

static int drop(const char *git_dir, struct holds *holds, struct fault *f)
{
	struct state *state = NULL;
	int result;

	if (drop_ref(git_dir, holds->id, f) < 0 || state_open(&state, git_dir, STATE_WRITE, f) < 0)
		return -1;
	result = state_begin(state, f);
	if (result == 0)
		result = state_hold_set(state, holds->id, "dropped", f);
	if (result == 0)
		result = append(holds, state, f);
	if (result == 0)
		result = state_commit(state, f);
	state_close(state);
	return result;
}

/* Makes the repository that holds go to, and prints where it is.  The exit status. */
static int print_store(const struct env *env, const char *path)
{
	struct facts_choice choice = { .path = path ? path : "." };
	struct facts facts = { 0 };
	struct fault f = { 0 };
	char id[33];

	if (facts_open(&facts, env, &choice, &f) == 0 &&
		facts_repository_id(&facts, true, id, &f) == 0 &&
		facts_holds(&facts, id, &f) == 0 &&
		hold_store_make(&facts.holds, repo_git_dir(facts.repo), env, &f) == 0)
		printf("%s\n", facts.holds.path);
	facts_close(&facts);
	return f.class == FAULT_NONE ? 0 : cli_complain("holds", &f);
}

static int options_read(struct holds *holds, int argc, char **argv)
{
	const struct cli_option options[] = {
		{ "all", NULL, &holds->all },
		{ "json", NULL, &holds->json },
		{ "repo", &holds->repo, NULL },
		{ NULL, NULL, NULL },
	};
	int first = cli_options(options, argc, argv);

	if (first < 0 || argc - first > 2)
		return -1;
	if (first == argc)
		return 0;
	holds->verb = argv[first];
	if (strcmp(holds->verb, "store") == 0)
		return first + 1 < argc ? -1 : 0;
	holds->id = first + 1 < argc ? argv[first + 1] : NULL;
	return holds->id && *holds->id &&
			       (strcmp(holds->verb, "show") == 0 ||
				       strcmp(holds->verb, "drop") == 0)
		       ? 0
		       : -1;
}

int cmd_holds(const struct env *env, int argc, char **argv)
{
	struct holds holds = { .texts = ARENA_INIT((size_t)1 << 20) };
	struct state *state = NULL;
	struct fault f = { 0 };
	char *git_dir;
	int result;

	if (options_read(&holds, argc, argv) < 0) {
		fputs(cmd_holds_usage, stderr);
		return 2;
	}
	if (holds.verb && strcmp(holds.verb, "store") == 0)
		return print_store(env, holds.repo);
	git_dir = cli_git_dir(holds.repo, &f);
	result = git_dir ? state_open(&state, git_dir, STATE_READ, &f) : -1;
	if (result == 0)
		result = state_holds(
			state, holds.id, holds.all || holds.id ? NULL : "open", show, &holds, &f);
	state_close(state);
	if (result == 0 && holds.id && holds.count && strcmp(holds.verb, "drop") == 0)
		result = drop(git_dir, &holds, &f);
	free(git_dir);
	free(holds.dropped);
	arena_release(&holds.texts);
	if (f.class != FAULT_NONE)
		return cli_complain("holds", &f);
	if (holds.id && !holds.count)
		fprintf(stderr, "countersign holds: no hold %s\n", holds.id);
	return result < 0 || (holds.id && !holds.count);
}
