/*
 * The counts of a replay, gathered from the workers' lines.  Objects of counts by name:
 *
 *	rules	  findings, held, denied (steps), warnings
 *	agents	  commits, held, denied (steps in which something of that agent was found)
 *	paths	  findings, held, denied
 *	patterns  held, denied; rule: its name
 *	months	  pushes, commits, by_agents, held, denied; agents: commits of each;
 *		  rules: held or denied steps of each
 *
 * A step counts once under a name, however often the name is found in it.
 */
#include <stdlib.h>
#include <string.h>

#include "hooks/report/replay.h"

#define PATHS_MAX 200000 /* different ones that are counted apart */

int64_t replay_count(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

void replay_add(json_t *object, const char *key, int64_t more)
{
	json_object_set_new(object, key, json_integer(replay_count(object, key) + more));
}

json_t *replay_child(json_t *object, const char *key)
{
	json_t *member = json_object_get(object, key);

	if (!member && json_object_set_new(object, key, json_object()) == 0)
		member = json_object_get(object, key);
	return member;
}

int replay_tally_begin(struct replay *replay, struct fault *f)
{
	struct replay_tally *tally = &replay->tally;

	*tally = (struct replay_tally){
		.rules = json_object(),
		.agents = json_object(),
		.paths = json_object(),
		.patterns = json_object(),
		.months = json_object(),
		.lines = calloc(replay->count, sizeof(*tally->lines)),
	};
	return tally->rules && tally->agents && tally->paths && tally->patterns && tally->months &&
			       tally->lines
		       ? 0
		       : fault_memory(f);
}

void replay_tally_release(struct replay_tally *tally, size_t steps)
{
	json_decref(tally->rules);
	json_decref(tally->agents);
	json_decref(tally->paths);
	json_decref(tally->patterns);
	json_decref(tally->months);
	for (size_t i = 0; tally->lines && i < steps; i++)
		free(tally->lines[i]);
	free(tally->lines);
	*tally = (struct replay_tally){ 0 };
}

/* One step being counted: names that were counted in it already are not counted again. */
struct step_count {
	struct replay_tally *tally;
	const char *outcome; /* `held`, `denied`; NULL: neither */
	json_t *month;
	json_t *seen;
};

static bool first_time(struct step_count *c, const char *kind, const char *name)
{
	json_t *met = replay_child(c->seen, kind);

	if (json_object_get(met, name))
		return false;
	json_object_set_new(met, name, json_true());
	return true;
}

/* Whether the finding is one of those that decided. */
static bool decides(const json_t *finding)
{
	return strcmp(json_string_value(json_object_get(finding, "action")), "warn") != 0;
}

static void count_path(struct step_count *c, const char *path)
{
	json_t *paths = c->tally->paths;

	if (!*path || (json_object_size(paths) >= PATHS_MAX && !json_object_get(paths, path)))
		return;
	replay_add(replay_child(paths, path), "findings", 1);
	if (c->outcome && first_time(c, "path", path))
		replay_add(replay_child(paths, path), c->outcome, 1);
}

static void count_pattern(struct step_count *c, const json_t *finding, const char *pattern)
{
	json_t *counts;

	if (!c->outcome || !decides(finding) || !first_time(c, "pattern", pattern))
		return;
	counts = replay_child(c->tally->patterns, pattern);
	replay_add(counts, c->outcome, 1);
	json_object_set(counts, "rule", json_object_get(finding, "rule"));
}

/* Each of the agents, whose names stand in one text with commas. */
static void count_agents(struct step_count *c, const char *agents)
{
	char *copy = *agents ? strdup(agents) : NULL, *rest = copy, *name;

	while (c->outcome && rest && (name = strsep(&rest, ","))) {
		name += strspn(name, " ");
		if (first_time(c, "agent", name))
			replay_add(replay_child(c->tally->agents, name), c->outcome, 1);
	}
	free(copy);
}

static void count_finding(struct step_count *c, const json_t *finding)
{
	count_path(c, json_string_value(json_object_get(finding, "path")));
	count_pattern(c, finding, json_string_value(json_object_get(finding, "pattern")));
	if (decides(finding))
		count_agents(c, json_string_value(json_object_get(finding, "agent")));
}

static void count_rules(struct step_count *c, json_t *rules)
{
	const char *name;
	json_t *actions;

	json_object_foreach(rules, name, actions)
	{
		json_t *counts = replay_child(c->tally->rules, name);
		int64_t deciding = replay_count(actions, "hold") + replay_count(actions, "deny");

		replay_add(counts, "findings", deciding);
		replay_add(counts, "warnings", replay_count(actions, "warn"));
		c->tally->findings += (size_t)deciding;
		if (!c->outcome || !deciding)
			continue;
		replay_add(counts, c->outcome, 1);
		replay_add(replay_child(c->month, "rules"), name, 1);
	}
}

static void count_step(struct replay *replay, json_t *line, const char *decision)
{
	struct replay_tally *tally = &replay->tally;
	struct replay_day month = replay_month(replay->steps[replay_count(line, "step")].date);
	struct step_count c = { .tally = tally, .seen = json_object() };
	json_t *finding;
	size_t i;

	c.month = replay_child(tally->months, month.text);
	if (strcmp(decision, "hold") == 0) {
		c.outcome = "held";
		tally->held++;
		tally->approvals += (size_t)replay_count(line, "approvals");
	} else if (strcmp(decision, "deny") == 0) {
		c.outcome = "denied";
		tally->denied++;
	} else if (json_array_size(json_object_get(line, "approved_by"))) {
		tally->approved++;
	}
	if (c.outcome)
		replay_add(c.month, c.outcome, 1);
	count_rules(&c, json_object_get(line, "rules"));
	json_array_foreach(json_object_get(line, "findings"), i, finding)
		count_finding(&c, finding);
	json_decref(c.seen);
}

/* What a worker counted by month, all steps together. */
static void count_months(struct replay_tally *tally, json_t *months)
{
	static const char *const keys[] = { "pushes", "commits", "by_agents" };
	const char *name, *agent;
	json_t *theirs, *commits;

	json_object_foreach(months, name, theirs)
	{
		json_t *ours = replay_child(tally->months, name);

		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			replay_add(ours, keys[i], replay_count(theirs, keys[i]));
		tally->commits += (size_t)replay_count(theirs, "commits");
		tally->agent_commits += (size_t)replay_count(theirs, "by_agents");
		json_object_foreach(json_object_get(theirs, "agents"), agent, commits)
		{
			replay_add(
				replay_child(ours, "agents"), agent, json_integer_value(commits));
			replay_add(replay_child(tally->agents, agent), "commits",
				json_integer_value(commits));
		}
	}
}

/* A line about one step. */
static int take_step(struct replay *replay, const char *line, json_t *object, struct fault *f)
{
	const char *decision = json_string_value(json_object_get(object, "decision"));
	int64_t step = replay_count(object, "step");

	if (!decision || step < 0 || (size_t)step >= replay->count || replay->tally.lines[step])
		return fault_set(f, FAULT_INTERNAL, "a worker names an unknown step");
	count_step(replay, object, decision);
	replay->tally.lines[step] = strdup(line);
	return replay->tally.lines[step] ? 0 : fault_memory(f);
}

int replay_tally_line(struct replay *replay, const char *line, bool *ended, struct fault *f)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *fault = json_string_value(json_object_get(object, "fault"));
	int status = 0;

	if (!object)
		return fault_set(f, FAULT_INTERNAL, "a worker's line is not JSON");
	if (fault)
		status = fault_set(f, FAULT_ADMIN, "%s", fault);
	else if (json_object_get(object, "step"))
		status = take_step(replay, line, object, f);
	replay->tally.done += (size_t)replay_count(object, "done");
	count_months(&replay->tally, json_object_get(object, "months"));
	*ended = *ended || json_is_true(json_object_get(object, "end"));
	json_decref(object);
	replay->tally.allowed = replay->tally.done - replay->tally.held - replay->tally.denied;
	return status;
}

static int compare_rows(const void *a, const void *b)
{
	const struct replay_row *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(x->name, y->name);
}

struct replay_row *replay_rows(json_t *object, const char *const *keys, size_t *count)
{
	struct replay_row *rows = calloc(json_object_size(object) + 1, sizeof(*rows));
	const char *name;
	json_t *counts;

	*count = 0;
	if (!rows)
		return NULL;
	json_object_foreach(object, name, counts)
	{
		struct replay_row *row = &rows[(*count)++];

		*row = (struct replay_row){ .name = name, .counts = counts };
		for (const char *const *key = keys; *key; key++)
			row->weight += replay_count(counts, *key);
	}
	qsort(rows, *count, sizeof(*rows), compare_rows);
	return rows;
}
