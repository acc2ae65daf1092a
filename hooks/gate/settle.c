#include "hooks/gate/settle.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/gate/notify.h"
#include "hooks/gate/push_passes.h"
#include "hooks/gate/record.h"

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
	struct recorded recorded = { { 0 }, { 0 } };
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

int settle_update(struct session *session, struct state *state, const struct ref_update *update,
	const struct oid *now, struct fault *f)
{
	struct settling settling = {
		.session = session, .state = state, .update = update, .now = now, .fault = f
	};

	if (state_pending(state, update->target, on_pending, &settling, f) < 0)
		return -1;
	return state_pending_forget(state, update->target, f);
}

static int on_any_pending(void *context, const struct pending *pending)
{
	(void)pending;
	*(bool *)context = true;
	return 1;
}

int settle_waits(
	struct session *session, const struct ref_update *update, bool *pending, struct fault *f)
{
	return state_pending(session->facts.state, update->target, on_any_pending, pending, f) < 0
		       ? -1
		       : 0;
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
