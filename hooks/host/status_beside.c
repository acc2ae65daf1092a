/* What status looks at beside the way of a push: what cannot be seen, and who is not told. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/facts/delegated.h"
#include "common/history/notes.h"
#include "common/key/openpgp.h"
#include "common/key/revoked.h"
#include "common/notify/webhook.h"
#include "common/policy/sources.h"
#include "common/state/state.h"
#include "hooks/admin/cli.h"
#include "hooks/host/status.h"
#include "hooks/host/unseen.h"
#include "hooks/host/unwritable.h"

#define PROBLEM_MAX 4096
#define HOLDS "refs/countersign/holds/"

static void add_unseen(struct status *status, const char *what, const char *problem)
{
	json_array_append_new(status->problems,
		json_pack("{s:o, s:o, s:s, s:b}", "what", cli_string(what), "problem",
			cli_string(problem), "advice",
			"run it as the repository's owner or as root", "unseen", 1));
	status->unseen++;
}

void status_problem(
	struct status *status, const char *what, const char *problem, const char *advice)
{
	char words[PROBLEM_MAX];

	if (status->stranger && strstr(problem, strerror(EACCES))) {
		(void)snprintf(
			words, sizeof(words), "cannot read: %.*s", PROBLEM_MAX - 32, problem);
		add_unseen(status, what, words);
		return;
	}
	json_array_append_new(
		status->problems, json_pack("{s:o, s:o, s:o}", "what", cli_string(what), "problem",
					  cli_string(problem), "advice", cli_string(advice)));
}

bool status_unseen(struct status *status, const char *what, const char *path)
{
	char problem[INSTALL_PATH_MAX + 64];

	if (!status->stranger || access(path, R_OK) == 0 || errno != EACCES)
		return false;
	(void)snprintf(problem, sizeof(problem), "cannot read %s", path);
	add_unseen(status, what, problem);
	return true;
}

enum status_level status_level(const struct status *status)
{
	static const char *const mild[] = { "outbox", "webhook", "holds", ATTRIBUTION_NOTES,
		STATUS_CLOCK, STATUS_GLASS, POLICY_DELEGATED, STATUS_PLACES, STATUS_CHANGES,
		STATUS_AGE };
	size_t warnings = 0, index;
	json_t *item;

	json_array_foreach(status->problems, index, item)
	{
		const char *what = json_string_value(json_object_get(item, "what"));

		for (size_t i = 0; what && i < sizeof(mild) / sizeof(mild[0]); i++)
			warnings += strcmp(what, mild[i]) == 0;
	}
	if (json_array_size(status->problems) > warnings + status->unseen)
		return STATUS_CRITICAL;
	if (status->unseen)
		return STATUS_UNKNOWN;
	return warnings ? STATUS_WARNING : STATUS_OK;
}

bool status_tells_of(const struct status *status, const char *what)
{
	const json_t *problem;
	size_t i;

	json_array_foreach(status->problems, i, problem)
	{
		if (strcmp(json_string_value(json_object_get(problem, "what")), what) == 0)
			return true;
	}
	return false;
}

static int on_any(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

struct orphans {
	struct state *state;
	size_t count;
	struct fault *fault;
};

static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct orphans *o = context;
	bool known = false;

	(void)id;
	if (strlen(name) != strlen(HOLDS) + 16)
		return 0;
	if (state_holds(o->state, name + strlen(HOLDS), NULL, on_any, &known, o->fault) < 0)
		return -1;
	o->count += !known;
	return 0;
}

static void look_for_orphans(struct status *status, struct state *state)
{
	struct fault f = { 0 };
	struct orphans orphans = { .state = state, .fault = &f };
	char problem[128];

	if (repo_refs(status->in_force.repo, HOLDS, on_ref, &orphans, &f) < 0)
		status_problem(status, "holds", f.text, "mend the repository's refs");
	if (!orphans.count)
		return;
	(void)snprintf(problem, sizeof(problem), "%zu hold%s no row of the state tells of",
		orphans.count, orphans.count == 1 ? " that" : "s that");
	status_problem(status, "holds", problem,
		"countersign tidy takes them up; if the state was restored, it is older than they "
		"are");
}

/* Nobody knows what a list revokes that cannot be read, so signatures by SSH keys are refused. */
static void look_at_revoked_keys(struct status *status, const struct policy *policy)
{
	uid_t owner = file_owner(repo_git_dir(status->in_force.repo));
	struct revoked *revoked = NULL;
	struct fault f = { 0 };

	if (policy->revoked_keys && revoked_read(&revoked, policy->revoked_keys, owner, &f) < 0)
		status_problem(status, "revoked keys", f.text,
			"until it is mended no push with an SSH signature can be judged");
	revoked_free(revoked);
}

/* One that cannot be read says nothing: then no OpenPGP signature can be judged. */
static void look_at_openpgp(struct status *status, const struct key *keys, size_t count)
{
	uid_t owner = file_owner(repo_git_dir(status->in_force.repo));

	for (size_t i = 0; i < count; i++) {
		struct buf text = BUF_INIT(OPENPGP_FILE_MAX);
		struct fault f = { 0 };
		bool exists = true;
		int read = 0;

		if (keys[i].kind == KEY_OPENPGP)
			read = file_read_trusted(keys[i].file, owner, &text, &exists, &f);
		if (read < 0 || !exists)
			status_problem(status, keys[i].file, read < 0 ? f.text : "is not there",
				"until it is mended no push with an OpenPGP signature can be "
				"judged");
		buf_release(&text);
		fault_clear(&f);
	}
}

static void look_at_signers(struct status *status, const struct policy *policy)
{
	for (size_t i = 0; i < policy->person_count; i++) {
		const struct person *person = &policy->people[i];

		look_at_openpgp(status, person->keys, person->key_count);
		look_at_openpgp(status, person->approval_keys, person->approval_key_count);
	}
	for (size_t i = 0; i < policy->agent_count; i++)
		look_at_openpgp(status, policy->agents[i].keys, policy->agents[i].key_count);
}

/* What a site adds to the catalogue of agents: a wrong file there refuses every push. */
static void look_at_agents(struct status *status)
{
	struct fault f = { 0 };

	if (sources_agents(&f) < 0)
		status_problem(
			status, "agents.d", f.text, "until it is mended every push is refused");
	fault_clear(&f);
}

static void look_at_keys(struct status *status)
{
	const struct policy *policy = status->in_force.policy;

	if (policy)
		look_at_revoked_keys(status, policy);
	if (policy)
		look_at_signers(status, policy);

	for (size_t i = 0; policy && i < policy->webhook_count; i++) {
		const char *file = policy->webhooks[i].secret_file;
		struct webhook_keys keys = { 0 };
		struct fault f = { 0 };

		if (file && webhook_keys_read(&keys, file, &f) < 0)
			status_problem(status, "webhook", f.text,
				"until it is mended nothing is sent to that webhook");
		webhook_keys_release(&keys);
	}
}

/* Refs can be moved without a push, and so without a hook. */
static void look_for_unseen(struct status *status, struct state *state)
{
	struct unseen unseen = {
		.repo = status->in_force.repo, .policy = status->in_force.policy, .state = state
	};
	char problem[512];
	struct fault f = { 0 };

	if (!unseen.policy)
		return;
	if (unseen_find(&unseen, &f) < 0)
		status_problem(status, "refs", f.text, "mend the repository's refs");
	if (!unseen.count)
		return;
	(void)snprintf(problem, sizeof(problem),
		"%.12s by %.200s, and %zu more commits of agents, are on governed refs and no push "
		"brought them: a fetch or a bundle moves refs without hooks",
		unseen.commit, unseen.agents, unseen.count - 1);
	json_array_append_new(status->notes,
		json_pack("{s:s, s:o, s:s}", "what", "refs", "problem", cli_string(problem),
			"advice",
			"let nobody fetch into a guarded repository what they may not push; see "
			"what it is by countersign check"));
}

/* A rule of the delegated file by which nobody could change the file. */
static void look_at_lock(struct status *status)
{
	const struct policy *policy = status->in_force.policy;
	const char *rule =
		policy && *policy->delegates ? delegated_lock(policy, status->in_force.head) : NULL;
	char problem[512];

	if (!rule)
		return;
	(void)snprintf(problem, sizeof(problem),
		"its rule %.200s lets nobody change the file itself", rule);
	status_problem(status, POLICY_DELEGATED, problem,
		"if that is a mistake, push the file mended and nothing else: the layers above "
		"judge that, and the delegates approve it");
}

void status_look_beside(struct status *status, struct state *state)
{
	status_look_at_glass(status, state);
	if (state)
		look_for_orphans(status, state);
	if (state)
		look_for_unseen(status, state);
	if (state)
		status_look_at_refs(status, state);
	look_at_keys(status);
	look_at_agents(status);
	status_look_at_notes(status);
	look_at_lock(status);
}

/* Those that may not be written: how many, and one of them. */
struct shut {
	size_t count;
	char path[INSTALL_PATH_MAX];
	uid_t owner;
	mode_t mode;
	const char *endless; /* where there is more than was looked at, or NULL */
};

static int on_shut(void *context, const char *path, const struct stat *st)
{
	struct shut *shut = context;

	if (!st)
		shut->endless = path;
	else if (!shut->count++) {
		(void)snprintf(shut->path, sizeof(shut->path), "%s", path);
		shut->owner = st->st_uid;
		shut->mode = st->st_mode & 07777;
	}
	return 0;
}

#define TOLD_MAX (2 * INSTALL_PATH_MAX)

static void tell_shut(
	const struct shut *shut, const char *git_dir, char problem[TOLD_MAX], char advice[TOLD_MAX])
{
	static const char refused[] = "pushes that would write there are refused";

	if (shut->owner == geteuid() && !(shut->mode & S_IWUSR)) {
		(void)snprintf(problem, TOLD_MAX,
			"its owner may not write to %s (mode %04o, %zu such in all): %s",
			shut->path, (unsigned int)shut->mode, shut->count, refused);
		(void)snprintf(advice, TOLD_MAX, "chmod u+rwX %.2000s/%s", git_dir, shut->path);
		return;
	}
	if (shut->owner == geteuid()) {
		(void)snprintf(problem, TOLD_MAX,
			"%s cannot be changed (immutable, %zu such in all): %s", shut->path,
			shut->count, refused);
		(void)snprintf(advice, TOLD_MAX, "see lsattr, and chattr -i");
		return;
	}
	(void)snprintf(problem, TOLD_MAX,
		"user %lu may not write to %s, which belongs to user %lu (%zu such in all): %s",
		(unsigned long)geteuid(), shut->path, (unsigned long)shut->owner, shut->count,
		refused);
	(void)snprintf(advice, TOLD_MAX,
		"give it to the repository's owner: chown -R --reference=%.2000s %.2000s/%.*s",
		git_dir, git_dir, (int)strcspn(shut->path, "/"), shut->path);
}

void status_look_at_places(struct status *status)
{
	const char *git_dir = repo_git_dir(status->in_force.repo);
	int dir = open(git_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct shut shut = { 0 };
	struct fault ignored = { 0 };
	char problem[TOLD_MAX], advice[TOLD_MAX];

	if (dir < 0)
		return;
	if (!status->stranger && unwritable_find(dir, on_shut, &shut, &ignored) == 0) {
		if (shut.count) {
			tell_shut(&shut, git_dir, problem, advice);
			status_problem(status, STATUS_PLACES, problem, advice);
		}
		if (shut.endless)
			json_array_append_new(status->notes,
				json_pack("{s:s, s:s, s:s}", "what", shut.endless, "problem",
					"has more entries than were looked at, for what may not be "
					"written",
					"advice", "git pack-refs --all and git gc leave fewer"));
	}
	(void)close(dir);
}
