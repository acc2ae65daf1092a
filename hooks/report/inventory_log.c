/*
 * The part of the inventory that reads the log: what was held and denied, on which refs, from which
 * accounts.
 */
#include <string.h>
#include <time.h>

#include "common/facts/verdict_row.h"
#include "hooks/admin/cli.h"
#include "hooks/report/inventory_agent.h"
#include "hooks/report/reading.h"

struct log_reading {
	struct inventory_agents *s;
	const struct log_row *row;
	int64_t time;
	struct fault *fault;
};

static unsigned bits_of(const json_t *words)
{
	const json_t *word;
	unsigned bits = 0;
	size_t i;

	json_array_foreach(words, i,
		word) for (unsigned b = 0; b < BY_COUNT;
			   b++) if (strcmp(json_string_value(word) ? json_string_value(word) : "",
					    identified_by_name((enum identified_by)(1u << b))) == 0)
		bits |= 1u << b;
	return bits;
}

static int note(struct log_reading *r, const char *name, size_t len, unsigned by)
{
	struct inventory_agents *s = r->s;
	struct inventory_agent *seen_agent = inventory_agent_of(s, name, len);

	if (!seen_agent || inventory_names_add(s, &seen_agent->accounts, r->row->account) < 0 ||
		(*r->row->ref && inventory_names_add(s, &seen_agent->refs, r->row->ref) < 0))
		return fault_memory(r->fault);
	seen_agent->by |= by;
	inventory_agent_at(seen_agent, r->time);
	return 0;
}

/* The agents of one finding: names with commas. */
static int note_finding(struct log_reading *r, const json_t *finding)
{
	const char *list = json_string_value(json_object_get(finding, "agent"));
	unsigned by = bits_of(json_object_get(finding, "identified_by"));

	while (list && *list) {
		size_t len = strcspn(list, ",");

		if (strncmp(list, "and more", len) != 0 && note(r, list, len, by) < 0)
			return -1;
		list += len + strspn(list + len, ", ");
	}
	return 0;
}

/* Counts the decision once for each agent that it found something of. */
static void count_decision(struct log_reading *r, const json_t *findings)
{
	const char *decision = r->row->decision;

	for (size_t i = 0; i < r->s->count; i++) {
		struct inventory_agent *seen_agent = &r->s->items[i];
		const json_t *finding;
		bool found = false;
		size_t k;

		json_array_foreach(findings, k, finding) found =
			found || verdict_row_names_agent(finding, seen_agent->name);
		seen_agent->held += found && strcmp(decision, "hold") == 0;
		seen_agent->denied += found && strcmp(decision, "deny") == 0;
	}
}

static int64_t seconds_of(const char *time)
{
	struct tm tm = { 0 };

	return strptime(time, "%Y-%m-%dT%H:%M:%S", &tm) ? (int64_t)timegm(&tm) : 0;
}

static int on_row(void *context, const struct log_row *row, json_t *verdict)
{
	struct log_reading *r = context;
	const struct agent *pusher = policy_account_agent(r->s->session.facts.policy, row->account);
	json_t *findings = json_object_get(verdict, "findings"), *finding;
	int status = 0;
	size_t i;

	if (strcmp(row->kind, "decision") != 0)
		return 0;
	r->row = row;
	r->time = seconds_of(row->time);
	json_array_foreach(findings, i, finding) if (status == 0) status = note_finding(r, finding);
	if (status == 0 && pusher)
		status = note(r, pusher->name, strlen(pusher->name), BY_ACCOUNT);
	if (status == 0 && json_array_size(findings))
		count_decision(r, findings);
	return status;
}

int inventory_log(struct inventory_agents *s, struct fault *f)
{
	struct log_reading r = { .s = s, .fault = f };
	struct log_rows rows = { .since = s->wish->since, .each = on_row, .context = &r };

	return log_rows_read(&rows, s->session.facts.state, f);
}
