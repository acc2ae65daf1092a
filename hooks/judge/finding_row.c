#include "hooks/judge/finding_row.h"

#include <stdio.h>
#include <string.h>

#include "hooks/judge/parts.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

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

/* Adds the people who answer for the agents, whose names stand in one text with commas. */
static size_t add_owners(const struct policy *policy, const char *agents,
	const char *owners[FINDING_ROW_OWNERS_MAX + 1], size_t count)
{
	while (agents && *agents && count < FINDING_ROW_OWNERS_MAX) {
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
static void find_owners(const struct policy *policy, const json_t *finding,
	const char *owners[FINDING_ROW_OWNERS_MAX + 1])
{
	json_t *name;
	size_t i, count = add_owners(
			  policy, json_string_value(json_object_get(finding, "agent")), owners, 0);

	json_array_foreach(json_object_get(finding, "agents"), i, name) count =
		add_owners(policy, json_string_value(name), owners, count);
	owners[count] = NULL;
}

/* The rule that found it, as the policy says now; NULL: one that is built in, or is gone. */
static const struct rule *rule_of(const struct policy *policy, const json_t *finding)
{
	const char *name = json_string_value(json_object_get(finding, "rule"));

	for (size_t i = 0; name && i < policy->rule_count; i++)
		if (strcmp(policy->rules[i].name, name) == 0)
			return &policy->rules[i];
	return NULL;
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
static bool broke_glass(const struct finding_row *of, const struct person *person)
{
	const char *by =
		json_string_value(json_object_get(json_object_get(of->verdict, "glass"), "by"));

	return by && strcmp(by, person->name) == 0;
}

int finding_row_open(struct finding_row *out, struct judge *judge, const json_t *verdict,
	const json_t *finding, struct fault *f)
{
	const struct policy *policy = judge->facts->policy;
	const struct rule *rule = rule_of(policy, finding);
	const char *account;
	struct oid commit = { 0 };

	*out = (struct finding_row){ .verdict = verdict, .finding = finding };
	account = account_of(judge, out, &commit);
	find_owners(policy, finding, out->owners);
	out->asked = (struct voters_asked){ .facts = judge->facts,
		.attributor = judge->attributor,
		.conflict = &out->conflict,
		.terms = rule ? &policy->layers[rule->layer].approval : &policy->approval,
		.asked = { out->owners, json_integer_value(json_object_get(finding, "approvals")),
			*text_of(finding, "agent") != 0 },
		.tag = strcmp(text_of(finding, "rule"), "limits") == 0 };
	out->asked.presence = out->asked.terms->presence || (rule && rule->presence);
	return approver_conflict_find(judge, &commit, account, &out->conflict, f);
}

struct finding_row_word finding_row_vote(
	const struct finding_row *of, const struct approval *approval)
{
	const struct voters_asked *asked = &of->asked;
	struct finding_row_word word = {
		.vote = approver_conflict_vote(
			asked->conflict, asked->terms, approval->person, &asked->asked),
	};

	if (word.vote == APPROVER_NONE)
		word.objection = approver_conflict_objection(
			asked->conflict, asked->terms, approval->person, asked->asked.owners);
	if (broke_glass(of, approval->person))
		word.objection = "broke the glass";
	if (!word.objection && !approval->touched && asked->presence)
		word.objection = approval->passkey ? "was not verified by the passkey"
						   : "did not sign with a touched hardware key";
	if (word.objection)
		word.vote = APPROVER_NONE;
	return word;
}

void finding_row_voters(const struct finding_row *of, struct voters *out)
{
	const struct policy *policy = of->asked.facts->policy;

	*out = (struct voters){ 0 };
	for (size_t i = 0; i < policy->person_count; i++)
		if (finding_row_names(of->finding, &policy->people[i])) {
			if (broke_glass(of, &policy->people[i]))
				voters_except(out, &policy->people[i], "broke the glass");
			else
				voters_weigh(out, &of->asked, &policy->people[i]);
		}
}
