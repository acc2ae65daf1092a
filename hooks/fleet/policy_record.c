#include "hooks/fleet/policy_record.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/run.h"
#include "common/facts/facts.h"
#include "common/notify/outbox.h"
#include "hooks/admin/policy_in_force.h"
#include "hooks/gate/record.h"
#include "hooks/host/guarded_list.h"
#include "hooks/host/run_as_owner.h"

#define REPLAY_MAX ((size_t)16 << 20)
#define REPLAY_SECONDS 60
#define REPLAY_SINCE "30d"
#define LINES_MOST 400

/* A repository, as its owner sees it. */
struct recording_news {
	const struct policy_news *news;
	const char *git_dir;
	struct policy_in_force in_force;
	struct state *state;
	json_t *verdict;
	struct fault *fault;
};

/* ---- what it would have done */

/* Of the pushes of the last days, by the policy in force or (site) with that file in its place. */
static json_t *replay(const struct recording_news *r, const char *site)
{
	const char *const argv[] = { r->news->program, "replay", "--json", "--since", REPLAY_SINCE,
		"--repo", r->git_dir, site ? "--site-policy" : NULL, site, NULL };
	const struct run what = { .argv = argv, .env = run_bare_env, .seconds = REPLAY_SECONDS };
	struct buf text = BUF_INIT(REPLAY_MAX);
	struct fault ignored = { 0 };
	json_t *all = NULL, *out = NULL;
	int code = 0;

	if (run(&what, &text, &code, &ignored) == 0 && code == 0 && text.data)
		all = json_loads(text.data, 0, NULL);
	if (all)
		out = json_pack("{s:O?, s:O?, s:O?}", "pushes", json_object_get(all, "pushes"),
			"held", json_object_get(json_object_get(all, "decisions"), "hold"),
			"denied", json_object_get(json_object_get(all, "decisions"), "deny"));
	json_decref(all);
	buf_release(&text);
	return out;
}

static json_int_t count_of(const json_t *counts, const char *name)
{
	return json_integer_value(json_object_get(counts, name));
}

/* A sentence, and the counts themselves; nothing where history cannot be judged. */
static void add_trial(const struct recording_news *r, struct buf *reason, json_t **trial)
{
	json_t *now = replay(r, NULL), *next = now ? replay(r, r->news->next) : NULL;

	if (next)
		buf_addf(reason,
			"; of %lld pushes in " REPLAY_SINCE " it would have held %lld and denied "
			"%lld, where the one in force says %lld and %lld",
			(long long)count_of(next, "pushes"), (long long)count_of(next, "held"),
			(long long)count_of(next, "denied"), (long long)count_of(now, "held"),
			(long long)count_of(now, "denied"));
	else
		buf_adds(reason, "; what it would have done could not be found out");
	*trial =
		next ? json_pack("{s:s, s:O, s:O}", "since", REPLAY_SINCE, "next", next, "now", now)
		     : NULL;
	json_decref(now);
	json_decref(next);
}

/* ---- the row */

static json_t *lines_of(const char *text)
{
	json_t *lines = json_array();

	while (*text && json_array_size(lines) < LINES_MOST) {
		size_t len = strcspn(text, "\n");

		if (len)
			(void)json_array_append_new(lines, json_stringn(text, len));
		text += len + (text[len] == '\n');
	}
	return lines;
}

static int describe(struct recording_news *r, const char *name, const char *time)
{
	const struct policy_news *news = r->news;
	struct buf reason = BUF_INIT(4096);
	char was[24], is[24];
	json_t *trial = NULL;

	(void)snprintf(was, sizeof(was), "%" PRId64, news->before);
	(void)snprintf(is, sizeof(is), "%" PRId64, news->number);
	buf_addf(&reason, "policy %s of the fleet was signed", is);
	if (news->after) {
		buf_addf(&reason, ", and is in force in %" PRId64 " s", news->after);
		add_trial(r, &reason, &trial);
	}
	if (!reason.failed)
		r->verdict = json_pack("{s:i, s:s, s:s, s:s, s:[{s:s, s:s, s:s}], s:i, s:o, s:o*}",
			"version", 1, "repository", name, "reason", reason.data, "since", time,
			"changes", "what", "policy of the fleet", "was", was, "is", is, "count", 1,
			"policy", lines_of(news->words), "trial", trial);
	buf_release(&reason);
	return r->verdict ? 0 : fault_memory(r->fault);
}

static int append(struct recording_news *r, const char *name, const char *time)
{
	static const char *const nobody[] = { NULL };
	const struct policy *policy = r->in_force.policy;
	char *json = json_dumps(r->verdict, JSON_COMPACT), hash[65];
	const struct log_row row = { .time = time,
		.kind = "changed",
		.policy = policy ? policy->digest : "",
		.verdict = json };
	const struct outbox_event event = { .type = row.kind,
		.ref = "",
		.rules = nobody,
		.owners = nobody,
		.time = time,
		.repository = name,
		.log = hash,
		.verdict = json };
	int status =
		json ? state_log_append(r->state, &row, hash, r->fault) : fault_memory(r->fault);

	if (status == 0 && policy && policy->webhook_count)
		status = outbox_add(r->state, policy, &event, r->fault);
	free(json);
	return status;
}

static int write_down(struct recording_news *r)
{
	static const struct env nothing = { 0 };
	char *name = facts_repository_name(&nothing, r->git_dir), time[32];
	struct fault unsent = { 0 };
	int status = name ? 0 : fault_memory(r->fault);

	record_time(time);
	if (status == 0)
		status = describe(r, name, time);
	if (status == 0)
		status = state_open(&r->state, r->git_dir, STATE_WRITE, r->fault);
	if (status == 0)
		status = state_begin(r->state, r->fault);
	if (status == 0)
		status = append(r, name, time) < 0 ? -1 : state_commit(r->state, r->fault);
	state_close(r->state);
	if (status == 0 && r->in_force.policy && r->in_force.policy->webhook_count)
		(void)outbox_start(r->git_dir, &unsent);
	json_decref(r->verdict);
	free(name);
	return status;
}

/* A repository whose policy cannot be read has nobody to tell, but a log. */
static int note(const struct policy_news *news, const char *git_dir)
{
	struct fault f = { 0 }, silent = { 0 };
	struct recording_news r = { .news = news, .git_dir = git_dir, .fault = &f };
	int status = run_as_owner(git_dir, &f);

	if (status == 0 && (policy_in_force_open(&r.in_force, git_dir, &silent) < 0 ||
				   policy_in_force_load(&r.in_force, &silent) < 0))
		r.in_force.policy = NULL;
	if (status == 0)
		status = write_down(&r);
	policy_in_force_release(&r.in_force);
	if (status < 0)
		(void)fprintf(stderr,
			"countersign-fleet: %s: could not record policy %" PRId64 " in its log: "
			"%s\n",
			git_dir, news->number, f.text);
	return status < 0;
}

static int on_repository(void *context, const char *git_dir)
{
	pid_t child = fork();

	if (child == 0)
		_exit(note(context, git_dir));
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	return 0;
}

void policy_record(const char *etc, const struct policy_news *news)
{
	struct policy_news copy = *news;
	struct fault f = { 0 };

	(void)fflush(NULL);
	if (guarded_list_each(etc, on_repository, &copy, &f) < 0)
		(void)fprintf(stderr, "countersign-fleet: %s\n", f.text);
}
