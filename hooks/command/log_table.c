#include "hooks/command/log_table.h"

#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/text.h"

static const struct table_column columns[] = {
	{ .heading = "WHEN" },
	{ .heading = "WHAT" },
	{ .heading = "REF", .least = 8, .tail = true },
	{ .heading = "RULE", .least = 10 },
	{ .heading = "PATH", .least = 12, .tail = true },
	{ .heading = "AGENT", .least = 8 },
	{ .heading = "BY", .least = 6, .spare = 1 },
	{ .heading = "COMMIT", .least = 7, .id = true, .spare = 2 },
	{ .heading = "HOLD", .least = 8, .id = true },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

void log_table_begin(struct table *table, const struct terminal *terminal)
{
	table_begin(table, columns, COLUMNS, terminal);
}

/* What became of it, in one word or two, and how that looks. */
struct told {
	const char *word;
	enum tone tone;
};

static struct told told_decision(const struct log_entry *entry)
{
	if (strcmp(entry->row.decision, "deny") == 0)
		return (struct told){ "denied", TONE_BAD };
	if (strcmp(entry->row.decision, "hold") == 0)
		return (struct told){ "held", TONE_WARN };
	if (entry->fate == FATE_LANDED)
		return (struct told){ "landed", TONE_GOOD };
	if (entry->fate == FATE_NOT_LANDED)
		return (struct told){ "not landed", TONE_SOFT };
	return (struct told){ "allowed", TONE_GOOD };
}

static struct told told_approval(const struct log_entry *entry, const json_t *verdict)
{
	static const struct {
		const char *decision;
		struct told told;
	} words[] = { { "approve", { "approved", TONE_GOOD } },
		{ "reject", { "rejected", TONE_BAD } },
		{ "withdraw", { "withdrawn", TONE_SOFT } } };
	const char *said = json_string_value(
		json_object_get(json_object_get(verdict, "approval"), "decision"));

	for (size_t i = 0; said && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(entry->row.decision, "allow") == 0 &&
			strcmp(said, words[i].decision) == 0)
			return words[i].told;
	return (struct told){ "refused", TONE_BAD };
}

static struct told told_of(const struct log_entry *entry, const json_t *verdict)
{
	const char *kind = entry->row.kind;
	const char *outcome = json_string_value(json_object_get(verdict, "outcome"));

	if (strcmp(kind, "decision") == 0)
		return told_decision(entry);
	if (strcmp(kind, "approval") == 0)
		return told_approval(entry, verdict);
	if (strcmp(kind, "outcome") == 0 && outcome)
		return (struct told){ outcome,
			strcmp(outcome, "landed") == 0 ? TONE_GOOD : TONE_SOFT };
	return (struct told){ kind, TONE_PLAIN };
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* The finding that decided: the first one that is no warning, or the first. */
static const json_t *first_finding(const json_t *verdict)
{
	const json_t *findings = json_object_get(verdict, "findings"), *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		if (strcmp(text_of(finding, "action"), "warn") != 0)
			return finding;
	}
	return json_array_get(findings, 0);
}

/* The branch or tag without what all have in front; an approval is known by its hold. */
static const char *short_ref(const char *ref)
{
	if (strncmp(ref, "refs/countersign/approvals/", 27) == 0)
		return "";
	return strncmp(ref, "refs/heads/", 11) == 0 ? ref + 11 : ref;
}

/* Whether another row of the table says it: a decision's own row tells what became of it. */
static bool is_told(const struct log_row *row, const json_t *verdict)
{
	if (!*row->ref)
		return false;
	return strcmp(row->kind, "landed") == 0 ||
	       (strcmp(row->kind, "outcome") == 0 &&
		       strcmp(text_of(verdict, "outcome"), "landed") == 0);
}

const char *log_table_rejection(const json_t *verdict)
{
	const json_t *approval = json_object_get(verdict, "approval");

	return strcmp(text_of(approval, "decision"), "reject") == 0 ? text_of(approval, "why") : "";
}

void log_table_print_rejection(const json_t *verdict)
{
	const char *why = log_table_rejection(verdict);
	struct buf text = BUF_INIT(8192);

	(void)text_escape_again(&text, span_of(why)); /* the row has it as it is shown */
	if (*why && !text.failed)
		printf("  reject: %s", text.data);
	buf_release(&text);
}

void log_table_row(struct table *table, const struct log_entry *entry, const json_t *verdict)
{
	const struct log_row *row = &entry->row;
	const json_t *finding = first_finding(verdict);
	struct told told = told_of(entry, verdict);
	const char *by = text_of(json_object_get(verdict, "approval"), "by");
	const char *hold = text_of(verdict, "hold");
	char commit[13], again[64];

	if (is_told(row, verdict))
		return;
	if (!*hold)
		hold = text_of(json_object_get(verdict, "approval"), "hold");
	(void)snprintf(commit, sizeof(commit), "%.12s", row->new);
	if (strspn(commit, "0") == strlen(commit))
		commit[0] = '\0';
	if (entry->again)
		(void)snprintf(
			again, sizeof(again), "%s x%lld", told.word, (long long)entry->again + 1);
	else
		(void)snprintf(again, sizeof(again), "%s", told.word);
	table_cell(table, terminal_time(table->terminal, row->time).text, TONE_SOFT);
	table_cell(table, again, told.tone);
	table_cell(table, *row->ref ? short_ref(row->ref) : text_of(verdict, "name"), TONE_PLAIN);
	table_cell(table, text_of(finding, "rule"), TONE_PLAIN);
	table_cell(table,
		*text_of(finding, "path")     ? text_of(finding, "path")
		: *text_of(verdict, "reason") ? text_of(verdict, "reason")
					      : log_table_rejection(verdict),
		*text_of(finding, "path") ? TONE_PLAIN : TONE_PLAIN | CELL_WORDS);
	table_cell(table, json_string_value(json_array_get(json_object_get(verdict, "agents"), 0)),
		TONE_PLAIN);
	table_cell(table, *by ? by : row->account, TONE_PLAIN);
	table_cell(table, commit, TONE_SOFT);
	table_cell(table, hold, TONE_SOFT);
}
