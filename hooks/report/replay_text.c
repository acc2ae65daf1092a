/* What a replay came to, in a few lines and as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/admin/cli.h"
#include "hooks/report/replay.h"

#define SHOWN_PATTERNS 5
#define SHOWN_PATHS 10
#define SHOWN_MONTHS 12

static const char *const by_outcome[] = { "held", "denied", NULL };
static const char *const by_name[] = { NULL };

/* A table of names with what became of the pushes that they are found in. */
static void print_table(FILE *out, const char *title, json_t *object, size_t most)
{
	size_t count;
	struct replay_row *rows = replay_rows(object, by_outcome, &count);

	if (rows && count && rows[0].weight)
		(void)fprintf(out, "\n%s\n    held  denied\n", title);
	for (size_t i = 0; rows && i < count && i < most && rows[i].weight; i++)
		(void)fprintf(out, "  %6" PRId64 "  %6" PRId64 "  %s\n",
			replay_count(rows[i].counts, "held"),
			replay_count(rows[i].counts, "denied"), rows[i].name);
	free(rows);
}

static void print_patterns(FILE *out, const struct replay *replay)
{
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.patterns, by_outcome, &count);

	if (rows && count && rows[0].weight)
		(void)fprintf(out, "\nthe patterns that stop most pushes\n    held  denied\n");
	for (size_t i = 0; rows && i < count && i < SHOWN_PATTERNS && rows[i].weight; i++)
		(void)fprintf(out, "  %6" PRId64 "  %6" PRId64 "  %s: %s\n",
			replay_count(rows[i].counts, "held"),
			replay_count(rows[i].counts, "denied"),
			json_string_value(json_object_get(rows[i].counts, "rule")), rows[i].name);
	free(rows);
}

static void print_months(FILE *out, const struct replay *replay)
{
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.months, by_name, &count);

	if (rows)
		(void)fprintf(out,
			"\nby month (the last %d)\n  month    commits  agents'    held  denied\n",
			SHOWN_MONTHS);
	for (size_t i = count > SHOWN_MONTHS ? count - SHOWN_MONTHS : 0; rows && i < count; i++)
		(void)fprintf(out, "  %s  %7" PRId64 "  %7" PRId64 "  %6" PRId64 "  %6" PRId64 "\n",
			rows[i].name, replay_count(rows[i].counts, "commits"),
			replay_count(rows[i].counts, "by_agents"),
			replay_count(rows[i].counts, "held"),
			replay_count(rows[i].counts, "denied"));
	free(rows);
}

void replay_text(const struct replay *replay, FILE *out)
{
	const struct replay_tally *t = &replay->tally;

	(void)fprintf(out, "%s, %s to %s: %zu pushes with %zu commits, %zu of them %s\n",
		replay->ref, replay_from(replay).text, replay_to(replay).text, replay->count,
		t->commits, t->agent_commits,
		replay->wish.choice.as_agents ? "judged as agents'" : "agents'");
	(void)fprintf(out, "policy %s\n", replay->session.facts.policy->digest);
	if (replay_is_empty(replay))
		(void)fprintf(out,
			"no commit here is known to be an agent's, so rules for agents judged "
			"nothing:\n--as-agents shows what they would do if agents had made all of "
			"this\n");
	if (!replay->governed)
		(void)fprintf(out, "no rule of the policy governs this ref\n");
	(void)fprintf(out,
		"  %zu would be denied\n  %zu would be held, for %zu approval%s in all\n"
		"  %zu would be held, had not a signed merge approved what it brings\n",
		t->denied, t->held, t->approvals, t->approvals == 1 ? "" : "s", t->approved);
	print_table(out, "by rule", t->rules, SIZE_MAX);
	print_table(out, "by agent", t->agents, SIZE_MAX);
	print_table(out, "by path", t->paths, SHOWN_PATHS);
	print_patterns(out, replay);
	print_months(out, replay);
}

/*
 * How members of an object are listed: by what name, in which order, and with which counts even
 * when they are 0.
 */
struct member_table {
	const char *name;
	const char *const *order, *const *counts;
};

static const char *const rule_counts[] = { "findings", "warnings", "held", "denied", NULL };
static const char *const agent_counts[] = { "commits", "held", "denied", NULL };
static const char *const path_counts[] = { "findings", "held", "denied", NULL };
static const char *const month_counts[] = { "pushes", "commits", "by_agents", "held", "denied",
	NULL };

static json_t *listed(json_t *object, const struct member_table *how)
{
	size_t count;
	struct replay_row *rows = replay_rows(object, how->order, &count);
	json_t *array = json_array();

	for (size_t i = 0; rows && i < count; i++) {
		json_t *row = json_object();

		json_object_set_new(row, how->name, json_string(rows[i].name));
		for (const char *const *key = how->counts; *key; key++)
			json_object_set_new(row, *key, json_integer(0));
		json_object_update(row, rows[i].counts);
		json_array_append_new(array, row);
	}
	free(rows);
	return array;
}

/* All but the steps. */
static json_t *summary(const struct replay *replay)
{
	const struct replay_tally *t = &replay->tally;

	return json_pack("{s:i, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:I, "
			 "s:{s:I, s:I, s:I, s:I}, "
			 "s:I, s:I, s:o, s:o, s:o, s:o, s:o}",
		"version", 1, "repository", cli_string(replay->session.facts.name), "ref",
		cli_string(replay->ref), "policy", replay->session.facts.policy->digest, "old",
		oid_text_as(&replay->steps[0].old, replay->steps[0].new.len).hex, "new",
		oid_text(&replay->steps[replay->count - 1].new).hex, "from",
		replay_from(replay).text, "to", replay_to(replay).text, "as_agents",
		replay->wish.choice.as_agents, "governed", replay->governed, "pushes",
		(json_int_t)replay->count, "commits", (json_int_t)t->commits, "agent_commits",
		(json_int_t)t->agent_commits, "decisions", "allow", (json_int_t)t->allowed, "hold",
		(json_int_t)t->held, "deny", (json_int_t)t->denied, "approved",
		(json_int_t)t->approved, "findings", (json_int_t)t->findings, "approvals",
		(json_int_t)t->approvals, "rules",
		listed(t->rules, &(struct member_table){ "rule", by_outcome, rule_counts }),
		"agents",
		listed(t->agents, &(struct member_table){ "agent", by_outcome, agent_counts }),
		"paths",
		listed(t->paths, &(struct member_table){ "path", by_outcome, path_counts }),
		"patterns",
		listed(t->patterns, &(struct member_table){ "pattern", by_outcome, by_outcome }),
		"months",
		listed(t->months, &(struct member_table){ "month", by_name, month_counts }));
}

int replay_json(const struct replay *replay, FILE *out, struct fault *f)
{
	json_t *object = summary(replay);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	const char *separator = "";

	json_decref(object);
	if (!text)
		return fault_memory(f);
	text[strlen(text) - 1] = '\0'; /* its brace: the steps follow, as the workers wrote them */
	(void)fprintf(out, "%s,\"found\":[", text);
	for (size_t i = 0; i < replay->count; i++) {
		if (!replay->tally.lines[i])
			continue;
		(void)fprintf(out, "%s%s", separator, replay->tally.lines[i]);
		separator = ",";
	}
	(void)fprintf(out, "]}\n");
	free(text);
	return fflush(out) != 0 || ferror(out) ? fault_set(f, FAULT_ADMIN, "standard output: %m")
					       : 0;
}
