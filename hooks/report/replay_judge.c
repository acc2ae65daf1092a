/*
 * One worker of a replay: judges its share of the steps, and tells of each in which something was
 * found.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/mark/marks.h"
#include "hooks/report/replay.h"
#include "hooks/report/replay_cause.h"

#define SHOWN_MAX ((size_t)1 << 20)
#define SHARE 64      /* steps in a row for one worker: neighbours read the same trees */
#define DONE_EVERY 16 /* steps between two words of how far it has got */

struct replay_judging {
	const struct replay *replay;
	struct session session;
	struct ref_update *update; /* the one of the session's push */
	json_t *months;            /* of this worker's steps */
	size_t done;               /* and not told yet */
	FILE *out;
};

static json_t *shown(struct span bytes)
{
	struct buf text = BUF_INIT(SHOWN_MAX);
	json_t *string;

	(void)buf_adds(&text, "");
	(void)text_escape(&text, bytes);
	string = json_stringn(text.data, text.len);
	buf_release(&text);
	return string;
}

static json_t *names_joined(names list)
{
	struct buf text = BUF_INIT(SHOWN_MAX);
	json_t *string;

	(void)buf_adds(&text, "");
	for (names name = list; *name; name++)
		(void)buf_addf(&text, "%s%s", name == list ? "" : " or ", *name);
	string = json_stringn(text.data, text.len);
	buf_release(&text);
	return string;
}

/* One finding as it is told; NULL: no memory. */
static json_t *finding_told(
	struct replay_judging *j, const struct finding *finding, struct fault *f)
{
	struct buf cause = BUF_INIT(SHOWN_MAX);
	json_t *object = NULL;

	if (replay_cause(j->session.facts.policy, finding, &cause, f) == 0)
		object = json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:i}",
			"rule", finding->rule, "action", action_name(finding->action), "path",
			shown(finding_path(finding)), "commit",
			oid_is_zero(&finding->commit) ? "" : oid_text(&finding->commit).hex,
			"agent", shown(span_of(finding->agents)), "identified_by",
			identified_by_json(finding->identified_by), "line",
			(json_int_t)finding->line, "detail", shown(span_of(finding->detail)),
			"pattern", shown(buf_span(&cause)), "approvers",
			names_joined(finding->approvers), "approvals", finding->approvals);
	buf_release(&cause);
	return object;
}

/* All counts of the findings by rule, and the first of them whole. */
static int add_findings(
	struct replay_judging *j, json_t *line, const struct verdict *verdict, struct fault *f)
{
	json_t *rules = json_object(), *findings = json_array();
	size_t kept = verdict->count < REPLAY_FINDINGS ? verdict->count : REPLAY_FINDINGS;

	json_object_set_new(line, "rules", rules);
	json_object_set_new(line, "findings", findings);
	for (size_t i = 0; i < verdict->count; i++)
		replay_add(replay_child(rules, verdict->findings[i].rule),
			action_name(verdict->findings[i].action), 1);
	for (size_t i = 0; i < kept; i++) {
		json_t *told = finding_told(j, &verdict->findings[i], f);

		if (!told || json_array_append_new(findings, told) < 0)
			return fault_memory(f);
	}
	json_object_set_new(
		line, "more", json_integer((json_int_t)(verdict->count - kept + verdict->more)));
	return 0;
}

static int write_line(struct replay_judging *j, json_t *line, struct fault *f)
{
	int status = line ? json_dumpf(line, j->out, JSON_COMPACT) : -1;

	json_decref(line);
	if (status < 0 || putc('\n', j->out) == EOF)
		return fault_set(f, FAULT_INTERNAL, "what was found could not be told");
	return 0;
}

static int tell_verdict(
	struct replay_judging *j, size_t step, const struct verdict *verdict, struct fault *f)
{
	const struct replay_step *what = &j->replay->steps[step];
	json_t *approved = json_array(), *line;
	size_t approvals = verdict->decision == DECISION_HOLD
				   ? replay_approvals(j->session.facts.policy, verdict)
				   : 0;

	for (size_t i = 0; i < verdict->approved_count; i++)
		json_array_append_new(approved, json_string(verdict->approved_by[i]));
	line = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:o}", "step", (json_int_t)step, "commit",
		oid_text(&what->new).hex, "old", oid_text_as(&what->old, what->new.len).hex, "date",
		replay_day(what->date).text, "decision", decision_name(verdict->decision),
		"approvals", (json_int_t)approvals, "approved_by", approved);
	if (!line)
		return fault_memory(f);
	if (add_findings(j, line, verdict, f) < 0) {
		json_decref(line);
		return -1;
	}
	return write_line(j, line, f);
}

/* Counts the commits that the step brings, and whose they are. */
static int count_commits(struct replay_judging *j, const struct replay_step *step, struct fault *f)
{
	json_t *month = replay_child(j->months, replay_month(step->date).text);
	const struct oid_list *commits;

	if (judge_introduced(j->session.judge, &commits, f) < 0)
		return -1;
	replay_add(month, "pushes", 1);
	replay_add(month, "commits", (int64_t)commits->count);
	for (size_t i = 0; i < commits->count; i++) {
		struct attribution who;
		const char *why;

		if (judge_attribute(j->session.judge, &commits->ids[i], &who, &why, f) < 0)
			return -1;
		if (why || !who.count)
			continue;
		replay_add(month, "by_agents", 1);
		for (size_t k = 0; k < who.count; k++)
			replay_add(replay_child(month, "agents"), who.agents[k].name, 1);
	}
	return 0;
}

static int judge_step(struct replay_judging *j, size_t number, struct fault *f)
{
	const struct replay_step *step = &j->replay->steps[number];
	struct verdict verdict;
	int status;

	j->update->old = j->update->claimed = step->old;
	j->update->new = step->new;
	j->update->old.len = j->update->claimed.len = step->new.len;
	j->session.new_holds = 0;
	verdict_init(&verdict, j->update);
	status = judge_next(j->session.judge, f);
	if (status == 0)
		status = session_judge(&j->session, &verdict, f);
	if (status == 0)
		status = count_commits(j, step, f);
	if (status == 0 && verdict.count)
		status = tell_verdict(j, number, &verdict, f);
	verdict_release(&verdict);
	if (status < 0)
		return fault_context(f, "step %s", oid_text(&step->new).hex);
	if (++j->done < DONE_EVERY)
		return 0;
	status = write_line(j, json_pack("{s:I}", "done", (json_int_t)j->done), f);
	j->done = 0;
	return status < 0 || fflush(j->out) != 0 ? -1 : 0;
}

static int open_push(struct replay_judging *j, struct fault *f)
{
	struct push *push = &j->session.facts.push;

	*push = (struct push){ .arena = ARENA_INIT((size_t)1 << 20) };
	push->updates = j->update = arena_alloc(&push->arena, sizeof(*push->updates));
	push->account = arena_strdup(&push->arena, "");
	if (!push->updates || !push->account)
		return fault_memory(f);
	j->update->name = j->update->target = arena_strdup(&push->arena, j->replay->ref);
	if (!j->update->name)
		return fault_memory(f);
	push->count = 1;
	return session_push(&j->session, true, f);
}

static int judge_share(struct replay_judging *j, size_t worker, size_t workers, struct fault *f)
{
	if (session_open(&j->session, j->replay->env, &j->replay->wish.choice, f) < 0 ||
		open_push(j, f) < 0)
		return -1;
	for (size_t i = 0; i < j->replay->count; i++) {
		if (i / SHARE % workers != worker)
			continue;
		if (judge_step(j, i, f) < 0)
			return -1;
	}
	return write_line(j,
		json_pack("{s:I, s:O, s:b}", "done", (json_int_t)j->done, "months", j->months,
			"end", 1),
		f);
}

int replay_judge(const struct replay *replay, size_t worker, size_t workers, FILE *out)
{
	struct replay_judging j = { .replay = replay, .months = json_object(), .out = out };
	struct fault f = { 0 }, ignored = { 0 };
	int status = judge_share(&j, worker, workers, &f);

	if (status < 0)
		(void)write_line(&j, json_pack("{s:o}", "fault", shown(span_of(f.text))), &ignored);
	json_decref(j.months);
	session_close(&j.session);
	return fflush(out) != 0 || status < 0 ? 2 : 0;
}
