#include "hooks/gate/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "common/base/expected.h"
#include "common/git/refname.h"
#include "hooks/gate/budget.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/passkey_counter.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/settle.h"

#define VERDICT_MAX ((size_t)128 << 20)
#define POLICY_SEEN "policy-seen" /* digest of the policy of the last rows */

bool record_is_due(const struct session *session, const struct verdict *verdict)
{
	return refname_is_approval(verdict->update->name) || verdict->count ||
	       verdict->agent_commits || verdict->approved_count ||
	       verdict->decision != DECISION_ALLOW ||
	       policy_account_agent(session->facts.policy, session->facts.push.account) != NULL;
}

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

/* Remembers the latest time that anything was logged at. */
static int keep_seen(const struct session *session, struct state *state, struct fault *f)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, session->facts.seen);
	return state_value_set(state, FACTS_SEEN, text, f);
}

int record_append(struct session *session, struct state *state, struct log_row *row,
	struct recorded *recorded, struct fault *f)
{
	record_time(recorded->time);
	row->time = recorded->time;
	if (state_log_append(state, row, recorded->hash, f) < 0 || keep_seen(session, state, f) < 0)
		return -1;
	if (session->facts.policy->syslog)
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

static int record_log(struct session *session, struct state *state, const struct verdict *verdict,
	const char *json, struct recorded *recorded, struct fault *f)
{
	struct oid_text old = oid_text(&verdict->update->old),
			new = oid_text(&verdict->update->new);
	struct log_row row = {
		.kind = refname_is_approval(verdict->update->name) ? "approval" : "decision",
		.account = session->facts.push.account,
		.ref = verdict_ref(verdict),
		.old = old.hex,
		.new = new.hex,
		.decision = decision_name(verdict->decision),
		.policy = session->facts.policy->digest,
		.verdict = json,
	};

	return record_append(session, state, &row, recorded, f);
}

static const char *first_agents(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->count; i++)
		if (*verdict->findings[i].agents)
			return verdict->findings[i].agents;
	return "";
}

/* Whose hold it is, and on which ref. */
static struct hold_row hold_of(const struct session *session, const struct verdict *verdict)
{
	return (struct hold_row){
		.id = verdict->hold,
		.ref = verdict->ref_withheld ? verdict_ref(verdict) : verdict->update->target,
		.account = session->facts.push.account,
	};
}

static int record_hold(struct session *session, struct state *state, const struct verdict *verdict,
	const char *json, struct fault *f)
{
	struct oid_text old = oid_text(&verdict->update->old),
			new = oid_text(&verdict->update->new);
	char since[32];
	struct hold_row hold = hold_of(session, verdict);
	char replaces[17] = "";

	record_time(since);
	hold.digest = verdict->digest;
	hold.set = verdict->set;
	hold.old = old.hex;
	hold.new = new.hex;
	hold.since = since;
	hold.status = verdict->decision == DECISION_HOLD ? "open" : "denied";
	hold.agents = first_agents(verdict);
	hold.verdict = json;
	hold.replaces = replaces;
	if (verdict->decision == DECISION_HOLD && !verdict->ref_withheld &&
		(state_hold_before(state, &hold, replaces, f) < 0 ||
			state_holds_supersede(state, &hold, f) < 0))
		return -1;
	return state_hold_put(state, &hold, f);
}

static int on_open_hold(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

/*
 * The row, the hold that it is about, and the event.  A hold that goes away with a denied push is
 * only a row.
 */
static int record_parts(const struct recording *r, struct state *state,
	const struct verdict *verdict, const char *json, struct fault *f)
{
	struct session *session = r->session;
	struct recorded recorded = { { 0 }, { 0 } };
	struct notice notice = {
		.verdict = verdict, .json = json, .time = recorded.time, .log = recorded.hash
	};
	bool holds = verdict->decision != DECISION_ALLOW && verdict->hold[0] &&
		     !refname_is_approval(verdict->update->name);

	if (record_log(session, state, verdict, json, &recorded, f) < 0)
		return -1;
	if (verdict->decision == DECISION_HOLD && r->denied)
		return 0;
	if (verdict->decision == DECISION_HOLD &&
		state_holds(state, verdict->hold, "open", on_open_hold, &notice.known, f) < 0)
		return -1;
	if (verdict->decision == DECISION_HOLD && !notice.known &&
		budget_hold_again(session, state, verdict, f) < 0)
		return -1;
	if (holds && record_hold(session, state, verdict, json, f) < 0)
		return -1;
	return notify_verdict(session, state, &notice, f);
}

static int record_verdict(const struct recording *r, struct state *state,
	const struct verdict *verdict, struct fault *f)
{
	struct session *session = r->session;
	struct verdict_context context = facts_context(&session->facts);
	const struct hold_row hold = hold_of(session, verdict);
	struct buf json = BUF_INIT(VERDICT_MAX);
	char replaces[17] = "";
	int status = 0;

	if (!record_is_due(session, verdict))
		return 0;
	if (verdict->decision == DECISION_HOLD && !r->denied && !verdict->ref_withheld)
		status = state_hold_before(state, &hold, replaces, f);
	context.replaces = *replaces ? replaces : NULL;
	if (status == 0)
		status = verdict_json(verdict, &context, &json, f);
	if (status == 0)
		status = record_parts(r, state, verdict, json.data, f);
	buf_release(&json);
	return status;
}

/* What approvals have allowed is pending until it has landed. */
static int record_pending(const struct recording *r, struct state *state,
	const struct verdict *verdict, struct fault *f)
{
	const struct ref_update *update = verdict->update;
	struct pending pending = { .new = update->new };

	if (settle_update(r->session, state, update, &update->old, f) < 0)
		return -1;
	if (r->refused)
		return 0;
	if (verdict->approval.hold[0] &&
		(push_passes_reconsider(r->session, verdict->approval.hold, f) < 0 ||
			passkey_counter_keep(state, verdict, f) < 0))
		return -1;
	if (verdict->decision != DECISION_ALLOW || !verdict->approved_count)
		return 0;
	(void)snprintf(pending.set, sizeof(pending.set), "%s", verdict->set);
	(void)snprintf(pending.hold, sizeof(pending.hold), "%s", verdict->hold);
	return *pending.set ? state_pending_put(state, update->target, &pending, f) : 0;
}

struct remembering {
	struct session *session;
	struct state *state;
	struct fault *fault;
};

static int on_brought(void *context, const struct oid *commit, const struct attribution *who)
{
	struct remembering *r = context;
	struct remembered nobody = { REMEMBERED_NOBODY, false, r->session->facts.push.account };

	if (!who->count)
		return state_remember(r->state, commit, &nobody, r->fault);
	for (size_t i = 0; i < who->count; i++) {
		struct remembered what = {
			.agent = who->agents[i].name,
			.by_account = (who->agents[i].by & (BY_ACCOUNT | BY_REMEMBERED)) != 0,
			.account = r->session->facts.push.account,
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
	struct recorded recorded = { { 0 }, { 0 } };
	char *before = NULL, *json = NULL;
	struct log_row row = {
		.kind = "policy", .account = session->facts.push.account, .policy = digest
	};
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
		if (record_verdict(r, state, &r->verdicts[i], f) < 0 ||
			record_pending(r, state, &r->verdicts[i], f) < 0)
			return -1;
	return 0;
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
	if (access(path, F_OK) < 0)
		return 0;
	return expected_mark(&(struct expected){ git_dir, what }, f);
}

/* The repository's policy, and the site's folder of agents. */
static int expect_files(const struct session *session, struct fault *f)
{
	const char *git_dir = repo_git_dir(session->facts.repo);
	const struct sources *files = &session->facts.files;

	if (expect(git_dir, files->repository, POLICY_EXPECTED, f) < 0)
		return -1;
	return expect(git_dir, files->agents, AGENTS_EXPECTED, f);
}

int record_push(const struct recording *r, bool *wrote, struct fault *f)
{
	struct state *state = NULL;
	int status;

	if (anything_due(r, wrote, f) < 0)
		return -1;
	if (!*wrote)
		return 0;
	if (state_open(&state, repo_git_dir(r->session->facts.repo), STATE_WRITE, f) < 0)
		return fault_context(f, "recording");
	status = state_begin(state, f);
	if (status == 0)
		status = record_finish(r->session, state, record_all(r, state, f), f);
	state_close(state);
	if (status == 0)
		status = expect_files(r->session, f);
	return status < 0 ? fault_context(f, "recording") : 0;
}
