#include "hooks/gate/settle.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/record.h"
#include "hooks/glass/debt.h"

#define AWAIT_MILLISECONDS ((int64_t)3600 * 1000) /* as long as a pass is good */

/* What was said when it was held, which is what has landed now. */
static int on_landed_hold(void *context, const struct hold_row *hold)
{
	json_t **verdict = context;

	*verdict = json_loads(hold->verdict, JSON_REJECT_DUPLICATES, NULL);
	return 1;
}

/* What is told of a hold that has landed: its verdict, and by whom and as what it did. */
static json_t *landed_verdict(struct session *session, struct state *state,
	const struct ref_update *update, const char *hold, struct fault *f)
{
	json_t *verdict = NULL, *landing;
	struct oid_text old = oid_text(&update->old), new = oid_text(&update->new);

	if (state_holds(state, hold, NULL, on_landed_hold, &verdict, f) < 0)
		return NULL;
	if (!verdict)
		verdict = json_pack("{s:i, s:s}", "version", 1, "old", old.hex);
	landing = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "repository",
		session->facts.name, "ref", update->target, "new", new.hex, "decision", "allow",
		"account", session->facts.push.account, "hold", hold, "policy",
		session->facts.policy->digest);
	if (!verdict || !landing || json_object_update(verdict, landing) < 0) {
		(void)fault_memory(f);
		json_decref(verdict);
		verdict = NULL;
	}
	json_decref(landing);
	return verdict;
}

static int record_landing(struct session *session, struct state *state,
	const struct ref_update *update, const char *hold, struct fault *f)
{
	struct recorded recorded = { 0 };
	struct oid_text new = oid_text(&update->new);
	json_t *verdict = landed_verdict(session, state, update, hold, f);
	char *json = verdict ? json_dumps(verdict, JSON_COMPACT) : NULL;
	const char *old = json_string_value(json_object_get(verdict, "old"));
	struct log_row row = { .kind = "landed",
		.account = session->facts.push.account,
		.ref = update->target,
		.old = old ? old : new.hex,
		.new = new.hex,
		.decision = "allow",
		.policy = session->facts.policy->digest,
		.verdict = json };
	struct notice notice = { .json = json, .time = recorded.time, .log = recorded.hash };
	int status = json ? 0 : f->class ? -1 : fault_memory(f);

	if (status == 0)
		status = record_append(session, state, &row, &recorded, f);
	if (status == 0)
		status = notify_landed(session, state, update->target, &notice, f);
	free(json);
	json_decref(verdict);
	return status;
}

struct settling {
	struct session *session;
	struct state *state;
	const struct ref_update *update;
	const struct oid *now; /* what the ref is at */
	/* the set that has landed last: of all that it was allowed in, one push lands */
	char settled[65];
	struct fault *fault;
};

static int on_pending(void *context, const struct pending *pending)
{
	struct settling *s = context;
	const char *ref = s->update->target;
	bool landed = false;

	if (strcmp(pending->set, s->settled) == 0)
		return 0;
	if (judge_has_landed(s->session->judge, s->now, &pending->new, &landed, s->fault) < 0) {
		if (s->fault->class != FAULT_LIMIT)
			return -1;
		fault_clear(s->fault); /* it waits for a push that leaves the time for it */
		return 0;
	}
	if (!landed)
		return 0;
	memcpy(s->settled, pending->set, sizeof(s->settled));
	if (state_landed_add(s->state, ref, pending->set, s->fault) < 0 ||
		state_pending_drop(s->state, ref, pending->set, s->fault) < 0)
		return -1;
	if (pending->hold[0] && (state_hold_set(s->state, pending->hold, "landed", s->fault) < 0 ||
					record_landing(s->session, s->state, s->update,
						pending->hold, s->fault) < 0))
		return -1;
	return push_passes_settled(s->session, ref, s->fault);
}

/* The row of what was allowed: whose it was, and which agents took part. */
struct allowed {
	struct arena texts;
	const char *account, *policy, *hash;
	const char *debt; /* the id of what is owed for it, or NULL */
	json_t *agents;
	bool by_approvals; /* whose landing has a row of its own */
};

static int on_allowed(void *context, const struct log_entry *entry)
{
	struct allowed *allowed = context;
	json_t *verdict = json_loads(entry->row.verdict, 0, NULL);

	allowed->account = arena_strdup(&allowed->texts, entry->row.account);
	allowed->policy = arena_strdup(&allowed->texts, entry->row.policy);
	allowed->hash = arena_strdup(&allowed->texts, entry->hash);
	if (json_object_get(verdict, "glass"))
		allowed->debt = arena_strdup(
			&allowed->texts, json_string_value(json_object_get(verdict, "hold")));
	allowed->agents = json_incref(json_object_get(verdict, "agents"));
	allowed->by_approvals = json_array_size(json_object_get(verdict, "approved_by")) > 0;
	json_decref(verdict);
	return 1;
}

static int outcome_row(struct session *session, struct state *state, const struct allowed *allowed,
	const struct awaited *what, struct fault *f)
{
	json_t *object = json_pack("{s:i, s:s, s:s, s:O*}", "version", 1, "of", allowed->hash,
		"outcome", what->time ? "landed" : "not landed", "agents", allowed->agents);
	char *json = object ? json_dumps(object, JSON_COMPACT) : NULL;
	struct recorded recorded = { 0 };
	struct log_row row = { .kind = "outcome",
		.account = allowed->account,
		.ref = what->ref,
		.old = what->old,
		.new = what->new,
		.decision = "allow",
		.policy = allowed->policy,
		.verdict = json };
	int status = json ? record_append(session, state, &row, &recorded, f) : fault_memory(f);

	free(json);
	json_decref(object);
	return status;
}

int settle_outcome(struct session *session, struct state *state, const struct awaited *what,
	bool landed, struct fault *f)
{
	const struct log_filter filter = { .after = what->seq - 1 };
	struct allowed allowed = { .texts = ARENA_INIT((size_t)1 << 20) };
	struct awaited row = *what;
	int status = state_log_read(state, &filter, on_allowed, &allowed, f) < 0 ? -1 : 0;

	row.time = landed;
	if (status == 0 && (!allowed.account || !allowed.policy || !allowed.hash))
		status = fault_set(
			f, FAULT_ADMIN, "the log's row %lld is missing", (long long)what->seq);
	if (status == 0 && !(landed && allowed.by_approvals))
		status = outcome_row(session, state, &allowed, &row, f);
	if (status == 0 && !landed && allowed.debt)
		status = debt_lapse(state, allowed.debt, f);
	if (status == 0)
		status = state_outcome_set(state, what->seq, landed, f);
	json_decref(allowed.agents);
	arena_release(&allowed.texts);
	return status;
}

/*
 * It landed when the ref came to it; it never will when the ref went elsewhere, since git compares
 * before it swaps, or when no push can still be at it.
 */
static int on_awaited(void *context, const struct awaited *what)
{
	struct settling *s = context;
	struct oid old, new;
	bool landed = false;

	if (oid_parse(&old, span_of(what->old)) < 0 || oid_parse(&new, span_of(what->new)) < 0)
		return fault_set(s->fault, FAULT_ADMIN, "what is awaited is unreadable");
	if (judge_has_landed(s->session->judge, s->now, &new, &landed, s->fault) < 0) {
		if (s->fault->class != FAULT_LIMIT)
			return -1;
		fault_clear(s->fault);
		return 0;
	}
	if (!landed && oid_equal(s->now, &old) && what->time > state_now() - AWAIT_MILLISECONDS)
		return 0;
	return settle_outcome(s->session, s->state, what, landed, s->fault);
}

int settle_update(struct session *session, struct state *state, const struct ref_update *update,
	const struct oid *now, struct fault *f)
{
	struct settling settling = {
		.session = session, .state = state, .update = update, .now = now, .fault = f
	};

	if (state_pending(state, update->target, on_pending, &settling, f) < 0 ||
		state_outcomes(state, update->target, on_awaited, &settling, f) < 0)
		return -1;
	return state_pending_forget(state, update->target, f);
}

/* What this push was allowed and did not get. */
struct losing {
	struct session *session;
	struct state *state;
	const struct ref_update *update;
	struct fault *fault;
};

static int on_lost(void *context, const struct awaited *what)
{
	struct losing *l = context;

	if (strcmp(what->old, oid_text(&l->update->old).hex) != 0 ||
		strcmp(what->new, oid_text(&l->update->new).hex) != 0)
		return 0;
	return settle_outcome(l->session, l->state, what, false, l->fault);
}

static int lose_all(struct session *session, struct state *state, struct fault *f)
{
	for (size_t i = 0; i < session->facts.push.count; i++) {
		const struct ref_update *update = &session->facts.push.updates[i];
		struct losing losing = { session, state, update, f };

		if (state_outcomes(state, update->target, on_lost, &losing, f) < 0)
			return -1;
	}
	return 0;
}

static int on_any_pending(void *context, const struct pending *pending)
{
	(void)pending;
	*(bool *)context = true;
	return 1;
}

static int on_any_awaited(void *context, const struct awaited *what)
{
	(void)what;
	*(bool *)context = true;
	return 1;
}

int settle_waits(
	struct session *session, const struct ref_update *update, bool *pending, struct fault *f)
{
	struct state *state = session->facts.state;

	if (state_pending(state, update->target, on_any_pending, pending, f) < 0)
		return -1;
	return state_outcomes(state, update->target, on_any_awaited, pending, f) < 0 ? -1 : 0;
}

/* Whether anything waits to be settled on any ref of the push. */
static int anything_pending(struct session *session, bool *any, struct fault *f)
{
	*any = false;
	for (size_t i = 0; i < session->facts.push.count && !*any; i++)
		if (settle_waits(session, &session->facts.push.updates[i], any, f) < 0)
			return -1;
	return 0;
}

int settle_lost(struct session *session, struct fault *f)
{
	struct state *state = NULL;
	bool any;
	int status;

	if (anything_pending(session, &any, f) < 0)
		return -1;
	if (!any)
		return 0;
	if (state_open(&state, repo_git_dir(session->facts.repo), STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(state, f);
	if (status == 0)
		status = record_finish(session, state, lose_all(session, state, f), f);
	state_close(state);
	return status;
}

static int settle_all(struct session *session, struct state *state, struct fault *f)
{
	for (size_t i = 0; i < session->facts.push.count; i++)
		if (settle_update(session, state, &session->facts.push.updates[i],
			    &session->facts.push.updates[i].new, f) < 0)
			return -1;
	return 0;
}

int settle_landed(struct session *session, bool *wrote, struct fault *f)
{
	struct state *state = NULL;
	int status;

	if (anything_pending(session, wrote, f) < 0)
		return -1;
	if (!*wrote)
		return 0;
	if (state_open(&state, repo_git_dir(session->facts.repo), STATE_WRITE, f) < 0)
		return -1;
	status = state_begin(state, f);
	if (status == 0)
		status = record_finish(session, state, settle_all(session, state, f), f);
	state_close(state);
	return status;
}

/* A debt that has been paid, as it was recorded, and by whom it was. */
struct paid {
	struct session *session;
	struct state *state;
	struct buf people;
	struct fault *fault;
};

/* In the transaction: unless it was paid meanwhile. */
static int on_paid(void *context, const struct hold_row *hold)
{
	struct paid *p = context;
	struct session *session = p->session;
	struct recorded recorded = { 0 };
	json_t *verdict = json_loads(hold->verdict, 0, NULL);
	struct log_row row = { .kind = "paid",
		.account = session->facts.push.account,
		.ref = hold->ref,
		.old = hold->old,
		.new = hold->new,
		.decision = "allow",
		.policy = session->facts.policy->digest };
	struct notice notice = { .time = recorded.time, .log = recorded.hash };
	int status = -1;

	(void)json_object_set_new(verdict, "paid_by", json_string(p->people.data));
	row.verdict = notice.json = verdict ? json_dumps(verdict, JSON_COMPACT) : NULL;
	if (!row.verdict)
		(void)fault_memory(p->fault);
	else if (state_hold_set(p->state, hold->id, DEBT_PAID, p->fault) == 0 &&
		 record_append(session, p->state, &row, &recorded, p->fault) == 0)
		status = notify_paid(session, p->state, hold->ref, &notice, p->fault);
	free((void *)(uintptr_t)row.verdict);
	json_decref(verdict);
	return status;
}

static int pay(struct paid *p, const char *id)
{
	int status =
		state_open(&p->state, repo_git_dir(p->session->facts.repo), STATE_WRITE, p->fault);

	if (status == 0)
		status = state_begin(p->state, p->fault);
	if (status == 0)
		status = record_finish(p->session, p->state,
			state_holds(p->state, id, DEBT_OWED, on_paid, p, p->fault), p->fault);
	state_close(p->state);
	p->state = NULL;
	return status;
}

static int on_owed(void *context, const struct hold_row *hold)
{
	struct paid *p = context;
	const struct debt debt = { &p->session->facts, p->session->judge, hold };
	bool paid;

	buf_clear(&p->people);
	if (debt_weigh(&debt, &paid, &p->people, p->fault) < 0)
		return -1;
	return paid ? pay(p, hold->id) : 0;
}

int settle_debts(struct session *session, struct fault *f)
{
	struct paid paid = { .session = session, .people = BUF_INIT(65536), .fault = f };
	int status = state_holds(session->facts.state, NULL, DEBT_OWED, on_owed, &paid, f);

	buf_release(&paid.people);
	return status;
}
