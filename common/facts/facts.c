#include "common/facts/facts.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/digest.h"
#include "common/facts/delegated.h"
#include "common/facts/host.h"

#define FINGERPRINT_KEY "fingerprint-key"

char *facts_repository_name(const struct env *env, const char *git_dir)
{
	static const char *const variables[] = { "GL_REPO", "GL_PROJECT_PATH", NULL };
	const char *owner = env_get(env, "GITEA_REPO_USER_NAME"),
		   *name = env_get(env, "GITEA_REPO_NAME");
	const char *slash;
	char *text = NULL;
	size_t len;

	for (const char *const *variable = variables; *variable; variable++)
		if (env_get(env, *variable) && *env_get(env, *variable))
			return strdup(env_get(env, *variable));
	if (owner && name)
		return asprintf(&text, "%s/%s", owner, name) < 0 ? NULL : text;
	slash = strrchr(git_dir, '/');
	if (slash && strcmp(slash, "/.git") == 0)
		while (slash > git_dir && *--slash != '/')
			;
	text = strdup(slash ? slash + 1 : git_dir);
	len = text ? strcspn(text, "/") : 0;
	if (len > 4 && strncmp(text + len - 4, ".git", 4) == 0)
		len -= 4;
	if (text)
		text[len] = '\0';
	return text;
}

static int load_policy(struct facts *facts, const struct facts_choice *choice, struct fault *f)
{
	const char *git_dir = repo_git_dir(facts->repo);
	struct policy_sources *sources = &facts->sources;
	struct repo_file delegated;
	int status;

	if (sources_find(&facts->files, &facts->paths, git_dir, f) < 0)
		return -1;
	*sources = sources_of(&facts->files, git_dir);
	sources->head = facts->head;
	sources->enforce = choice->enforce;
	if (choice->policy)
		sources->repository = choice->policy;
	if (choice->site)
		sources->site = choice->site;
	if (policy_files_digest(sources, facts->files_digest, f) < 0 ||
		delegated_read(facts->repo, facts->head, &delegated, f) < 0)
		return -1;
	delegated_use(&delegated, sources);
	status = policy_load(&facts->policy, sources, f);
	facts->delegated = status == 0 && delegated.found && *facts->policy->delegates;
	delegated_use(&(struct repo_file){ .found = false }, sources);
	if (delegated.found)
		object_release(&delegated.object);
	return status;
}

int facts_open(struct facts *facts, const struct env *env, const struct facts_choice *choice,
	struct fault *f)
{
	const char *namespace = env_get(env, "GIT_NAMESPACE");

	*facts = (struct facts){ .env = env, .past = choice->past, .as_agents = choice->as_agents };
	if (namespace && *namespace)
		return fault_set(f, FAULT_ADMIN,
			"GIT_NAMESPACE is set: refs of a namespace cannot be judged");
	if (install_paths_find(&facts->paths, f) < 0 ||
		repo_open(&facts->repo, choice->path, f) < 0 ||
		(choice->objects && repo_add_objects(facts->repo, choice->objects, f) < 0) ||
		repo_head_branch(facts->repo, &facts->head, f) < 0)
		return -1;
	facts->name = facts_repository_name(env, repo_git_dir(facts->repo));
	if (!facts->name)
		return fault_memory(f);
	if (load_policy(facts, choice, f) < 0)
		return -1;
	tie_mark(&facts->tie.mark, repo_git_dir(facts->repo));
	memcpy(facts->tie.files, facts->files_digest, sizeof(facts->tie.files));
	if (state_open(&facts->state, repo_git_dir(facts->repo), STATE_READ, f) < 0 ||
		state_stopped_tie(facts->state, facts->files_digest, f) < 0 ||
		clock_read(facts->state, &facts->clock, f) < 0)
		return -1;
	if (facts->past)
		return 0;
	return fleet_lease_read(facts->paths.etc, &facts->fleet, f) < 0
		       ? -1
		       : facts_stops(facts, facts->state, &facts->stops, f);
}

int facts_stops(const struct facts *facts, struct state *state, struct stops *out, struct fault *f)
{
	if (stops_read(out, facts->paths.etc, state, f) < 0)
		return -1;
	return stops_revive(out, state, facts->policy, f);
}

int facts_of_push(struct facts *facts, const struct env *env, struct push *push, struct fault *f)
{
	static const struct facts_choice as_it_is = { 0 };
	int status = facts_open(facts, env, &as_it_is, f);

	facts->push = *push;
	*push = (struct push){ 0 };
	if (status < 0 || push_account(&facts->push, env, facts->policy->account_env, f) < 0 ||
		push_options_check(env, f) < 0)
		return -1;
	return facts_push(facts, f);
}

/* The key is made at random here and kept with the first thing that is recorded. */
static int find_fingerprint_key(struct facts *facts, struct fault *f)
{
	unsigned char bytes[DIGEST_SIZE];
	char *kept = NULL;

	if (state_value(facts->state, FINGERPRINT_KEY, &kept, f) < 0)
		return -1;
	if (kept) {
		(void)snprintf(facts->fingerprint_key, sizeof(facts->fingerprint_key), "%s", kept);
		free(kept);
		return 0;
	}
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fault_set(f, FAULT_ADMIN, "no random numbers");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(facts->fingerprint_key + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* Whether all that was held is a change of the delegated file. */
static int on_hold(void *context, const struct hold_row *hold)
{
	json_t *verdict = json_loads(hold->verdict, JSON_REJECT_DUPLICATES, NULL), *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *rule = json_string_value(json_object_get(finding, "rule"));

		*(bool *)context = rule && strcmp(rule, "delegated") == 0;
		if (!*(bool *)context)
			break;
	}
	json_decref(verdict);
	return 1;
}

/* Whether the push is about the delegated file alone: changes it, or approves such a change. */
static int is_about_delegated(const struct facts *facts, bool *about, struct fault *f)
{
	static const char approvals[] = "refs/countersign/approvals/";
	const struct ref_update *update = facts->push.updates;
	char id[17];

	*about = false;
	if (!facts->delegated || facts->push.count != 1)
		return 0;
	if (strncmp(update->name, approvals, sizeof(approvals) - 1) == 0) {
		(void)snprintf(id, sizeof(id), "%s", update->name + sizeof(approvals) - 1);
		return state_holds(facts->state, id, NULL, on_hold, about, f) < 0 ? -1 : 0;
	}
	*about = strcmp(update->target, facts->head) == 0 && delegated_alone(facts->repo, update);
	return 0;
}

/* The layers above the delegated file judge what is about it alone. */
static int leave_delegated_out(struct facts *facts, struct fault *f)
{
	policy_free(facts->policy);
	stops_release(&facts->stops);
	facts->policy = NULL;
	if (policy_load(&facts->policy, &facts->sources, f) < 0)
		return -1;
	return facts->past ? 0 : facts_stops(facts, facts->state, &facts->stops, f);
}

int facts_push(struct facts *facts, struct fault *f)
{
	bool about = false;

	if (find_fingerprint_key(facts, f) < 0 ||
		(!facts->dry && push_resolve(&facts->push, facts->repo, f) < 0) ||
		is_about_delegated(facts, &about, f) < 0)
		return -1;
	return about ? leave_delegated_out(facts, f) : 0;
}

/* Makes the state of the repository, and with it the repository's id. */
static int make_state(const struct facts *facts, struct fault *f)
{
	struct state *state;
	int status;

	if (state_open(&state, repo_git_dir(facts->repo), STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(state, f);
	if (status == 0)
		status = state_value_set(state, FINGERPRINT_KEY, facts->fingerprint_key, f);
	if (status == 0)
		status = state_commit(state, f);
	state_close(state);
	return status;
}

int facts_repository_id(struct facts *facts, bool make, char id[33], struct fault *f)
{
	struct state *state;
	int status;

	if (state_repository_id(facts->state, id, f) < 0)
		return -1;
	if (id[0] || !make)
		return 0;
	if ((!facts->fingerprint_key[0] && find_fingerprint_key(facts, f) < 0) ||
		make_state(facts, f) < 0 ||
		state_open(&state, repo_git_dir(facts->repo), STATE_READ, f) < 0)
		return -1;
	status = state_repository_id(state, id, f);
	state_close(state);
	if (status == 0 && !id[0])
		return fault_set(f, FAULT_INTERNAL, "the state was made and is not there");
	return status;
}

int facts_holds(struct facts *facts, const char *id, struct fault *f)
{
	return hold_store_find(&facts->holds, facts->policy, repo_git_dir(facts->repo), id, f);
}

/* Whether accounts are one whatever their letters' case: forges see to that. */
static bool ignores_case(const struct facts *facts, const char *account)
{
	static const char *const told_by[] = { "GL_USERNAME", "GITEA_PUSHER_NAME",
		"FORGEJO_PUSHER_NAME" };
	const char *host = facts->repo ? host_layout(facts->repo)->host : "";

	for (size_t i = 0; i < sizeof(told_by) / sizeof(told_by[0]); i++) {
		const char *told = facts->env ? env_get(facts->env, told_by[i]) : NULL;

		if (told && strcmp(told, account) == 0)
			return true;
	}
	return strcmp(host, "gitea") == 0 || strcmp(host, "gitlab") == 0;
}

bool facts_same_account(const struct facts *facts, const char *listed, const char *account)
{
	return strcmp(listed, account) == 0 ||
	       (policy_same_account(listed, account) && ignores_case(facts, account));
}

const struct person *facts_account_owner(const struct facts *facts, const char *account)
{
	const struct person *person = policy_account_person(facts->policy, account);

	for (names name = person ? person->accounts : NULL; name && *name; name++)
		if (facts_same_account(facts, *name, account))
			return person;
	return NULL;
}

struct verdict_context facts_context(const struct facts *facts)
{
	return (struct verdict_context){
		.repository = facts->name,
		.account = facts->push.account,
		.policy = facts->policy->digest,
		.held_at = facts->holds.apart ? facts->holds.fetch : NULL,
	};
}

void facts_close(struct facts *facts)
{
	push_release(&facts->push);
	stops_release(&facts->stops);
	state_close(facts->state);
	policy_free(facts->policy);
	repo_free(facts->repo);
	free(facts->head);
	free(facts->name);
	*facts = (struct facts){ 0 };
}
