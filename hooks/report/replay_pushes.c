#include "hooks/report/replay_pushes.h"

#include <stdlib.h>
#include <string.h>

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
		month, page_count(replay_count(counts, "held")).text,
		page_count(replay_count(counts, "denied")).text);
}

void replay_pushes(struct page *page, const struct replay *replay)
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
