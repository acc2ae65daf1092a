#include "hooks/gate/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "common/base/digest.h"
#include "common/git/refname.h"
#include "common/policy/sources.h"
#include "hooks/gate/approvals.h"
#include "hooks/gate/budget.h"

#define FINGERPRINT_KEY "fingerprint-key"
#define DELEGATED_FILE ".countersign.json"

char *session_repository_name(const struct env *env, const char *git_dir)
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

/* The delegated layer as it is before the push; *found says whether there is one. */
static int read_delegated(struct session *session, struct object *out, bool *found, struct fault *f)
{
	struct ref_value head;

	*found = false;
	if (repo_ref(session->repo, session->head, &head, f) < 0)
		return -1;
	free(head.target);
	if (head.kind != REF_DIRECT)
		return 0;
	return repo_blob_at(session->repo, &head.id, DELEGATED_FILE, out, found, f);
}

static int load_policy(
	struct session *session, const struct session_choice *choice, struct fault *f)
{
	const char *git_dir = repo_git_dir(session->repo);
	struct policy_sources sources;
	struct object delegated = { 0 };
	struct sources files;
	bool found;
	int status;

	if (sources_find(&files, &session->paths, git_dir, f) < 0)
		return -1;
	sources = sources_of(&files, git_dir);
	sources.head = session->head;
	sources.enforce = choice->enforce;
	if (choice->policy)
		sources.repository = choice->policy;
	if (policy_files_digest(&sources, session->files_digest, f) < 0 ||
		read_delegated(session, &delegated, &found, f) < 0)
		return -1;
	if (found)
		sources.delegated = delegated.data;
	status = policy_load(&session->policy, &sources, f);
	if (found)
		object_release(&delegated);
	return status;
}

int session_open(struct session *session, const struct env *env, const char *path, struct fault *f)
{
	const struct session_choice choice = { .path = path };

	return session_open_as(session, env, &choice, f);
}

int session_open_as(struct session *session, const struct env *env,
	const struct session_choice *choice, struct fault *f)
{
	const char *namespace = env_get(env, "GIT_NAMESPACE");

	*session = (struct session){ .env = env,
		.past = choice->past,
		.now = time(NULL),
		.syslog = BUF_INIT(SYSLOG_COPY_MAX) };
	if (namespace && *namespace)
		return fault_set(f, FAULT_ADMIN,
			"GIT_NAMESPACE is set: refs of a namespace cannot be judged");
	if (install_paths_find(&session->paths, f) < 0 ||
		repo_open(&session->repo, choice->path, f) < 0 ||
		repo_head_branch(session->repo, &session->head, f) < 0)
		return -1;
	session->name = session_repository_name(env, repo_git_dir(session->repo));
	if (!session->name)
		return fault_memory(f);
	if (load_policy(session, choice, f) < 0)
		return -1;
	if (state_open(&session->state, repo_git_dir(session->repo), STATE_READ, f) < 0 ||
		state_stopped_tie(session->state, session->files_digest, f) < 0)
		return -1;
	if (session->past)
		return 0;
	return session_stops(session, session->state, &session->stops, f);
}

int session_stops(struct session *session, struct state *state, struct stops *out, struct fault *f)
{
	if (stops_read(out, session->paths.etc, state, f) < 0)
		return -1;
	return stops_revive(out, state, session->policy, f);
}

/* The key is made at random here and kept with the first thing that is recorded. */
static int find_fingerprint_key(struct session *session, struct fault *f)
{
	unsigned char bytes[DIGEST_SIZE];
	char *kept = NULL;

	if (state_value(session->state, FINGERPRINT_KEY, &kept, f) < 0)
		return -1;
	if (kept) {
		(void)snprintf(
			session->fingerprint_key, sizeof(session->fingerprint_key), "%s", kept);
		free(kept);
		return 0;
	}
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fault_set(f, FAULT_ADMIN, "no random numbers");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(session->fingerprint_key + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

int session_push(struct session *session, bool dry, struct fault *f)
{
	struct judge_facts facts = {
		.policy = session->policy,
		.repo = session->repo,
		.state = session->state,
		.stops = &session->stops,
		.push = &session->push,
		.fingerprint_key = session->fingerprint_key,
		.head = session->head,
		.now = session->now,
		.whole = session->whole,
		.dry = dry,
	};

	if (find_fingerprint_key(session, f) < 0)
		return -1;
	if (!dry && push_resolve(&session->push, session->repo, f) < 0)
		return -1;
	return judge_new(&session->judge, &facts, f);
}

/* Makes the state of the repository, and with it the repository's id. */
static int make_state(struct session *session, struct fault *f)
{
	struct state *state;
	int status;

	if (state_open(&state, repo_git_dir(session->repo), STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(state, f);
	if (status == 0)
		status = state_value_set(state, FINGERPRINT_KEY, session->fingerprint_key, f);
	if (status == 0)
		status = state_commit(state, f);
	state_close(state);
	return status;
}

/* The repository's id as it is or will be; only a dry run may go without. */
static int find_repository_id(struct session *session, bool dry, char id[33], struct fault *f)
{
	struct state *state;
	int status;

	if (state_repository_id(session->state, id, f) < 0)
		return -1;
	if (id[0] || dry)
		return 0;
	if (make_state(session, f) < 0 ||
		state_open(&state, repo_git_dir(session->repo), STATE_READ, f) < 0)
		return -1;
	status = state_repository_id(state, id, f);
	state_close(state);
	if (status == 0 && !id[0])
		return fault_set(f, FAULT_INTERNAL, "the state was made and is not there");
	return status;
}

struct landing_count {
	struct session *session;
	const struct verdict *verdict;
	bool unsettled; /* it has landed once more than is written */
	struct fault *fault;
};

static int on_pending(void *context, const struct pending *pending)
{
	struct landing_count *c = context;

	if (c->unsettled || strcmp(pending->set, c->verdict->set) != 0)
		return 0;
	return judge_has_landed(c->session->judge, &c->verdict->update->old, &pending->new,
		&c->unsettled, c->fault);
}

/*
 * How many times the set has landed on the ref before.  An allow by approvals that nobody has
 * settled yet counts when the ref has since come to what was allowed.
 */
static int count_landed(
	struct session *session, const struct verdict *verdict, int64_t *landed, struct fault *f)
{
	struct landing_count counting = { session, verdict, false, f };
	const char *ref = verdict->update->target;

	if (state_landed(session->state, ref, verdict->set, landed, f) < 0 ||
		state_pending(session->state, ref, on_pending, &counting, f) < 0)
		return -1;
	*landed += counting.unsettled;
	return 0;
}

static int on_open_hold(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

/* An account has only so many holds open; one more, that is not open yet, is denied. */
static int count_holds(
	struct session *session, struct verdict *verdict, const char *repository, struct fault *f)
{
	int64_t open = 0, most = session->policy->limits.holds;
	bool mine = false, over = false;

	if (state_holds(session->state, verdict->hold, "open", on_open_hold, &mine, f) < 0 ||
		state_holds_open(session->state, session->push.account, &open, f) < 0)
		return -1;
	if (mine)
		return 0;
	if (!session->past && budget_hold(session, verdict, &over, f) < 0)
		return -1;
	if (over)
		return verdict_conclude(verdict, repository, 0, f);
	if (open + session->new_holds++ < most)
		return 0;
	if (verdict_add(verdict,
		    &(struct finding){ .rule = "limits",
			    .action = ACTION_DENY,
			    .agents = "",
			    .path = { "", 0 },
			    .new = { .id = verdict->update->new },
			    .detail = "this account has as many holds open as the policy allows" },
		    f) < 0)
		return -1;
	return verdict_conclude(verdict, repository, 0, f);
}

int session_judge(struct session *session, struct verdict *verdict, bool dry, struct fault *f)
{
	char repository[33] = "";
	int64_t landed = 0;

	if (refname_is_approval(verdict->update->name) && !verdict->update->reserved) {
		int stopped = judge_pusher(session->judge, verdict, f);

		if (stopped < 0 || (!stopped && approval_push_judge(session, verdict, f) < 0))
			return -1;
		return verdict_conclude(verdict, repository, landed, f);
	}
	if (judge_ref(session->judge, verdict, f) < 0 || budget_judge(session, verdict, f) < 0 ||
		verdict_set(verdict, f) < 0)
		return -1;
	if (verdict->set[0] && (find_repository_id(session, dry, repository, f) < 0 ||
				       count_landed(session, verdict, &landed, f) < 0))
		return -1;
	if (verdict_conclude(verdict, repository, landed, f) < 0)
		return -1;
	if (verdict->decision != DECISION_ALLOW &&
		approvals_weigh(session, verdict, landed > 0, f) < 0)
		return -1;
	return verdict->decision == DECISION_HOLD ? count_holds(session, verdict, repository, f)
						  : 0;
}

void session_close(struct session *session)
{
	budget_free(session->budget);
	judge_free(session->judge);
	push_release(&session->push);
	stops_release(&session->stops);
	state_close(session->state);
	policy_free(session->policy);
	repo_free(session->repo);
	free(session->head);
	free(session->name);
	buf_release(&session->syslog);
	*session = (struct session){ 0 };
}

struct verdict_context session_context(const struct session *session)
{
	return (struct verdict_context){
		.repository = session->name,
		.account = session->push.account,
		.policy = session->policy->digest,
	};
}
