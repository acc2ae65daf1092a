/*
 * Who approves a finding where the rule leaves that to CODEOWNERS, as it is at the ref's value
 * before the push.
 */
#include <stdlib.h>

#include "common/git/peel.h"
#include "hooks/judge/code_owners.h"
#include "hooks/judge/parts.h"

/* The commit that the ref led to; a new ref's owners are those of the branch that HEAD names. */
static int commit_before(const struct judge *judge, const struct ref_update *update,
	struct oid *out, struct fault *f)
{
	struct ref_value head = { 0 };
	enum object_type type;
	struct oid value = update->old;

	*out = (struct oid){ 0 };
	if (oid_is_zero(&value) && !judge->facts->dry) {
		if (repo_ref(judge->facts->repo, judge->facts->head, &head, f) < 0)
			return -1;
		free(head.target);
		if (head.kind == REF_DIRECT)
			value = head.id;
	}
	if (oid_is_zero(&value))
		return 0;
	if (peel(judge->facts->repo, &value, out, &type, f) < 0)
		return -1;
	if (type != OBJECT_COMMIT)
		*out = (struct oid){ 0 };
	return 0;
}

int judge_owners(const struct rule_case *c, const struct rule *rule, struct rule_owners *out,
	struct fault *f)
{
	struct judge *judge = c->context;
	struct code_owners_answer answer;
	struct oid commit;
	const struct code_owners_question question = { &commit,
		c->change ? c->change->path : (struct span){ "", 0 }, rule };

	if (!code_owners_asked(rule->approvers)) {
		*out = (struct rule_owners){ rule->approvers, rule->approvals, "" };
		return 0;
	}
	if (!judge->owners &&
		code_owners_new(&judge->owners, judge->facts->policy, judge->facts->repo, f) < 0)
		return -1;
	if (commit_before(judge, c->update, &commit, f) < 0 ||
		code_owners_find(judge->owners, &question, &answer, f) < 0)
		return -1;
	*out = (struct rule_owners){ answer.approvers, answer.approvals, answer.note };
	return 0;
}
