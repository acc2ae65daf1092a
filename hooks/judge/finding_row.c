#include "hooks/judge/finding_row.h"

#include <stdio.h>
#include <string.h>

#include "hooks/judge/parts.h"

bool finding_row_flags(const json_t *finding)
{
	const char *action = json_string_value(json_object_get(finding, "action"));

	return action && strcmp(action, "warn") != 0 &&
	       !json_is_true(json_object_get(finding, "observed"));
}

bool finding_row_names(const json_t *finding, const struct person *person)
{
	const json_t *value;
	size_t i;

	json_array_foreach(json_object_get(finding, "approvers"), i, value)
	{
		const char *list[] = { json_string_value(value), NULL };

		if (list[0] && policy_names_person(list, person))
			return true;
	}
	return false;
}

#define OWNERS_MAX 16

/* Adds the people who answer for the agents, whose names stand in one text with commas. */
static size_t add_owners(const struct policy *policy, const char *agents,
	const char *owners[OWNERS_MAX + 1], size_t count)
{
	while (agents && *agents && count < OWNERS_MAX) {
		size_t len = strcspn(agents, ",");
		char name[256];
		const struct agent *agent;

		(void)snprintf(
			name, sizeof(name), "%.*s", len < sizeof(name) ? (int)len : 0, agents);
		agent = policy_agent(policy, name);
		if (agent && agent->owner)
			owners[count++] = agent->owner;
		agents += len + strspn(agents + len, ", ");
	}
	return count;
}

/* The people who answer for the finding's agents, as the policy says now. */
static void find_owners(
	const struct policy *policy, const json_t *finding, const char *owners[OWNERS_MAX + 1])
{
	json_t *name;
	size_t i, count = add_owners(
			  policy, json_string_value(json_object_get(finding, "agent")), owners, 0);

	json_array_foreach(json_object_get(finding, "agents"), i, name) count =
		add_owners(policy, json_string_value(name), owners, count);
	owners[count] = NULL;
}

/* Whether approvals of the finding must carry a hardware key's touch, as the policy says now. */
static bool wants_touch(const struct policy *policy, const json_t *finding)
{
	const char *name = json_string_value(json_object_get(finding, "rule"));

	for (size_t i = 0; name && i < policy->rule_count; i++)
		if (policy->rules[i].presence && strcmp(policy->rules[i].name, name) == 0)
			return true;
	return policy->approval.presence;
}

/*
 * Whose push brought what is not there, or was no commit's doing; of what landed as glass was
 * broken also the commits, which may be a person's and so are not remembered.
 */
static const char *account_of(struct judge *judge, const struct finding_row *of, struct oid *commit)
{
	const char *hex = json_string_value(json_object_get(of->finding, "commit"));

	if (!hex || oid_parse(commit, span_of(hex)) < 0)
		*commit = (struct oid){ 0 };
	if (!json_object_get(of->verdict, "glass") && !oid_is_zero(commit) &&
		repo_has(judge->facts->repo, commit))
		return NULL;
	return json_string_value(json_object_get(of->verdict, "account"));
}

/* Whether it was this person who broke the glass. */
static bool broke_glass(const struct finding_row *of)
{
	const char *by =
		json_string_value(json_object_get(json_object_get(of->verdict, "glass"), "by"));

	return by && strcmp(by, of->approval->person->name) == 0;
}

int finding_row_vote(struct judge *judge, const struct finding_row *of,
	struct finding_row_word *out, struct fault *f)
{
	const struct policy *policy = judge->facts->policy;
	const struct approval *approval = of->approval;
	const char *owners[OWNERS_MAX + 1], *account;
	struct approver_conflict conflict = { 0 };
	struct oid commit = { 0 };
	const struct approver_asked asked = { owners,
		json_integer_value(json_object_get(of->finding, "approvals")),
		json_object_get(of->finding, "agent") != NULL };

	account = account_of(judge, of, &commit);
	find_owners(policy, of->finding, owners);
	if (approver_conflict_find(judge, &commit, account, &conflict, f) < 0)
		return -1;
	out->objection =
		approver_conflict_objection(&conflict, &policy->approval, approval->person, owners);
	out->vote = approver_conflict_vote(&conflict, &policy->approval, approval->person, &asked);
	if (out->vote != APPROVER_NONE)
		out->objection = NULL;
	if (broke_glass(of))
		out->objection = "broke the glass";
	if (!out->objection && !approval->touched && wants_touch(policy, of->finding))
		out->objection = approval->passkey ? "was not verified by the passkey"
						   : "did not sign with a touched hardware key";
	if (out->objection)
		out->vote = APPROVER_NONE;
	return 0;
}
