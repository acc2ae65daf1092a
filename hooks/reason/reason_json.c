#include "hooks/reason/reason_json.h"

#include "hooks/admin/cli.h"

json_t *reason_names(names list)
{
	json_t *array = json_array();

	for (; *list; list++)
		(void)json_array_append_new(array, cli_string(*list));
	return array;
}

/* The names, which are between blanks. */
static json_t *people_json(const char *people)
{
	json_t *array = json_array();

	for (people += *people == ' '; *people; people += strcspn(people, " ") + 1)
		(void)json_array_append_new(array, json_stringn(people, strcspn(people, " ")));
	return array;
}

json_t *reason_outcome(const struct outcomes *outcomes, const struct outcome *outcome)
{
	json_t *needs = json_array();

	for (size_t i = 0; i < outcomes->need_count; i++) {
		const struct need *need = &outcomes->needs[i];

		if (outcome->needs >> i & 1)
			(void)json_array_append_new(
				needs, json_pack("{s:o, s:o, s:i, s:b}", "approvers",
					       reason_names(need->approvers), "people",
					       people_json(need->people), "approvals",
					       need->approvals, "presence", (int)need->presence));
	}
	return json_pack("{s:s, s:b, s:b, s:o}", "decision", decision_name(outcome->decision),
		"warned", (int)outcome->warned, "approvable", (int)!outcome->hopeless, "needs",
		needs);
}

json_t *reason_asker(const struct asker *asker, const char *path)
{
	return json_pack("{s:o, s:b, s:o, s:o}", "agent",
		asker->agent ? cli_string(asker->agent) : json_null(), "verified",
		(int)asker->verified, "ref", cli_string(asker->ref), "path", cli_string(path));
}
