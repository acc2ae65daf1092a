/*
 * What a replay came to, as a page: by it an admin decides whether to switch a policy on, and what
 * to change before.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hooks/report/page.h"
#include "hooks/report/replay.h"
#include "hooks/report/replay_columns.h"
#include "hooks/report/replay_pushes.h"

#define SHOWN_PATTERNS 5
#define SHOWN_PATHS 25
#define SECONDS_A_WEEK (7.0 * 86400)

static const char *const by_outcome[] = { "held", "denied", NULL };
static const char *const by_commits[] = { "commits", NULL };

static double part(int64_t n, int64_t of)
{
	return of > 0 ? (double)n / (double)of : 0;
}

static void percent(char out[16], double share)
{
	(void)snprintf(out, 16, share > 0 && share < 0.0995 ? "%.1f%%" : "%.0f%%", share * 100);
}

/* Dates are claims, and need not be in order: between the earliest and the latest. */
static double weeks(const struct replay *replay)
{
	int64_t first = replay->steps[0].date, last = first;
	double seconds;

	for (size_t i = 1; i < replay->count; i++) {
		first = replay->steps[i].date < first ? replay->steps[i].date : first;
		last = replay->steps[i].date > last ? replay->steps[i].date : last;
	}
	seconds = (double)(last - first);

	return seconds > SECONDS_A_WEEK ? seconds / SECONDS_A_WEEK : 1;
}

static void add_figures(struct page *page, const struct replay *replay)
{
	const struct replay_tally *t = &replay->tally;
	struct page_count held = page_count((int64_t)t->held),
			  denied = page_count((int64_t)t->denied),
			  approvals = page_count((int64_t)t->approvals);
	char passed[16], share[16], cost[64], through[96], agents[96];

	percent(passed, part((int64_t)t->allowed, (int64_t)replay->count));
	percent(share, part((int64_t)t->agent_commits, (int64_t)t->commits));
	(void)snprintf(through, sizeof(through), "of %s pushes go through",
		page_count((int64_t)replay->count).text);
	(void)snprintf(agents, sizeof(agents), "of %s commits are by agents",
		page_count((int64_t)t->commits).text);
	(void)snprintf(cost, sizeof(cost), "approvals needed: %.1f a week",
		(double)t->approvals / weeks(replay));
	page_figures(page,
		(const struct page_figure[]){
			{ passed, through, replay_is_empty(replay) ? PAGE_PLAIN : PAGE_GOOD },
			{ held.text, "pushes would be held for review", PAGE_HOLD },
			{ denied.text, "pushes would be denied", PAGE_DENY },
			{ approvals.text, cost, PAGE_PLAIN },
			{ share, agents, PAGE_PLAIN },
		},
		5);
}

static const struct rule *rule_named(const struct replay *replay, const char *name)
{
	const struct policy *policy = replay->session.facts.policy;

	for (size_t i = 0; i < policy->rule_count; i++)
		if (strcmp(policy->rules[i].name, name) == 0)
			return &policy->rules[i];
	return NULL;
}

static void cell_count(struct page *page, const json_t *counts, const char *key)
{
	page_cell(page, "%s", page_count(replay_count(counts, key)).text);
}

/* How many pushes it would have held, and how many denied. */
static void cells_stopped(struct page *page, const json_t *counts)
{
	cell_count(page, counts, "held");
	cell_count(page, counts, "denied");
}

/* Of what it stops most. */
static enum page_tone tone_of(const json_t *counts)
{
	return replay_count(counts, "denied") > replay_count(counts, "held") ? PAGE_DENY
									     : PAGE_HOLD;
}

static void cell_bar(struct page *page, int64_t n, int64_t of, enum page_tone tone)
{
	page_cell_begin(page);
	page_bar(page, part(n, of), tone);
	page_cell_end(page);
}

/* Who approves, by a rule's name. */
static void cell_approvers(struct page *page, const struct rule *rule)
{
	page_cell_begin(page);
	if (!rule)
		page_add(page, "<span class=\"soft\">built in</span>");
	else if (!*rule->approvers)
		page_add(page, "<span class=\"soft\">nobody</span>");
	for (names name = rule ? rule->approvers : NULL; name && *name; name++)
		page_add(page, "%s%s", name == rule->approvers ? "" : ", ", *name);
	if (rule && *rule->approvers && rule->approvals > 1)
		page_add(page, " <span class=\"soft\">(%d people)</span>", rule->approvals);
	page_cell_end(page);
}

static void add_rules(struct page *page, const struct replay *replay)
{
	static const struct page_column columns[] = { { "Rule", false }, { "Held", true },
		{ "Denied", true }, { "Findings", true }, { "Approved by", false },
		{ "Share of what is stopped", false } };
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.rules, by_outcome, &count);

	page_section(page, "rules", "By rule");
	page_add(page,
		"<p class=\"note\">A push in which two rules find something counts under both."
		" Warnings stop nothing and are findings only.</p>\n");
	page_table(page, "Pushes that each rule would have stopped", columns, 6);
	for (size_t i = 0; rows && i < count; i++) {
		const json_t *counts = rows[i].counts;

		page_cell(page, "%s", rows[i].name);
		cells_stopped(page, counts);
		page_cell(page, "%s",
			page_count(
				replay_count(counts, "findings") + replay_count(counts, "warnings"))
				.text);
		cell_approvers(page, rule_named(replay, rows[i].name));
		cell_bar(page, rows[i].weight, (int64_t)(replay->tally.held + replay->tally.denied),
			tone_of(counts));
	}
	page_table_end(page);
	free(rows);
}

static void add_patterns(struct page *page, const struct replay *replay)
{
	static const struct page_column columns[] = { { "Pattern", false }, { "Rule", false },
		{ "Held", true }, { "Denied", true }, { "Of all stopped", true },
		{ "As a bar", false } };
	int64_t stopped = (int64_t)(replay->tally.held + replay->tally.denied);
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.patterns, by_outcome, &count);

	page_section(page, "patterns", "What stops most");
	page_add(page,
		"<p class=\"note\">The patterns to look at first: whoever finds a policy in the "
		"way meets these.</p>\n");
	page_table(page, "The five patterns that stop most pushes", columns, 6);
	for (size_t i = 0; rows && i < count && i < SHOWN_PATTERNS && rows[i].weight; i++) {
		char share[16];

		percent(share, part(rows[i].weight, stopped));
		page_cell(page, "<code>%s</code>", rows[i].name);
		page_cell(page, "%s", json_string_value(json_object_get(rows[i].counts, "rule")));
		cells_stopped(page, rows[i].counts);
		page_cell(page, "%s", share);
		cell_bar(page, rows[i].weight, stopped, tone_of(rows[i].counts));
	}
	page_table_end(page);
	free(rows);
}

static void add_paths(struct page *page, const struct replay *replay)
{
	static const struct page_column columns[] = { { "Path", false }, { "Held", true },
		{ "Denied", true }, { "Findings", true }, { "Beside the first", false } };
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.paths, by_outcome, &count);

	page_section(page, "paths", "Hot paths");
	page_table(page, "Paths that would have stopped most pushes", columns, 5);
	for (size_t i = 0; rows && i < count && i < SHOWN_PATHS && rows[i].weight; i++) {
		page_cell(page, "<code>%s</code>", rows[i].name);
		cells_stopped(page, rows[i].counts);
		cell_count(page, rows[i].counts, "findings");
		cell_bar(page, rows[i].weight, rows[0].weight, tone_of(rows[i].counts));
	}
	page_table_end(page);
	if (count > SHOWN_PATHS)
		page_add(page,
			"<p class=\"note\">%zu more paths are in the output of "
			"<code>--json</code>.</p>\n",
			count - SHOWN_PATHS);
	free(rows);
}

static void add_agents(struct page *page, const struct replay *replay)
{
	static const struct page_column columns[] = { { "Agent", false }, { "Commits", true },
		{ "Pushes held", true }, { "Pushes denied", true }, { "Owner", false } };
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.agents, by_commits, &count);

	page_section(page, "agents", "Agents");
	replay_chart_agents(page, replay);
	page_add(page, "<h3>Who they are</h3>\n");
	page_table(page, "Agents that were recognised", columns, 5);
	for (size_t i = 0; rows && i < count; i++) {
		const struct agent *agent =
			policy_agent(replay->session.facts.policy, rows[i].name);

		page_cell(page, "%s", rows[i].name);
		cell_count(page, rows[i].counts, "commits");
		cells_stopped(page, rows[i].counts);
		page_cell(page, agent && agent->owner ? "%s" : "<span class=\"soft\">%s</span>",
			agent && agent->owner ? agent->owner : "none named");
	}
	page_table_end(page);
	free(rows);
}

static void add_over_time(struct page *page, const struct replay *replay)
{
	page_section(page, "months", "Over time");
	replay_chart_outcomes(page, replay);
	replay_chart_rules(page, replay);
}

static void add_lead(struct buf *lead, const struct replay *replay)
{
	(void)buf_addf(lead,
		"Each step of %s from %s to %s, judged as if it had been a push under this policy "
		"with every "
		"mode set to enforce. Dates are those that committers claim; whose account pushed "
		"is not "
		"known.%s",
		replay->ref, replay_from(replay).text, replay_to(replay).text,
		replay->governed ? "" : " No rule of the policy governs this ref.");
	if (replay->wish.choice.as_agents)
		(void)buf_adds(lead,
			" Commits that no agent is known to have made are judged as an unnamed "
			"agent's, *.");
	else if (replay_is_empty(replay))
		(void)buf_adds(lead,
			" No commit here is known to be an agent's, so rules for agents judged "
			"nothing: replay with --as-agents shows what they would do if agents had "
			"made all of this.");
	(void)buf_addf(lead, " The policy's digest is %s.", replay->session.facts.policy->digest);
}

int replay_html(const struct replay *replay, FILE *out, struct fault *f)
{
	static const struct page_link links[] = { { "months", "Over time" },
		{ "patterns", "What stops most" }, { "rules", "By rule" }, { "paths", "Hot paths" },
		{ "agents", "Agents" }, { "pushes", "Every stopped push" }, { NULL, NULL } };
	struct buf lead = BUF_INIT(65536), title = BUF_INIT(65536), footer = BUF_INIT(4096);
	struct page_head head = { .over = "Countersign replay", .sections = links };
	struct page page;
	int status;

	add_lead(&lead, replay);
	(void)buf_addf(
		&title, "What this policy would have done to %s", replay->session.facts.name);
	(void)buf_addf(&footer, "Policy %s.", replay->session.facts.policy->digest);
	if (replay->tally.approved)
		(void)buf_addf(&footer,
			" Pushes that would have been held, had not a signed merge approved what "
			"they bring: %zu.",
			replay->tally.approved);
	head.title = title.data ? title.data : "";
	head.lead = lead.data ? lead.data : "";
	status = page_begin(&page, out, &head, f);
	if (status == 0) {
		add_figures(&page, replay);
		add_over_time(&page, replay);
		add_patterns(&page, replay);
		add_rules(&page, replay);
		add_paths(&page, replay);
		add_agents(&page, replay);
		replay_pushes(&page, replay);
		status = page_end(&page, footer.data ? footer.data : "", f);
	}
	buf_release(&lead);
	buf_release(&title);
	buf_release(&footer);
	return status;
}
