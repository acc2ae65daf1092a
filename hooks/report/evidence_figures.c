/* What the log says, counted. */
#include <string.h>

#include "common/state/cut.h"
#include "hooks/report/evidence.h"
#include "hooks/report/reading.h"

enum tally_index {
	TALLY_DENIED,
	TALLY_HELD,
	TALLY_WARNED,
	TALLY_COUNT,
};

/* Counts a rule once for each row in which it found something. */
static void count_rule(struct log_figures *figures, const char *rule, const char *action)
{
	json_t *counts = json_object_get(figures->rules, rule);
	size_t index = strcmp(action, "deny") == 0   ? TALLY_DENIED
		       : strcmp(action, "hold") == 0 ? TALLY_HELD
						     : TALLY_WARNED;

	if (!counts) {
		counts = json_pack("[i, i, i]", 0, 0, 0);
		if (json_object_set_new(figures->rules, rule, counts) < 0)
			return;
	}
	(void)json_array_set_new(
		counts, index, json_integer(json_integer_value(json_array_get(counts, index)) + 1));
}

static void count_findings(struct log_figures *figures, json_t *verdict)
{
	json_t *seen = json_object(), *finding;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *rule = json_string_value(json_object_get(finding, "rule"));
		const char *action = json_string_value(json_object_get(finding, "action"));

		if (!rule || !action || json_object_get(seen, rule))
			continue;
		(void)json_object_set_new(seen, rule, json_true());
		count_rule(figures, rule,
			json_is_true(json_object_get(finding, "observed")) ? "warn" : action);
	}
	json_decref(seen);
}

/* An approval says in its verdict what was decided by it. */
static void count_approval(struct log_figures *figures, json_t *verdict)
{
	json_t *approval = json_object_get(verdict, "approval");
	const char *word = json_string_value(json_object_get(approval, "decision"));

	figures->approved += word && strcmp(word, "approve") == 0;
	figures->rejected += word && strcmp(word, "reject") == 0;
	figures->withdrawn += word && strcmp(word, "withdraw") == 0;
}

static void count_decision(struct log_figures *figures, const struct log_row *row, json_t *verdict)
{
	figures->decisions++;
	figures->denied += strcmp(row->decision, "deny") == 0;
	figures->held += strcmp(row->decision, "hold") == 0;
	figures->allowed += strcmp(row->decision, "allow") == 0;
	count_findings(figures, verdict);
}

static int on_row(void *context, const struct log_row *row, json_t *verdict)
{
	struct log_figures *figures = context;

	figures->rows++;
	if (!figures->first[0])
		(void)snprintf(figures->first, sizeof(figures->first), "%s", row->time);
	(void)snprintf(figures->last, sizeof(figures->last), "%s", row->time);
	figures->landed += strcmp(row->kind, "landed") == 0;
	figures->stopped += strcmp(row->kind, "stopped") == 0;
	if (strcmp(row->kind, "decision") == 0)
		count_decision(figures, row, verdict);
	else if (strcmp(row->kind, "approval") == 0 && strcmp(row->decision, "allow") == 0)
		count_approval(figures, verdict);
	return 0;
}

int log_figures_read(struct log_figures *out, const char *git_dir, struct fault *f)
{
	struct log_rows rows = {
		.since = out->since, .archives = out->archives, .each = on_row, .context = out
	};
	struct log_archives archives = { 0 };
	struct log_archived archived = { 0 };
	struct log_check check = { 0 };
	const struct log_reach reach = { .check = &check };
	struct state *state;
	int status;

	out->rules = json_object();
	if (!out->rules)
		return fault_memory(f);
	if (state_open(&state, git_dir, STATE_READ, f) < 0)
		return -1;
	status = log_rows_read(&rows, state, f);
	if (status == 0)
		status = log_archives_find(&archives, state, NULL, out->archives, f);
	if (status == 0)
		status = log_archives_verify(&archives, &reach, &archived, f);
	if (status == 0)
		status = kept_verify(&archives, &out->kept, f);
	log_archives_release(&archives);
	out->whole = status == 0 && check.state == LOG_WHOLE;
	out->chain = status == 0 ? (size_t)check.rows : 0;
	state_close(state);
	return status;
}

void log_figures_release(struct log_figures *figures)
{
	json_decref(figures->rules);
	*figures = (struct log_figures){ 0 };
}

struct tally log_figures_rule(const struct log_figures *figures, const char *rule)
{
	json_t *counts = json_object_get(figures->rules, rule);

	return (struct tally){
		.denied = (size_t)json_integer_value(json_array_get(counts, TALLY_DENIED)),
		.held = (size_t)json_integer_value(json_array_get(counts, TALLY_HELD)),
		.warned = (size_t)json_integer_value(json_array_get(counts, TALLY_WARNED)),
	};
}
