#include "hooks/gate/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "common/base/deadline.h"
#include "common/base/digest.h"
#include "common/base/expected.h"
#include "common/base/text.h"
#include "common/fleet/fleet_use.h"
#include "common/git/refname.h"
#include "common/state/shared.h"
#include "hooks/gate/budget.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/passkey_counter.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/settle.h"

#define POLICY_SEEN "policy-seen" /* digest of the policy of the last rows */

void record_time(char text[32])
{
	struct timespec now;
	struct tm tm;
	char seconds[24];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	(void)strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(text, 32, "%.19s.%03uZ", seconds, (unsigned)(now.tv_nsec / 1000000) % 1000);
}

int record_append(struct session *session, struct state *state, struct log_row *row,
	struct recorded *recorded, struct fault *f)
{
	const struct refusal refusal = { recorded->key, recorded->time };

	record_time(recorded->time);
	row->time = recorded->time;
	if (recorded->key && !recorded->anew &&
		state_log_again(state, &refusal, recorded->hash, &recorded->again, f) < 0)
		return -1;
	if (recorded->again)
		return clock_keep(state, f);
	if (state_log_append(state, row, recorded->hash, f) < 0 || clock_keep(state, f) < 0)
		return -1;
	if (recorded->key && state_log_keep_key(state, &refusal, f) < 0)
		return -1;
	if (session->facts.policy && session->facts.policy->syslog)
		syslog_copy_add(&session->syslog, row, recorded->hash);
	return 0;
}

int record_finish(struct session *session, struct state *state, int status, struct fault *f)
{
	if (status == 0)
		status = state_commit(state, f);
	else
		state_rollback(state);
	if (status == 0)
		syslog_copy_send(&session->syslog);
	buf_clear(&session->syslog);
	return status;
}

/* What approvals allow they allow once: also when it has landed while this push was judged. */
static int check_landed(struct state *state, const struct verdict *verdict, struct fault *f)
{
	int64_t landed;

	if (state_landed(state, verdict->update->target, verdict->set, &landed, f) < 0)
		return -1;
	if (landed <= verdict->landed_here)
		return 0;
	return fault_set(f, FAULT_PUSHER,
		"what was approved has landed while this push was judged: push again");
}

/* What approvals have allowed is pending until it has landed. */
static int record_pending(const struct recording *r, struct state *state,
	const struct verdict *verdict, struct fault *f)
{
	const struct ref_update *update = verdict->update;
	struct pending pending = { .new = update->new };

	if (r->refused)
		return 0;
	if (verdict->approval.hold[0] &&
		(push_passes_reconsider(r->session, verdict->approval.hold, f) < 0 ||
			passkey_counter_keep(state, verdict, f) < 0))
		return -1;
	if (verdict->decision != DECISION_ALLOW || !(verdict->approved_count || verdict->glass.by))
		return 0;
	memcpy(pending.set, verdict->set, sizeof(pending.set));
	if (!verdict->glass.by) /* whose hold is a debt, and lands with nothing */
		memcpy(pending.hold, verdict->hold, sizeof(pending.hold));
	if (!*pending.set || check_landed(state, verdict, f) < 0)
		return *pending.set ? -1 : 0;
	return state_pending_put(state, update->target, &pending, f);
}

struct remembering {
	struct session *session;
	struct state *state;
	struct fault *fault;
};

static int on_brought(void *context, const struct oid *commit, const struct attribution *who)
{
	struct remembering *r = context;
	const char *account = r->session->facts.push.account;
	struct remembered nobody = { .agent = REMEMBERED_NOBODY, .account = account };

	if (!who->count)
		return state_remember(r->state, commit, &nobody, r->fault);
	for (size_t i = 0; i < who->count; i++) {
		struct remembered what = {
			.agent = who->agents[i].name,
			.by_account = attributed_by_account(&who->agents[i]),
			.account = account,
		};

		if (state_remember(r->state, commit, &what, r->fault) < 0)
			return -1;
	}
	return 0;
}

static int on_noted(void *context, const struct note_word *what)
{
	const struct remembering *r = context;

	return state_note(r->state, what, r->fault);
}

static int on_made(void *context, const struct made *what)
{
	const struct remembering *r = context;

	return state_made_add(r->state, what, r->fault);
}

/* What the push brings, and what is said of it. */
static int remember(struct remembering *r)
{
	struct judge *judge = r->session->judge;

	if (judge_brought(judge, on_brought, r, r->fault) < 0 ||
		judge_noted(judge, on_noted, r) < 0 || judge_made(judge, on_made, r) < 0)
		return -1;
	return state_made_bound(r->state, r->fault);
}

static int on_any_noted(void *context, const struct note_word *what)
{
	(void)what;
	*(bool *)context = true;
	return 0;
}

static int on_any(void *context, const struct oid *commit, const struct attribution *who)
{
	(void)commit;
	(void)who;
	*(bool *)context = true;
	return 0;
}

/* The first rows under another policy than before follow one that says so. */
static int record_policy(struct session *session, struct state *state, struct fault *f)
{
	const char *digest = session->facts.policy->digest;
	struct recorded recorded = { 0 };
	char *before = NULL, *json = NULL;
	struct log_row row = { .kind = "policy", .account = "", .policy = digest };
	int status = state_value(state, POLICY_SEEN, &before, f);

	if (status == 0 && (!before || strcmp(before, digest) != 0)) {
		if (asprintf(&json, "{\"version\":1,\"policy\":\"%s\",\"before\":\"%s\"}", digest,
			    before ? before : "") < 0)
			json = NULL;
		row.verdict = json;
		status = json ? record_append(session, state, &row, &recorded, f) : fault_memory(f);
		if (status == 0)
			status = state_value_set(state, POLICY_SEEN, digest, f);
	}
	free(json);
	free(before);
	return status;
}

/*
 * Who is stopped must be who was when the push was judged: from the stop on, nothing is let
 * through by what was before.
 */
static int check_stops(struct session *session, struct state *state, struct fault *f)
{
	struct stops now = { 0 };
	int status = facts_stops(&session->facts, state, &now, f);

	if (status == 0 && !stops_same(&now, &session->facts.stops))
		status = fault_set(f, FAULT_PUSHER,
			"somebody was stopped or resumed while the push was judged: push again");
	stops_release(&now);
	return status;
}

/* Whether the log gets a row: who brought people's commits is remembered without one. */
static bool any_row_due(const struct recording *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (record_is_due(r->session, &r->verdicts[i]))
			return true;
	return false;
}

/* How long it took until it was decided, for `countersign metrics`. */
static int count_time(const struct session *session, struct state *state, struct fault *f)
{
	static const struct {
		double seconds;
		const char *label;
	} buckets[] = { { 0.01, "0.01" }, { 0.025, "0.025" }, { 0.05, "0.05" }, { 0.1, "0.1" },
		{ 0.25, "0.25" }, { 0.5, "0.5" }, { 1, "1" }, { 2.5, "2.5" }, { 5, "5" },
		{ 10, "10" }, { 30, "30" } };
	const size_t count = sizeof(buckets) / sizeof(buckets[0]);
	double seconds = deadline_clock() - session->began;
	size_t i = 0;

	while (i < count && seconds > buckets[i].seconds)
		i++;
	if (state_count(state,
		    &(struct counted){ "seconds", i < count ? buckets[i].label : "+Inf", 1 },
		    f) < 0)
		return -1;
	return state_count(
		state, &(struct counted){ "microseconds", "", (int64_t)(seconds * 1e6) }, f);
}

static int record_all(const struct recording *r, struct state *state, struct fault *f)
{
	struct remembering remembering = { r->session, state, f };

	if (check_stops(r->session, state, f) < 0 ||
		(any_row_due(r) && record_policy(r->session, state, f) < 0))
		return -1;
	if (!r->refused && budget_record(r->session, state, f) < 0)
		return -1;
	if (!r->denied && remember(&remembering) < 0)
		return -1;
	for (size_t i = 0; i < r->count; i++)
		if (settle_update(r->session, state, r->verdicts[i].update,
			    &r->verdicts[i].update->old, f) < 0)
			return -1;
	for (size_t i = 0; i < r->count; i++)
		if (record_verdict(r, state, &r->verdicts[i], f) < 0 ||
			record_pending(r, state, &r->verdicts[i], f) < 0)
			return -1;
	return any_row_due(r) ? count_time(r->session, state, f) : 0;
}

/*
 * Also when a push, in which nothing is found, may take a ref back from what has landed and was
 * never settled.
 */
static int anything_due(const struct recording *r, bool *due, struct fault *f)
{
	*due = any_row_due(r);
	for (size_t i = 0; i < r->count; i++) {
		const struct ref_update *update = r->verdicts[i].update;

		if (settle_waits(r->session, update, due, f) < 0)
			return -1;
	}
	if (judge_noted(r->session->judge, on_any_noted, due) < 0)
		return -1;
	return *due ? 0 : judge_brought(r->session->judge, on_any, due, f);
}

/* What is there is expected from now on. */
static int expect(const char *git_dir, const char *path, const char *what, struct fault *f)
{
	return access(path, F_OK) < 0 ? 0 : expected_mark(&(struct expected){ git_dir, what }, f);
}

/* The repository's policy, and the site's folder of agents. */
static int expect_files(const struct session *session, struct fault *f)
{
	const char *git_dir = repo_git_dir(session->facts.repo);
	const struct sources *files = &session->facts.files;

	return expect(git_dir, files->repository, POLICY_EXPECTED, f) < 0
		       ? -1
		       : expect(git_dir, files->agents, AGENTS_EXPECTED, f);
}

int record_push(const struct recording *r, bool *wrote, struct fault *f)
{
	struct state *state = NULL;
	int status = anything_due(r, wrote, f);
	if (status < 0 || !*wrote)
		return status;
	if (!r->refused && (fleet_use_take(&r->session->facts, r->verdicts, r->count, f) < 0 ||
				   budget_borrow(r->session, f) < 0))
		return -1;
	if (state_open(&state, repo_git_dir(r->session->facts.repo), STATE_WRITE, f) < 0)
		return fault_context(f, "recording");
	state_share(state, r->session->facts.policy->fleet_shared);
	if ((status = state_begin(state, f)) == 0)
		status = record_finish(r->session, state, record_all(r, state, f), f);
	state_close(state);
	return status < 0 || expect_files(r->session, f) < 0 ? fault_context(f, "recording") : 0;
}

/* The verdict object of a push that could not be judged. */
static char *fault_json(const struct session *session, const char *ref, const struct fault *why)
{
	struct buf text = BUF_INIT(65536), name = BUF_INIT(65536);
	json_t *object = NULL;
	char *json = NULL;

	(void)text_escape(&text, span_of(why->text));
	(void)text_escape(&name, span_of(ref));
	if (!text.failed && !name.failed)
		object = json_pack("{s:i, s:s?, s:s, s:s, s:s, s:s, s:b, s:[]}", "version", 1,
			"repository", session->facts.name, "ref", name.data ? name.data : "",
			"decision", "deny", "account",
			session->facts.push.account ? session->facts.push.account : "", "fault",
			text.data ? text.data : "", "approvable", 0, "findings");
	if (object)
		json = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	buf_release(&text);
	buf_release(&name);
	return json;
}

static int fault_row(struct session *session, struct state *state, const char *ref,
	const struct fault *why, struct fault *f)
{
	const struct policy *policy = session->facts.policy;
	struct buf key = BUF_INIT(65536);
	struct recorded recorded = { 0 };
	struct digest_text digest;
	char *json = fault_json(session, ref, why);
	struct log_row row = { .kind = "fault",
		.account = session->facts.push.account,
		.ref = ref,
		.decision = "deny",
		.policy = policy ? policy->digest : "",
		.verdict = json };
	int status = json && buf_adds(&key, json) == 0 ? digest_of(buf_span(&key), &digest, f)
						       : fault_memory(f);

	recorded.key = digest.hex;
	if (status == 0)
		status = record_append(session, state, &row, &recorded, f);
	if (status == 0 && policy && !recorded.again)
		status = notify_fault(session, state,
			&(struct notice){
				.json = json, .time = recorded.time, .log = recorded.hash },
			ref, f);
	buf_release(&key);
	free(json);
	return status;
}

void record_fault(struct session *session, const char *ref, const struct fault *why)
{
	const struct facts *facts = &session->facts;
	struct state *state = NULL;
	struct fault ignored = { 0 };

	/* without a state the state itself is what is wrong, unless no policy was found before */
	if (!facts->repo || facts->asked || (facts->policy && !facts->state))
		return;
	if (state_open(&state, repo_git_dir(facts->repo), STATE_WRITE, &ignored) < 0)
		return;
	if (!ref || judge_secret_name(session->judge, span_of(ref)))
		ref = ref ? "(withheld: the ref's name holds a credential)" : "";
	if (state_begin(state, &ignored) == 0 &&
		record_finish(session, state, fault_row(session, state, ref, why, &ignored),
			&ignored) == 0)
		notify_start(session);
	state_close(state);
}

void record_late(struct session *session, const struct fault *why)
{
	const struct push *push = &session->facts.push;

	if (why->class == FAULT_PUSHER)
		record_fault(session, push->count == 1 ? push->updates[0].name : NULL, why);
}
