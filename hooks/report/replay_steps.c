/*
 * Which steps are replayed: the first parents of a ref, from the beginning, a date, or where a
 * range begins.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/git/peel.h"
#include "common/git/refname.h"
#include "common/history/graph.h"
#include "common/history/revision.h"
#include "common/key/key.h"
#include "hooks/report/replay.h"

#define SECONDS_A_DAY 86400

/* What the wish comes to. */
struct bounds {
	struct oid tip, from; /* from zero: the beginning */
	int64_t since;        /* 0: the beginning */
};

/* `90d`, `12w`, `6m`, `2y`: so long ago; 0 or -1. */
static int ago_parse(const char *text, int64_t now, int64_t *out)
{
	static const char units[] = "dwmy";
	static const int64_t days[] = { 1, 7, 30, 365 };
	const char *unit;
	char *end;
	long amount = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || amount < 1 || amount > 100000 || !*end || end[1])
		return -1;
	unit = strchr(units, *end);
	if (!unit)
		return -1;
	*out = now - amount * days[unit - units] * SECONDS_A_DAY;
	if (*out < 1)
		*out = 1;
	return 0;
}

static int find_since(const struct replay *replay, int64_t *since, struct fault *f)
{
	const char *text = replay->wish.since;

	*since = 0;
	if (!text || ago_parse(text, replay->session.facts.clock.now, since) == 0 ||
		key_time_parse(since, span_of(text)) == 0)
		return 0;
	return fault_set(f, FAULT_ADMIN,
		"'%s' is neither a date such as 2025-06-30 nor a time such as 90d, 12w, 6m or 2y",
		text);
}

/* The commit that a revision's object leads to. */
static int peel_commit(struct replay *replay, struct oid *id, const char *what, struct fault *f)
{
	enum object_type type;
	struct oid commit;

	if (peel(replay->session.facts.repo, id, &commit, &type, f) < 0)
		return -1;
	if (type != OBJECT_COMMIT)
		return fault_set(f, FAULT_ADMIN, "%s leads to no commit", what);
	*id = commit;
	return 0;
}

/* The full name of the ref that was asked for: as it stands, or a branch. */
static int find_ref(struct replay *replay, struct fault *f)
{
	const char *asked = replay->wish.ref;

	replay->ref = asked ? asked : replay->session.facts.head;
	if (asked && strcmp(asked, "HEAD") == 0)
		replay->ref = replay->session.facts.head;
	else if (asked && strncmp(asked, "refs/", 5) != 0) {
		if (asprintf(&replay->made_ref, "refs/heads/%s", asked) < 0)
			return replay->made_ref = NULL, fault_memory(f);
		replay->ref = replay->made_ref;
	}
	return refname_is_valid(span_of(replay->ref))
		       ? 0
		       : fault_set(f, FAULT_ADMIN, "not a name that git gives to a ref");
}

static int find_tip(struct replay *replay, struct bounds *bounds, struct fault *f)
{
	struct ref_value value;

	if (repo_ref(replay->session.facts.repo, replay->ref, &value, f) < 0)
		return -1;
	free(value.target);
	if (value.kind != REF_DIRECT)
		return fault_set(f, FAULT_ADMIN, "%s: no such ref%s", replay->ref,
			replay->wish.ref ? "" : " yet: the repository has no history to replay");
	bounds->tip = value.id;
	return peel_commit(replay, &bounds->tip, replay->ref, f);
}

static int find_bounds(struct replay *replay, struct bounds *bounds, struct fault *f)
{
	struct revision_range range;

	*bounds = (struct bounds){ 0 };
	if (find_since(replay, &bounds->since, f) < 0 || find_ref(replay, f) < 0)
		return -1;
	if (!replay->wish.range)
		return find_tip(replay, bounds, f);
	if (revision_range(replay->session.facts.repo, replay->wish.range, &range, f) < 0)
		return -1;
	bounds->tip = range.new;
	bounds->from = range.old;
	if (!oid_is_zero(&range.old) &&
		peel_commit(replay, &bounds->from, replay->wish.range, f) < 0)
		return -1;
	return peel_commit(replay, &bounds->tip, replay->wish.range, f);
}

/* All first parents of the tip, latest first. */
static int follow(
	struct graph *graph, const struct bounds *bounds, struct oid_list *line, struct fault *f)
{
	const struct oid *parents;
	struct oid id = bounds->tip;
	size_t count;

	for (;;) {
		if (oid_equal(&id, &bounds->from))
			return 0;
		if (oid_list_add(line, &id) < 0)
			return fault_memory(f);
		if (graph_parents(graph, &id, &parents, &count, f) < 0)
			return -1;
		if (!count)
			return 0;
		id = parents[0];
	}
}

/*
 * Cuts off what the range's beginning leads to already.  Ancestors of a commit that it leads to are
 * led to as well, so the first one is found by halving.
 */
static int cut_at(
	struct graph *graph, const struct oid *from, struct oid_list *line, struct fault *f)
{
	size_t low = 0, high = line->count;

	while (!oid_is_zero(from) && low < high) {
		size_t middle = low + (high - low) / 2;
		bool reaches;

		if (graph_reaches(graph, from, &line->ids[middle], &reaches, f) < 0)
			return -1;
		if (reaches)
			high = middle;
		else
			low = middle + 1;
	}
	if (!oid_is_zero(from))
		line->count = high;
	return 0;
}

static int step_fill(
	struct graph *graph, const struct oid *id, struct replay_step *out, struct fault *f)
{
	const struct oid *parents;
	size_t count;

	*out = (struct replay_step){ .new = *id };
	if (graph_parents(graph, id, &parents, &count, f) < 0)
		return -1;
	if (count)
		out->old = parents[0];
	return graph_date(graph, id, &out->date, f);
}

/* Turns the line into steps, oldest first, without those from before the date at its beginning. */
static int fill_steps(struct replay *replay, struct graph *graph, const struct oid_list *line,
	int64_t since, struct fault *f)
{
	bool begun = false;

	replay->steps = calloc(line->count + 1, sizeof(*replay->steps));
	if (!replay->steps)
		return fault_memory(f);
	for (size_t i = line->count; i-- > 0;) {
		struct replay_step *step = &replay->steps[replay->count];

		if (step_fill(graph, &line->ids[i], step, f) < 0)
			return -1;
		begun = begun || step->date >= since;
		replay->count += begun;
	}
	if (!replay->count)
		return fault_set(
			f, FAULT_ADMIN, "nothing to replay in that part of %s", replay->ref);
	return 0;
}

static int find_steps(struct replay *replay, struct fault *f)
{
	struct graph *graph = NULL;
	struct oid_list line = { 0 };
	struct bounds bounds;
	int status = find_bounds(replay, &bounds, f);

	if (status == 0)
		status = graph_new(&graph, replay->session.facts.repo, f);
	if (status == 0)
		status = follow(graph, &bounds, &line, f);
	if (status == 0)
		status = cut_at(graph, &bounds.from, &line, f);
	if (status == 0)
		status = fill_steps(replay, graph, &line, bounds.since, f);
	oid_list_release(&line);
	graph_free(graph);
	return status;
}

int replay_open(struct replay *replay, const struct env *env, const struct replay_wish *wish,
	struct fault *f)
{
	const struct policy *policy;

	*replay = (struct replay){ .env = env, .wish = *wish };
	replay->wish.choice.enforce = true;
	replay->wish.choice.past = true;
	if (session_open(&replay->session, env, &replay->wish.choice, f) < 0 ||
		find_steps(replay, f) < 0)
		return -1;
	policy = replay->session.facts.policy;
	for (size_t g = 0; g < policy->group_count; g++)
		replay->governed = replay->governed ||
				   policy_group_governs(policy, &policy->groups[g], replay->ref);
	return replay_tally_begin(replay, f);
}

void replay_close(struct replay *replay)
{
	replay_tally_release(&replay->tally, replay->count);
	free(replay->steps);
	free(replay->made_ref);
	session_close(&replay->session);
}

struct replay_day replay_day(int64_t date)
{
	struct replay_day day = { "unknown" };
	time_t seconds = date;
	struct tm parts;

	if (gmtime_r(&seconds, &parts) && parts.tm_year < 8100)
		(void)strftime(day.text, sizeof(day.text), "%Y-%m-%d", &parts);
	return day;
}

struct replay_day replay_month(int64_t date)
{
	struct replay_day month = replay_day(date);

	month.text[7] = '\0'; /* `unknown` is as long as `2025-06` */
	return month;
}

struct replay_day replay_from(const struct replay *replay)
{
	int64_t first = replay->steps[0].date;

	for (size_t i = 1; i < replay->count; i++)
		if (replay->steps[i].date < first)
			first = replay->steps[i].date;
	return replay_day(first);
}

struct replay_day replay_to(const struct replay *replay)
{
	int64_t last = replay->steps[0].date;

	for (size_t i = 1; i < replay->count; i++)
		if (replay->steps[i].date > last)
			last = replay->steps[i].date;
	return replay_day(last);
}

bool replay_is_empty(const struct replay *replay)
{
	return !replay->tally.agent_commits;
}
