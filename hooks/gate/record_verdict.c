/*
 * What one verdict leaves: its row, the hold that it is about, and the event.
 *
 * A row's size is bounded, whatever was pushed: what is left out of the verdict object is counted
 * in it (`more`).  A refusal that the log has already is a count on its row.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/base/digest.h"
#include "common/git/refname.h"
#include "hooks/gate/budget.h"
#include "hooks/gate/notify.h"
#include "hooks/gate/record.h"
#include "hooks/gate/settle.h"
#include "hooks/glass/debt.h"
#include "hooks/glass/glass.h"

#define VERDICT_MAX ((size_t)4 << 20)
#define PUSH_BYTES ((size_t)1 << 20) /* of all verdict objects that a push leaves, roughly */
#define ROW_BYTES ((size_t)64 << 10) /* of one of them, at most */
#define RULES_COUNTED 256            /* findings that are looked at for their rules */
#define ROW_LEAST ((size_t)2 << 10)
#define COMMIT_MAX ((size_t)64 << 10) /* of one that is looked at for whose it is */

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

/*
 * Earlier versions of what is held now: of the holds that are open for the same ref and account
 * those that flag one of the same paths, or whose commit has the same author line and subject, as
 * an amended or rebased one has.  Whatever else that account has waiting there is another change,
 * and keeps its hold.
 */
struct versions {
	struct session *session;
	const struct verdict *verdict;
	json_t *findings; /* of the verdict */
	struct buf origin;
	char (*ids)[17]; /* the newest first */
	size_t count;
	struct fault *fault;
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Whether both are about one path or, where they are about none, of one rule. */
static bool same_place(const json_t *one, const json_t *other)
{
	const char *key = *text_of(one, "path") ? "path" : "rule";

	return strcmp(text_of(other, "action"), "warn") != 0 &&
	       (*text_of(other, "path") != '\0') == (*text_of(one, "path") != '\0') &&
	       strcmp(text_of(one, key), text_of(other, key)) == 0;
}

static bool meet(const json_t *findings, const json_t *others)
{
	for (size_t i = 0; i < json_array_size(findings); i++)
		for (size_t k = 0; k < json_array_size(others); k++)
			if (same_place(json_array_get(findings, i), json_array_get(others, k)))
				return true;
	return false;
}

/* Author line and subject of the commit; nothing where it is none, or not there. */
static void add_origin(struct repo *repo, const struct oid *id, struct buf *out)
{
	struct object object = { 0 };
	struct fault ignored = { 0 };
	struct commit commit;
	const char *why;
	bool over = false;

	buf_clear(out);
	if (repo_read_within(repo, id, COMMIT_MAX, &object, &over, &ignored) == 0 && !over &&
		object.type == OBJECT_COMMIT &&
		commit_parse(&commit, id->len, object.data, &why) == 0) {
		const char *end = memchr(commit.message.data, '\n', commit.message.len);

		if (end)
			commit.message.len = (size_t)(end - commit.message.data);
		(void)buf_addspan(out, commit.author.raw);
		(void)buf_addspan(out, commit.message);
	}
	object_release(&object);
	fault_clear(&ignored);
}

static bool same_origin(struct versions *v, const struct hold_row *other)
{
	struct repo *repo = v->session->facts.repo;
	struct buf origin = BUF_INIT(2 * COMMIT_MAX);
	struct oid id;
	bool same = oid_parse(&id, span_of(other->new)) == 0 && repo_has(repo, &id);

	if (same)
		add_origin(repo, &id, &origin);
	same = origin.len && span_equal(buf_span(&origin), buf_span(&v->origin));
	buf_release(&origin);
	return same;
}

static int on_other(void *context, const struct hold_row *other)
{
	struct versions *v = context;
	json_t *verdict = json_loads(other->verdict, 0, NULL);
	bool version =
		meet(v->findings, json_object_get(verdict, "findings")) || same_origin(v, other);
	char(*grown)[17];

	json_decref(verdict);
	if (!version)
		return 0;
	grown = realloc(v->ids, (v->count + 1) * sizeof(*grown));
	if (!grown)
		return fault_memory(v->fault);
	v->ids = grown;
	(void)snprintf(grown[v->count++], sizeof(*grown), "%s", other->id);
	return 0;
}

/* Finds them; for free() of v->ids.  0 or -1. */
static int versions_find(struct versions *v, struct state *state, struct fault *f)
{
	const struct verdict *verdict = v->verdict;
	const struct hold_row hold = hold_of(v->session, verdict);
	struct verdict_context context = facts_context(&v->session->facts);
	struct buf json = BUF_INIT(VERDICT_MAX);
	json_t *object = NULL;
	int status;

	context.most = ROW_BYTES;
	status = verdict_json(verdict, &context, &json, f);
	if (status == 0)
		object = json_loads(json.data, 0, NULL);
	v->findings = json_object_get(object, "findings");
	v->origin = (struct buf)BUF_INIT(2 * COMMIT_MAX);
	v->fault = f;
	if (status == 0)
		add_origin(v->session->facts.repo, &verdict->update->new, &v->origin);
	if (status == 0)
		status = state_holds_beside(state, &hold, on_other, v, f);
	buf_release(&v->origin);
	json_decref(object);
	buf_release(&json);
	return status;
}

static int record_hold(
	const struct versions *v, struct state *state, const char *json, struct fault *f)
{
	const struct verdict *verdict = v->verdict;
	struct oid_text old = oid_text(&verdict->update->old),
			new = oid_text(&verdict->update->new);
	char since[32];
	struct hold_row hold = hold_of(v->session, verdict);

	if (debt_check(state, verdict->hold, f) < 0)
		return -1;
	record_time(since);
	hold.digest = verdict->digest;
	hold.set = verdict->set;
	hold.old = old.hex;
	hold.new = new.hex;
	hold.since = since;
	hold.status = verdict->decision == DECISION_HOLD ? "open"
		      : verdict->glass.by                ? DEBT_OWED
							 : "denied";
	hold.agents = first_agents(verdict);
	hold.verdict = json;
	hold.replaces = v->count ? v->ids[0] : "";
	for (size_t i = 0; i < v->count; i++)
		if (state_hold_set(state, v->ids[i], "superseded", f) < 0)
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
static int record_parts(const struct recording *r, struct state *state, const struct versions *v,
	const char *json, struct fault *f)
{
	struct session *session = r->session;
	const struct verdict *verdict = v->verdict;
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
	if ((!allows || verdict->glass.by) && verdict->hold[0] &&
		!refname_is_approval(verdict->update->name) && record_hold(v, state, json, f) < 0)
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
	struct versions versions = { .session = session, .verdict = verdict };
	struct buf json = BUF_INIT(VERDICT_MAX);
	int status = 0;

	if (!record_is_due(session, verdict))
		return 0;
	if ((verdict->decision == DECISION_HOLD || verdict->glass.by) && !r->denied &&
		!verdict->ref_withheld)
		status = versions_find(&versions, state, f);
	context.most = verdict->glass.by ? 0 : row_room(r); /* a debt is paid by its row */
	context.replaces = versions.count ? versions.ids[0] : NULL;
	if (status == 0)
		status = verdict_json(verdict, &context, &json, f);
	if (status == 0 && verdict->glass.by)
		status = glass_check(&(struct glass_push){ &session->facts, session->judge,
					     (struct verdict *)(uintptr_t)r->verdicts, r->count },
			verdict, state, f);
	if (status == 0)
		status = record_parts(r, state, &versions, json.data, f);
	if (status == 0)
		status = count(state, verdict, f);
	free(versions.ids);
	buf_release(&json);
	return status;
}
