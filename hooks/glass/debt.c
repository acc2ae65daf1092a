#include "hooks/glass/debt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/base/file.h"
#include "hooks/glass/glass.h"
#include "hooks/judge/finding_row.h"

struct counting {
	const struct debtor *debtor;
	struct debts *out;
	json_t *nonces; /* of the last day */
};

static int on_debt(void *context, const struct hold_row *hold)
{
	struct counting *c = context;
	json_t *verdict = json_loads(hold->verdict, 0, NULL);
	const json_t *glass = json_object_get(verdict, "glass");
	const char *by = json_string_value(json_object_get(glass, "by")),
		   *nonce = json_string_value(json_object_get(glass, "nonce"));
	json_int_t time = json_integer_value(json_object_get(glass, "time"));

	if (by && nonce && strcmp(by, c->debtor->name) == 0) {
		c->out->again = c->out->again || strcmp(nonce, c->debtor->nonce) == 0;
		if (strcmp(hold->status, DEBT_OWED) == 0)
			(void)snprintf(c->out->owed, sizeof(c->out->owed), "%s", hold->id);
		if (strcmp(hold->status, DEBT_LAPSED) != 0 && time > c->debtor->now - GLASS_DAY)
			(void)json_object_set_new(c->nonces, nonce, json_true());
	}
	json_decref(verdict);
	return 0;
}

int debts_of(struct state *state, const struct debtor *debtor, struct debts *out, struct fault *f)
{
	static const char *const statuses[] = { DEBT_OWED, DEBT_PAID, DEBT_LAPSED };
	struct counting counting = { debtor, out, json_object() };
	int status = counting.nonces ? 0 : fault_memory(f);

	*out = (struct debts){ 0 };
	for (size_t i = 0; status == 0 && i < sizeof(statuses) / sizeof(statuses[0]); i++)
		status = state_holds(state, NULL, statuses[i], on_debt, &counting, f);
	out->broken = json_object_size(counting.nonces);
	json_decref(counting.nonces);
	return status;
}

static int on_owed(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

int debt_check(struct state *state, const char *id, struct fault *f)
{
	bool owed = false;

	if (state_holds(state, id, DEBT_OWED, on_owed, &owed, f) < 0)
		return -1;
	if (!owed)
		return 0;
	return fault_set(f, FAULT_PUSHER,
		"glass was broken for the same change, which has not landed yet: have %s approved, "
		"or push again later",
		id);
}

int debt_lapse(struct state *state, const char *id, struct fault *f)
{
	bool owed = false;

	if (state_holds(state, id, DEBT_OWED, on_owed, &owed, f) < 0)
		return -1;
	return owed ? state_hold_set(state, id, DEBT_LAPSED, f) : 0;
}

/* Approvals of a debt, gathered. */
struct paying {
	const struct debt *debt;
	const char *ref; /* that really moved */
	char repository[33];
	struct approval_keys *keys;
	struct approval *approvals;
	size_t count;
	json_t *verdict;
	struct fault *fault;
};

/* By what approves now, and as long as it lasts. */
static bool counts(const struct paying *p, const struct approval *approval, int64_t since)
{
	int64_t expires = p->debt->facts->policy->approval.expires,
		now = p->debt->facts->clock.passed;

	if (approval->decision == APPROVAL_REJECT)
		return true;
	return approval->decision == APPROVAL_APPROVE &&
	       !stops_find_signer(&p->debt->facts->stops, approval->fingerprint, approval->primary,
		       approval->certified.authority) &&
	       since <= now + APPROVAL_SKEW && (!expires || since > now - expires);
}

static int on_approval(void *context, const char *name, const struct oid *id)
{
	struct paying *p = context;
	struct approval_subject subject = { p->debt->facts->repo, p->keys, name, id,
		p->debt->facts->clock.seen };
	struct buf refused = BUF_INIT(4096);
	struct approval approval, *grown;
	int64_t since = 0;
	int status = approval_read(&subject, &approval, &refused, p->fault);
	bool good = status == 0 && !refused.len &&
		    strcmp(approval.digest, p->debt->hold->digest) == 0 &&
		    approval_is_about(&approval, p->repository, p->ref);

	buf_release(&refused);
	if (good && clock_noted(p->debt->facts->state, id, approval.time, &since, p->fault) < 0)
		return -1;
	if (!good || !counts(p, &approval, since))
		return status;
	grown = realloc(p->approvals, (p->count + 1) * sizeof(*grown));
	if (!grown)
		return fault_memory(p->fault);
	p->approvals = grown;
	grown[p->count++] = approval;
	return 0;
}

/* How many people have approved the finding; *rejected: one who may has said no.  0 or -1. */
static int count_votes(struct paying *p, const json_t *finding, json_int_t *votes, bool *rejected)
{
	struct finding_row of;
	bool driver = false;

	*votes = 0;
	if (finding_row_open(&of, p->debt->judge, p->verdict, finding, p->fault) < 0)
		return -1;
	for (size_t i = 0; i < p->count; i++) {
		struct finding_row_word word;

		if (!finding_row_names(finding, p->approvals[i].person))
			continue;
		*rejected = *rejected || p->approvals[i].decision == APPROVAL_REJECT;
		if (p->approvals[i].decision == APPROVAL_REJECT)
			continue;
		word = finding_row_vote(&of, &p->approvals[i]);
		if (word.vote == APPROVER_FULL || (word.vote == APPROVER_DRIVER && !driver))
			++*votes;
		driver = driver || word.vote == APPROVER_DRIVER;
	}
	return 0;
}

/* What cannot be read is not paid. */
static int weigh(struct paying *p, bool *paid)
{
	json_t *finding;
	bool any = false, rejected = false;
	size_t i;

	json_array_foreach(json_object_get(p->verdict, "findings"), i, finding)
	{
		json_int_t wanted = json_integer_value(json_object_get(finding, "approvals")),
			   votes = 0;

		if (!finding_row_flags(finding))
			continue;
		any = true;
		if (count_votes(p, finding, &votes, &rejected) < 0)
			return -1;
		if (wanted < 1 || votes < wanted || rejected)
			return 0;
	}
	*paid = any && !json_object_get(p->verdict, "more");
	return 0;
}

/* Each has said one thing. */
static void name_people(const struct paying *p, struct buf *people)
{
	for (size_t i = 0; i < p->count; i++)
		(void)buf_addf(people, "%s%s", i ? "," : "", p->approvals[i].person->name);
}

static int gather(struct paying *p)
{
	const struct facts *facts = p->debt->facts;
	char prefix[128];

	(void)snprintf(prefix, sizeof(prefix), "refs/countersign/approvals/%s/", p->debt->hold->id);
	if (state_repository_id(facts->state, p->repository, p->fault) < 0 ||
		approval_keys_new(&p->keys, facts->policy, file_owner(repo_git_dir(facts->repo)),
			p->fault) < 0)
		return -1;
	return repo_refs(facts->repo, prefix, on_approval, p, p->fault);
}

int debt_weigh(const struct debt *debt, bool *paid, struct buf *people, struct fault *f)
{
	struct paying p = { .debt = debt,
		.ref = debt->hold->ref,
		.verdict = json_loads(debt->hold->verdict, 0, NULL),
		.fault = f };
	const char *target = json_string_value(json_object_get(p.verdict, "target"));
	int status;

	*paid = false;
	p.ref = target ? target : p.ref;
	status = gather(&p);
	if (status == 0 && p.count)
		status = weigh(&p, paid);
	if (*paid)
		name_people(&p, people);
	approval_keys_free(p.keys);
	free(p.approvals);
	json_decref(p.verdict);
	return status < 0 ? fault_context(f, "the debt %s", debt->hold->id) : 0;
}
