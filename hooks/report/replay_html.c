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

#define SHOWN_PATTERNS 5
#define SHOWN_PATHS 25
#define SECONDS_A_WEEK (7.0 * 86400)

static const char *const by_outcome[] = { "held", "denied", NULL };
static const char *const by_holds[] = { "held", NULL };
static const char *const by_commits[] = { "commits", NULL };

/* A count as people read it: `12,345`. */
struct grouped {
	char text[32];
};

static struct grouped grouped(int64_t n)
{
	struct grouped out;
	char digits[24];
	size_t len, at = 0;

	(void)snprintf(digits, sizeof(digits), "%" PRId64, n < 0 ? 0 : n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out.text[at++] = ',';
		out.text[at++] = digits[i];
	}
	out.text[at] = '\0';
	return out;
}

static double part(int64_t n, int64_t of)
{
	return of > 0 ? (double)n / (double)of : 0;
}

static void percent(char out[16], double share)
{
	(void)snprintf(out, 16, share > 0 && share < 0.0995 ? "%.1f%%" : "%.0f%%", share * 100);
}

static double weeks(const struct replay *replay)
{
	double seconds = (double)(replay->steps[replay->count - 1].date - replay->steps[0].date);

	return seconds > SECONDS_A_WEEK ? seconds / SECONDS_A_WEEK : 1;
}

static void add_figures(struct page *page, const struct replay *replay)
{
	const struct replay_tally *t = &replay->tally;
	struct grouped held = grouped((int64_t)t->held), denied = grouped((int64_t)t->denied),
		       approvals = grouped((int64_t)t->approvals);
	char passed[16], share[16], cost[64], through[96], agents[96];

	percent(passed, part((int64_t)t->allowed, (int64_t)replay->count));
	percent(share, part((int64_t)t->agent_commits, (int64_t)t->commits));
	(void)snprintf(through, sizeof(through), "of %s pushes go through",
		grouped((int64_t)replay->count).text);
	(void)snprintf(agents, sizeof(agents), "of %s commits are by agents",
		grouped((int64_t)t->commits).text);
	(void)snprintf(cost, sizeof(cost), "approvals it would have cost: %.1f a week",
		(double)t->approvals / weeks(replay));
	page_figures(page,
		(const struct page_figure[]){
			{ passed, through, PAGE_GOOD },
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
	page_cell(page, "%s", grouped(replay_count(counts, key)).text);
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
			grouped(replay_count(counts, "findings") + replay_count(counts, "warnings"))
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
		{ "Pushes held", true }, { "Of all holds", true }, { "As a bar", false } };
	int64_t held = (int64_t)replay->tally.held;
	size_t count;
	struct replay_row *rows = replay_rows(replay->tally.patterns, by_holds, &count);

	page_section(page, "patterns", "What holds most");
	page_add(page,
		"<p class=\"note\">The patterns to look at first: whoever finds a policy in the "
		"way meets these.</p>\n");
	page_table(page, "The five patterns that cause most holds", columns, 5);
	for (size_t i = 0; rows && i < count && i < SHOWN_PATTERNS && rows[i].weight; i++) {
		char share[16];

		percent(share, part(rows[i].weight, held));
		page_cell(page, "<code>%s</code>", rows[i].name);
		page_cell(page, "%s", json_string_value(json_object_get(rows[i].counts, "rule")));
		page_cell(page, "%s", grouped(rows[i].weight).text);
		page_cell(page, "%s", share);
		cell_bar(page, rows[i].weight, held, PAGE_HOLD);
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

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

/* A commit's id as people write it. */
struct short_id {
	char text[13];
};

static struct short_id short_id(const json_t *object)
{
	struct short_id id;

	(void)snprintf(id.text, sizeof(id.text), "%s", text(object, "commit"));
	return id;
}

static void add_finding(struct page *page, const json_t *finding)
{
	json_t *by = json_object_get(finding, "identified_by"), *how;
	size_t i;

	page_cell(page, "%s", text(finding, "rule"));
	page_cell_begin(page);
	if (*text(finding, "path"))
		page_add(page, "<code>%s</code>", text(finding, "path"));
	if (replay_count(finding, "line"))
		page_add(page, " <span class=\"soft\">line %d</span>",
			(int)replay_count(finding, "line"));
	page_add(page, "<br><span class=\"soft\">%s</span>", text(finding, "detail"));
	page_cell_end(page);
	page_cell(page, "<code class=\"id\">%s</code>", short_id(finding).text);
	page_cell_begin(page);
	page_add(page, "%s", *text(finding, "agent") ? text(finding, "agent") : "a person");
	json_array_foreach(by, i, how)
		page_add(page, "%s%s", i ? ", " : " (", json_string_value(how));
	page_add(page, json_array_size(by) ? ")" : "");
	page_cell_end(page);
	page_cell_begin(page);
	if (strcmp(text(finding, "action"), "warn") == 0)
		page_add(page, "nothing: a warning");
	else if (replay_count(finding, "approvals") && *text(finding, "approvers"))
		page_add(page, "%d from %s", (int)replay_count(finding, "approvals"),
			text(finding, "approvers"));
	else
		page_add(page, "no approval can help");
	page_cell_end(page);
}

/* What stands on the closed line of a push: its rules, and the first path. */
static void add_what(struct page *page, const json_t *line)
{
	json_t *rules = json_object_get(line, "rules"),
	       *findings = json_object_get(line, "findings");
	const char *separator = "", *name, *path = text(json_array_get(findings, 0), "path");
	json_t *actions;
	size_t more = json_array_size(findings) - 1 + (size_t)replay_count(line, "more");

	page_add(page, "<span class=\"what\">");
	json_object_foreach(rules, name, actions)
	{
		page_add(page, "%s%s", separator, name);
		separator = ", ";
	}
	if (*path)
		page_add(page, " <code>%s</code>", path);
	if (more)
		page_add(page, " <span class=\"soft\">and %zu more</span>", more);
	page_add(page, "</span>");
}

static void add_push(struct page *page, const json_t *line)
{
	static const struct page_column columns[] = { { "Rule", false }, { "What", false },
		{ "Commit", false }, { "By", false }, { "Needs approvals", false } };
	bool held = strcmp(text(line, "decision"), "hold") == 0;
	size_t i, approvals = (size_t)replay_count(line, "approvals");
	json_t *finding;

	page_add(page, "<details class=\"fold\"><summary><span class=\"when\">%s</span>",
		text(line, "date"));
	page_badge(page, held ? PAGE_HOLD : PAGE_DENY, held ? "held" : "denied");
	add_what(page, line);
	page_add(page,
		"</summary>\n<div class=\"inside\"><p class=\"note\">Push of <code>%s</code>",
		short_id(line).text);
	if (held && approvals)
		page_add(page,
			approvals == 1 ? ", would have needed %zu person to approve"
				       : ", would have needed %zu people to approve",
			approvals);
	else if (held)
		page_add(page, ", and nobody could have approved it");
	page_add(page, ". Look at it with <code>git show %s</code>.</p>\n", short_id(line).text);
	page_table(page, "What was found in it", columns, 5);
	json_array_foreach(json_object_get(line, "findings"), i, finding)
		add_finding(page, finding);
	page_table_end(page);
	if (replay_count(line, "more"))
		page_add(page, "<p class=\"note\">And %d more findings.</p>\n",
			(int)replay_count(line, "more"));
	page_add(page, "</div></details>\n");
}

/* The step's line, parsed, when it would have been stopped; else NULL. */
static json_t *stopped(const struct replay *replay, size_t step)
{
	const char *line = replay->tally.lines[step];
	json_t *object = line ? json_loads(line, 0, NULL) : NULL;

	if (object && strcmp(text(object, "decision"), "allow") != 0)
		return object;
	json_decref(object);
	return NULL;
}

static void begin_month(
	struct page *page, const struct replay *replay, const char *month, bool open)
{
	const json_t *counts = json_object_get(replay->tally.months, month);

	page_add(page, open ? "<details class=\"fold\" open>" : "<details class=\"fold\">");
	page_add(page,
		"<summary><strong>%s</strong> <span class=\"soft\">%s held, %s "
		"denied</span></summary>\n"
		"<div class=\"inside\">\n",
		month, grouped(replay_count(counts, "held")).text,
		grouped(replay_count(counts, "denied")).text);
}

/* All pushes that would have been stopped, the latest first, folded by month. */
static void add_pushes(struct page *page, const struct replay *replay)
{
	struct replay_day month = { "" };

	page_section(page, "pushes", "Every push that would have been stopped");
	for (size_t i = replay->count; i-- > 0;) {
		struct replay_day now = replay_month(replay->steps[i].date);
		json_t *line = stopped(replay, i);

		if (line && strcmp(now.text, month.text) != 0) {
			page_add(page, *month.text ? "</div></details>\n" : "");
			begin_month(page, replay, now.text, !*month.text);
			month = now;
		}
		if (line)
			add_push(page, line);
		json_decref(line);
	}
	page_add(page, *month.text
			       ? "</div></details>\n"
			       : "<p>None: the policy would have let everything through.</p>\n");
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
		replay->ref, replay_day(replay->steps[0].date).text,
		replay_day(replay->steps[replay->count - 1].date).text,
		replay->governed ? "" : " No rule of the policy governs this ref.");
}

int replay_html(const struct replay *replay, FILE *out, struct fault *f)
{
	static const struct page_link links[] = { { "months", "Over time" },
		{ "patterns", "What holds most" }, { "rules", "By rule" }, { "paths", "Hot paths" },
		{ "agents", "Agents" }, { "pushes", "Every stopped push" }, { NULL, NULL } };
	struct buf lead = BUF_INIT(65536), title = BUF_INIT(65536), footer = BUF_INIT(4096);
	struct page_head head = { .over = "Countersign replay", .sections = links };
	struct page page;
	int status;

	add_lead(&lead, replay);
	(void)buf_addf(
		&title, "What this policy would have done to %s", replay->session.facts.name);
	(void)buf_addf(&footer, "Policy %.16s.", replay->session.facts.policy->digest);
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
		add_pushes(&page, replay);
		status = page_end(&page, footer.data ? footer.data : "", f);
	}
	buf_release(&lead);
	buf_release(&title);
	buf_release(&footer);
	return status;
}
