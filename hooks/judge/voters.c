#include "hooks/judge/voters.h"

#include <stdio.h>
#include <string.h>

#include "hooks/judge/parts.h"

#define TOLD_MAX 4 /* people of whom it is told why they may not */

/* Whether it may be one that is touched: a hardware key, or an authority that vouches for such. */
static bool is_touched(const struct key *key)
{
	return key->kind == KEY_PASSKEY || key->authority || strncmp(key->type, "sk-", 3) == 0;
}

/* What the keys are good for: 2: it, 1: were it not for the touch, 0: nothing. */
static int worth_of(
	const struct voters_asked *asked, const struct key *keys, size_t count, int worth)
{
	for (size_t i = 0; i < count; i++) {
		int more = !asked->presence || is_touched(&keys[i]) ? 2 : 1;

		if (more > worth && attributor_may_sign(asked->attributor, &keys[i]))
			worth = more;
	}
	return worth;
}

/* Whether a push can come from the person's account. */
static bool can_push(const struct facts *facts, const struct person *person)
{
	names name = person->accounts;

	while (*name && stops_find(&facts->stops, STOPPED_ACCOUNT, *name))
		name++;
	return *name != NULL;
}

/* What the person lacks to say it with; NULL: nothing. */
static const char *lack_of(const struct voters_asked *asked, const struct person *person)
{
	const struct policy *policy = asked->facts->policy;
	bool special = person->approval_key_count > 0;
	int worth = worth_of(asked, special ? person->approval_keys : person->keys,
		special ? person->approval_key_count : person->key_count, 0);

	if (policy->review.rp_id)
		worth = worth_of(asked, person->passkeys, person->passkey_count, worth);
	if (worth == 2 || (asked->terms->accept & ACCEPT_PUSH && !asked->tag && !asked->presence &&
				  can_push(asked->facts, person)))
		return NULL;
	return worth == 1 ? "has no hardware key" : "has no key that approves";
}

void voters_except(struct voters *voters, const struct person *person, const char *objection)
{
	size_t len = strlen(voters->why);
	int more;

	if (voters->others++ >= TOLD_MAX || voters->untold) {
		voters->untold++;
		return;
	}
	more = snprintf(voters->why + len, sizeof(voters->why) - len, "%s%s %s", len ? ", " : "",
		person->name, objection);
	if (more >= 0 && (size_t)more < sizeof(voters->why) - len)
		return;
	voters->why[len] = '\0';
	voters->untold++;
}

void voters_weigh(
	struct voters *voters, const struct voters_asked *asked, const struct person *person)
{
	struct approver_conflict conflict = *asked->conflict;
	const char *objection = NULL;
	enum approver_vote vote;

	if (asked->terms->accept & ACCEPT_COMMIT && !asked->tag)
		conflict.signer = NULL; /* for whom signing it is approving it */
	vote = approver_conflict_vote(&conflict, asked->terms, person, &asked->asked);
	if (vote == APPROVER_NONE)
		objection = approver_conflict_objection(
			&conflict, asked->terms, person, asked->asked.owners);
	else if (voters->count < VOTERS_MAX)
		voters->people[voters->count++] = person;
	if (!objection)
		objection = lack_of(asked, person);
	if (objection) {
		voters_except(voters, person, objection);
		return;
	}
	voters->full += vote == APPROVER_FULL;
	voters->drivers += vote == APPROVER_DRIVER;
}

/* How many approvals can be given. */
static size_t can_be_given(const struct voters *voters)
{
	return voters->full + (voters->drivers > 0);
}

bool voters_suffice(const struct voters *voters, int64_t approvals)
{
	return approvals > 0 && can_be_given(voters) >= (size_t)approvals;
}

void voters_tell(const struct voters *voters, struct buf *out)
{
	if (can_be_given(voters))
		buf_addf(out, "only %zu can be given", can_be_given(voters));
	else
		buf_adds(out, "none can be given");
	if (*voters->why)
		buf_addf(out, ": %s", voters->why);
	if (voters->untold)
		buf_addf(out, ", and %zu more", voters->untold);
}

/* Whether the list has just the names of who may. */
static bool has_names(names list, const struct voters *voters)
{
	size_t i = 0;

	while (list && list[i] && voters->people[i] && list[i] == voters->people[i]->name)
		i++;
	return list && !list[i] && !voters->people[i];
}

/* The names of who may, for as long as the verdict lives; often those of the finding before. */
static names names_of(struct verdict *verdict, const struct voters *voters, names before)
{
	const char **list;
	size_t i = 0;

	if (has_names(before, voters))
		return before;
	list = arena_alloc(&verdict->arena, sizeof(voters->people));
	for (; list && voters->people[i]; i++)
		list[i] = voters->people[i]->name;
	if (list)
		list[i] = NULL;
	return list;
}

static int note(struct verdict *verdict, struct finding *finding, const struct voters *voters,
	struct fault *f)
{
	struct buf text = BUF_INIT(1024);

	if (!voters_suffice(voters, finding->approvals)) {
		voters_tell(voters, &text);
		finding->unapprovable =
			text.failed ? NULL : arena_strdup(&verdict->arena, text.data);
		if (!finding->unapprovable)
			finding->voters = NULL;
	}
	buf_release(&text);
	return finding->voters ? 0 : fault_memory(f);
}

/* Whether the earlier finding has the same answer. */
static bool is_like(const struct finding *a, const struct finding *b)
{
	return a && oid_equal(&a->commit, &b->commit) && a->approvers == b->approvers &&
	       a->owners == b->owners && a->approvals == b->approvals && a->layer == b->layer &&
	       a->presence == b->presence && !*a->agents == !*b->agents &&
	       strcmp(a->rule, b->rule) == 0;
}

static int weigh_finding(struct judge *judge, struct verdict *verdict, struct finding *finding,
	struct approver_conflict *conflict, struct fault *f)
{
	const struct policy *policy = judge->facts->policy;
	struct voters_asked asked = { .facts = judge->facts,
		.attributor = judge->attributor,
		.conflict = conflict,
		.terms = &policy->layers[finding->layer].approval,
		.asked = { finding->owners, finding->approvals, *finding->agents != 0 } };
	struct voters voters = { 0 }; /* finding->voters: those of the finding before, or NULL */

	if (approver_conflict_of(judge, verdict->update, finding, conflict, f) < 0)
		return -1;
	asked.presence = finding->presence || asked.terms->presence;
	asked.tag = strcmp(finding->rule, "limits") == 0;
	for (size_t i = 0; i < policy->person_count; i++)
		if (policy_names_person(finding->approvers, &policy->people[i]))
			voters_weigh(&voters, &asked, &policy->people[i]);
	finding->voters = names_of(verdict, &voters, finding->voters);
	return note(verdict, finding, &voters, f);
}

int voters_of_verdict(struct judge *judge, struct verdict *verdict, struct fault *f)
{
	struct approver_conflict conflict = { 0 };
	const struct finding *like = NULL;

	for (size_t i = 0; i < verdict->count && !judge_is_late(judge); i++) {
		struct finding *finding = &verdict->findings[i];

		if (!finding_flags(finding) || !*finding->approvers || finding->approvals <= 0)
			continue;
		finding->voters = like ? like->voters : NULL;
		if (is_like(like, finding)) {
			finding->unapprovable = like->unapprovable;
		} else if (weigh_finding(judge, verdict, finding, &conflict, f) < 0) {
			return -1;
		}
		like = finding;
	}
	return 0;
}
