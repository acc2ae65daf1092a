/*
 * What one verdict leaves: its row, the hold that it is about, and the event.
 *
 * A row's size is bounded, whatever was pushed: what is left out of the verdict object is counted
 * in it (`more`).  A refusal that the log has already is a count on its row.
 */
#include <string.h>

#include "common/base/digest.h"
#include "common/git/refname.h"
#include "hooks/gate/budget.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/record.h"
#include "hooks/gate/settle.h"

#define VERDICT_MAX ((size_t)4 << 20)
#define PUSH_BYTES ((size_t)1 << 20) /* of all verdict objects that a push leaves, roughly */
#define ROW_BYTES ((size_t)64 << 10) /* of one of them, at most */
#define RULES_COUNTED 256            /* findings that are looked at for their rules */
#define ROW_LEAST ((size_t)2 << 10)

/* Of a ref that is gone nothing else tells that a push took it away (hooks/host/moved.h). */
static bool takes_away(const struct session *session, const struct ref_update *update)
{
	return oid_is_zero(&update->new) && !oid_is_zero(&update->old) &&
	       policy_governs(session->facts.policy, update->target);
}

bool record_is_due(const struct session *session, const struct verdict *verdict)
{
	return refname_is_approval(verdict->update->name) || verdict->count ||
	       verdict->agent_commits || verdict->approved_count ||
	       verdict->decision != DECISION_ALLOW || takes_away(session, verdict->update) ||
	       policy_account_agent(session->facts.policy, session->facts.push.account) != NULL;
}

/* How much of the verdict a row may hold: all rows of a push share what there is. */
static size_t row_room(const struct recording *r)
{
	size_t share = PUSH_BYTES / (r->count ? r->count : 1);

	return share > ROW_BYTES ? ROW_BYTES : share < ROW_LEAST ? ROW_LEAST : share;
}

/* The push that proves that pushes are refused is no decision about anybody, and told to nobody. */
static bool is_canary(const struct verdict *verdict)
{
	return strcmp(verdict->update->name, "refs/countersign/canary") == 0;
}

static const char *kind_of(const struct verdict *verdict)
{
	if (is_canary(verdict))
		return "canary";
	return refname_is_approval(verdict->update->name) ? "approval" : "decision";
}

/* What makes a refusal the same: who wanted what, and what stood against it. */
static int refusal_key(const struct session *session, const struct verdict *verdict,
	const char *json, struct digest_text *key, struct fault *f)
{
	struct oid_text old = oid_text(&verdict->update->old),
			new = oid_text(&verdict->update->new);
	struct buf text = BUF_INIT(VERDICT_MAX);
	int status;

	(void)buf_addf(&text, "%s\n%s\n%s\n%s\n%s\n%s\n", decision_name(verdict->decision), old.hex,
		new.hex, session->facts.policy->digest, session->facts.push.account,
		verdict->update->name);
	(void)buf_adds(&text, verdict->digest[0] ? verdict->digest : json);
	status = text.failed ? fault_memory(f) : digest_of(buf_span(&text), key, f);
	buf_release(&text);
	return status;
}

static int record_log(struct session *session, struct state *state, const struct verdict *verdict,
	const char *json, struct recorded *recorded, struct fault *f)
{
	struct oid_text old = oid_text(&verdict->update->old),
			new = oid_text(&verdict->update->new);
	struct log_row row = {
		.kind = kind_of(verdict),
		.account = session->facts.push.account,
		.ref = verdict_ref(verdict),
		.old = old.hex,
		.new = new.hex,
		.decision = decision_name(verdict->decision),
		.policy = session->facts.policy->digest,
		.verdict = json,
	};

	struct digest_text key;

	if (verdict->decision != DECISION_ALLOW) {
		if (refusal_key(session, verdict, json, &key, f) < 0)
			return -1;
		recorded->key = key.hex;
	}
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

/* What was allowed is awaited: it lands when git has moved the ref, and not before. */
static int await(const struct recording *r, struct state *state, const struct verdict *verdict,
	struct fault *f)
{
	struct oid_text old = oid_text(&verdict->update->old),
			new = oid_text(&verdict->update->new);
	struct awaited what = {
		.seq = state_log_last(state),
		.ref = verdict->update->target,
		.old = old.hex,
		.new = new.hex,
		.time = state_now(),
	};

	if (state_outcome_await(state, &what, f) < 0)
		return -1;
	return r->refused ? settle_outcome(r->session, state, &what, false, f) : 0;
}

/*
 * The row, the hold that it is about, and the event.  A hold that goes away with a denied push is
 * only a row; what was refused before in the same way, a count, and told to nobody again.
 */
static int record_parts(const struct recording *r, struct state *state,
	const struct verdict *verdict, const char *json, struct fault *f)
{
	struct session *session = r->session;
	struct recorded recorded = { 0 };
	struct notice notice = {
		.verdict = verdict, .json = json, .time = recorded.time, .log = recorded.hash
	};
	bool allows = verdict->decision == DECISION_ALLOW,
	     held = verdict->decision == DECISION_HOLD && !r->denied;

	if (held && state_holds(state, verdict->hold, "open", on_open_hold, &notice.known, f) < 0)
		return -1;
	recorded.anew = held && !notice.known;
	if (record_log(session, state, verdict, json, &recorded, f) < 0)
		return -1;
	if (verdict->decision == DECISION_HOLD && r->denied)
		return 0;
	if (held && !notice.known && budget_hold_again(session, state, verdict, f) < 0)
		return -1;
	if (!allows && verdict->hold[0] && !refname_is_approval(verdict->update->name) &&
		record_hold(session, state, verdict, json, f) < 0)
		return -1;
	notice.known = notice.known || recorded.again || is_canary(verdict);
	allows = allows && !verdict->ref_withheld; /* which cannot be awaited by its name */
	notice.awaits = allows ? state_log_last(state) : 0;
	if (notify_verdict(session, state, &notice, f) < 0)
		return -1;
	if (allows && verdict->approval.by &&
		clock_note(state, &session->facts.clock, &verdict->update->new,
			verdict->approval.time, f) < 0)
		return -1;
	return allows ? await(r, state, verdict, f) : 0;
}

/* For `countersign metrics`: what was decided, and which rules found something. */
static int count(struct state *state, const struct verdict *verdict, struct fault *f)
{
	const struct counted decision = { "decisions",
		is_canary(verdict) ? "canary" : decision_name(verdict->decision), 1 };
	int status = state_count(state, &decision, f);

	for (size_t i = 0; status == 0 && i < verdict->count; i++) {
		const struct finding *finding = &verdict->findings[i];
		bool before = false;

		for (size_t j = 0; j < i && !before && j < RULES_COUNTED; j++)
			before = strcmp(verdict->findings[j].rule, finding->rule) == 0;
		if (!before && !is_canary(verdict))
			status = state_count(
				state, &(struct counted){ "rules", finding->rule, 1 }, f);
		if (i == RULES_COUNTED)
			break;
	}
	return status;
}

int record_verdict(const struct recording *r, struct state *state, const struct verdict *verdict,
	struct fault *f)
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
	context.most = row_room(r);
	context.replaces = *replaces ? replaces : NULL;
	if (status == 0)
		status = verdict_json(verdict, &context, &json, f);
	if (status == 0)
		status = record_parts(r, state, verdict, json.data, f);
	if (status == 0)
		status = count(state, verdict, f);
	buf_release(&json);
	return status;
}
