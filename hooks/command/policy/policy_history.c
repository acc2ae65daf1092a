#include "hooks/command/policy/policy_history.h"

#include <string.h>

#include "hooks/report/replay.h"

static int run(struct replay *replay, const struct env *env, const struct policy_args *words,
	const char *policy, struct fault *f)
{
	struct replay_wish wish = { .ref = words->ref, .range = words->range };

	wish.choice.path = words->repo ? words->repo : ".";
	wish.choice.policy = policy;
	return replay_open(replay, env, &wish, f) < 0 ? -1 : replay_run(replay, NULL, f);
}

/* What became of the step: its line, or an object that says `allow`. */
static json_t *ended(const struct replay *replay, size_t step)
{
	const char *line = replay->tally.lines[step];
	json_t *object = line ? json_loads(line, 0, NULL) : NULL;

	return object ? object : json_pack("{s:s, s:[]}", "decision", "allow", "findings");
}

/* Rules and approvers of what was found: the same decision for other reasons differs, too. */
static json_t *reasons(json_t *findings)
{
	json_t *reasons = json_array(), *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		json_t *reason = json_pack("{s:O?, s:O?, s:O?, s:O?, s:O?}", "rule",
			json_object_get(finding, "rule"), "action",
			json_object_get(finding, "action"), "path",
			json_object_get(finding, "path"), "approvers",
			json_object_get(finding, "approvers"), "approvals",
			json_object_get(finding, "approvals"));

		(void)json_array_append_new(reasons, reason);
	}
	return reasons;
}

static json_t *told(json_t *step)
{
	return json_pack("{s:O, s:o}", "decision", json_object_get(step, "decision"), "findings",
		reasons(json_object_get(step, "findings")));
}

static void compare(const struct replay *replay, size_t step, json_t *sides[2], json_t *out)
{
	json_t *old = told(sides[0]), *new = told(sides[1]);

	if (json_equal(old, new)) {
		json_decref(old);
		json_decref(new);
		return;
	}
	(void)json_array_append_new(out,
		json_pack("{s:s, s:s, s:o, s:o}", "commit", oid_text(&replay->steps[step].new).hex,
			"date", replay_day(replay->steps[step].date).text, "old", old, "new", new));
}

int policy_history(
	const struct env *env, const struct policy_args *words, json_t **out, struct fault *f)
{
	struct replay replays[2] = { { .count = 0 } };
	int status = 0;

	*out = json_array();
	for (int i = 0; i < 2 && status == 0; i++)
		status = run(&replays[i], env, words, words->rest[i], f);
	for (size_t step = 0; status == 0 && step < replays[0].count; step++) {
		json_t *sides[] = { ended(&replays[0], step), ended(&replays[1], step) };

		compare(&replays[0], step, sides, *out);
		json_decref(sides[0]);
		json_decref(sides[1]);
	}
	replay_close(&replays[0]);
	replay_close(&replays[1]);
	return status;
}
