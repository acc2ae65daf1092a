#include "hooks/gate/session.h"

#include <stdio.h>
#include <string.h>

#include "common/base/deadline.h"
#include "common/base/digest.h"
#include "common/fleet/fleet_use.h"
#include "common/git/refname.h"
#include "hooks/gate/approvals.h"
#include "hooks/gate/budget.h"
#include "hooks/judge/voters.h"

int session_open(struct session *session, const struct env *env, const struct facts_choice *choice,
	struct fault *f)
{
	static const struct facts_choice as_it_is = { 0 };

	*session = (struct session){ .syslog = BUF_INIT(SYSLOG_COPY_MAX) };
	return facts_open(&session->facts, env, choice ? choice : &as_it_is, f);
}

/* An account that is a credential is known by another name, always the same. */
static int withhold_account(struct facts *facts, struct fault *f)
{
	const char *account = facts->push.account;
	struct digest_text digest;
	char name[64];

	if (policy_account_person(facts->policy, account) ||
		policy_account_agent(facts->policy, account) ||
		!judge_secret_name(NULL, span_of(account)))
		return 0;
	if (digest_of(span_of(account), &digest, f) < 0)
		return -1;
	(void)snprintf(name, sizeof(name), "withheld-%.16s", digest.hex);
	facts->push.account = arena_strdup(&facts->push.arena, name);
	return facts->push.account ? 0 : fault_memory(f);
}

int session_of_push(
	struct session *session, const struct env *env, struct push *push, struct fault *f)
{
	*session =
		(struct session){ .began = deadline_clock(), .syslog = BUF_INIT(SYSLOG_COPY_MAX) };
	if (facts_of_push(&session->facts, env, push, f) < 0 ||
		withhold_account(&session->facts, f) < 0)
		return -1;
	return judge_new(&session->judge, &session->facts, f);
}

int session_push(struct session *session, bool dry, struct fault *f)
{
	session->facts.dry = dry;
	if (facts_push(&session->facts, f) < 0)
		return -1;
	return judge_new(&session->judge, &session->facts, f);
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
	if (judge_has_landed(c->session->judge, &c->verdict->update->old, &pending->new,
		    &c->unsettled, c->fault) == 0)
		return 0;
	if (c->fault->class != FAULT_LIMIT)
		return -1;
	fault_clear(c->fault);
	c->unsettled = true; /* not known, and then an approval counts as used up */
	return 0;
}

/*
 * How many times the set has landed on the ref before, here or through other hosts.  An allow by
 * approvals that nobody has settled yet counts when the ref has since come to what was allowed.
 */
static int count_landed(
	struct session *session, struct verdict *verdict, int64_t *landed, struct fault *f)
{
	struct landing_count counting = { session, verdict, false, f };
	const char *ref = verdict->update->target;

	if (state_landed(session->facts.state, ref, verdict->set, landed, f) < 0 ||
		state_pending(session->facts.state, ref, on_pending, &counting, f) < 0)
		return -1;
	verdict->landed_here = *landed + counting.unsettled;
	if (fleet_use_elsewhere(session->facts.state, verdict, landed, f) < 0)
		return -1;
	*landed += verdict->landed_here;
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
	int64_t open = 0, most = session->facts.policy->limits.holds;
	bool mine = false, over = false;

	if (state_holds(session->facts.state, verdict->hold, "open", on_open_hold, &mine, f) < 0 ||
		state_holds_open(session->facts.state, session->facts.push.account, &open, f) < 0)
		return -1;
	if (mine)
		return 0;
	if (!session->facts.past && budget_hold(session, verdict, &over, f) < 0)
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

/* What it takes of budgets; when that is not known nobody can let it through. */
static int judge_budget(struct session *session, struct verdict *verdict, struct fault *f)
{
	if (budget_judge(session, verdict, f) == 0)
		return 0;
	if (f->class != FAULT_LIMIT)
		return -1;
	fault_clear(f);
	return verdict_add(verdict,
		&(struct finding){ .rule = "limits",
			.action = ACTION_DENY,
			.observe = session->facts.policy->observe,
			.agents = "",
			.path = { "", 0 },
			.new = { .id = verdict->update->new },
			.detail = "working out what it takes of its agents' budgets took longer "
				  "than the policy allows" },
		f);
}

static int judge_update(
	struct session *session, struct verdict *verdict, char repository[33], struct fault *f)
{
	int64_t landed = 0;

	if (refname_is_approval(verdict->update->name) && !verdict->update->reserved) {
		int stopped = judge_pusher(session->judge, verdict, f);

		if (stopped < 0 || (!stopped && approval_push_judge(session, verdict, f) < 0))
			return -1;
		return verdict_conclude(verdict, repository, landed, f);
	}
	if (judge_ref(session->judge, verdict, f) < 0 || judge_budget(session, verdict, f) < 0 ||
		verdict_set(verdict, f) < 0)
		return -1;
	if (verdict->set[0] &&
		(facts_repository_id(&session->facts, !session->facts.dry && !session->facts.asked,
			 repository, f) < 0 ||
			facts_holds(&session->facts, repository, f) < 0 ||
			count_landed(session, verdict, &landed, f) < 0))
		return -1;
	if (verdict_conclude(verdict, repository, landed, f) < 0)
		return -1;
	if (session->facts.asked && !repository[0])
		verdict->digest[0] = verdict->hold[0] = '\0'; /* of no repository's */
	if (verdict->decision != DECISION_ALLOW &&
		approvals_weigh(session, verdict, landed > 0, f) < 0)
		return -1;
	if (verdict->decision != DECISION_ALLOW && !session->facts.past &&
		voters_of_verdict(session->judge, verdict, f) < 0)
		return -1;
	return verdict->decision == DECISION_HOLD ? count_holds(session, verdict, repository, f)
						  : 0;
}

/*
 * Names that hold a credential are withheld, whether or not a rule looks for one; a hold would show
 * the ref's, and so there is none.
 */
static int withhold_names(
	struct session *session, struct verdict *verdict, const char *repository, struct fault *f)
{
	const struct finding found = { .rule = "reserved",
		.action = ACTION_DENY,
		.agents = "",
		.path = { "", 0 },
		.new = { .id = verdict->update->new },
		.detail = "the ref's name holds what looks like a credential, which no hold may "
			  "show: give it another name" };

	for (size_t i = 0; i < verdict->count; i++)
		verdict->findings[i].withheld =
			verdict->findings[i].withheld ||
			judge_secret_name(session->judge, verdict->findings[i].path);
	verdict->ref_withheld = verdict->ref_withheld ||
				judge_secret_name(session->judge, span_of(verdict->update->name)) ||
				judge_secret_name(session->judge, span_of(verdict->update->target));
	if (!verdict->ref_withheld || verdict->decision != DECISION_HOLD)
		return 0;
	return verdict_add(verdict, &found, f) < 0 ? -1
						   : verdict_conclude(verdict, repository, 0, f);
}

int session_judge(struct session *session, struct verdict *verdict, struct fault *f)
{
	char repository[33] = "";

	return judge_update(session, verdict, repository, f) < 0
		       ? -1
		       : withhold_names(session, verdict, repository, f);
}

void session_close(struct session *session)
{
	budget_free(session->budget);
	judge_free(session->judge);
	facts_close(&session->facts);
	buf_release(&session->syslog);
	*session = (struct session){ 0 };
}
