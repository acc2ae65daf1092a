/* Evidence for people: one page, to be read on a screen or on paper. */
#include <stdlib.h>
#include <string.h>

#include "hooks/report/evidence.h"
#include "hooks/report/page.h"

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static enum page_tone tone_of(const char *here)
{
	if (strcmp(here, "in place") == 0)
		return PAGE_GOOD;
	if (strcmp(here, "partly in place") == 0)
		return PAGE_HOLD;
	return strcmp(here, "not in place") == 0 ? PAGE_DENY : PAGE_PLAIN;
}

/* How many controls of all frameworks are so here. */
static int count_here(json_t *evidence, const char *here)
{
	json_t *framework, *control;
	size_t i, j;
	int count = 0;

	json_array_foreach(json_object_get(evidence, "frameworks"), i, framework)
	{
		json_array_foreach(json_object_get(framework, "controls"), j, control)
		{
			count += !here || strcmp(text_of(control, "here"), here) == 0;
		}
	}
	return count;
}

static void add_figures(struct page *page, json_t *evidence)
{
	static const char *const keys[] = { "decisions", "denied", "held", "approved" };
	static const char *const labels[] = { "decisions on pushes are in the log", "denied, of ",
		"held, of ", "approvals" };
	static const enum page_tone tones[] = { PAGE_PLAIN, PAGE_DENY, PAGE_HOLD, PAGE_GOOD };
	json_t *log = json_object_get(evidence, "log");
	struct page_figure figures[5];
	int decisions = (int)json_integer_value(json_object_get(log, "decisions"));
	char texts[5][24], told[5][64];

	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "%d",
			(int)json_integer_value(json_object_get(log, keys[i])));
		if (i == 1 || i == 2)
			(void)snprintf(told[i], sizeof(told[i]), "%s%d", labels[i], decisions);
		else
			(void)snprintf(told[i], sizeof(told[i]), "%s", labels[i]);
		figures[i] = (struct page_figure){ texts[i], told[i], tones[i] };
	}
	(void)snprintf(texts[4], sizeof(texts[4]), "%d", count_here(evidence, "in place"));
	(void)snprintf(told[4], sizeof(told[4]), "of %d controls are in place",
		count_here(evidence, NULL));
	figures[4] = (struct page_figure){ texts[4], told[4], PAGE_GOOD };
	page_figures(page, figures, 5);
}

static void add_answer(struct page *page, json_t *answer)
{
	const char *const keys[] = { "denied", "held", "warned" };

	page_add(page, "<li><code>%s</code> %s", text_of(answer, "measure"),
		text_of(answer, "says"));
	for (size_t i = 0; i < 3; i++) {
		int count = (int)json_integer_value(json_object_get(answer, keys[i]));

		if (count)
			page_add(page, "; %s %d", keys[i], count);
	}
	page_add(page, "</li>");
}

static void add_control(struct page *page, json_t *control)
{
	const char *here = text_of(control, "here");
	json_t *answer;
	size_t i;

	page_cell(page, "%s", text_of(control, "id"));
	page_cell_begin(page);
	page_add(page, "<strong>%s</strong><br>%s", text_of(control, "name"),
		text_of(control, "why"));
	page_cell_end(page);
	page_cell(page, "%s", text_of(control, "reach"));
	page_cell_begin(page);
	page_badge(page, tone_of(here), here);
	page_cell_end(page);
	page_cell_begin(page);
	page_add(page, "<ul>");
	json_array_foreach(json_object_get(control, "answers"), i, answer)
	{
		add_answer(page, answer);
	}
	page_add(page, "</ul>");
	page_cell_end(page);
}

static void add_framework(struct page *page, json_t *framework)
{
	static const struct page_column columns[] = { { .title = "Control" },
		{ .title = "What it is, and why" }, { .title = "Reach" }, { .title = "Here" },
		{ .title = "Answered by" } };
	char caption[256];
	json_t *control;
	size_t i;

	page_section(page, text_of(framework, "id"), text_of(framework, "name"));
	(void)snprintf(caption, sizeof(caption), "%s %s, by %s", text_of(framework, "name"),
		text_of(framework, "version"), text_of(framework, "publisher"));
	page_table(page, caption, columns, 5);
	json_array_foreach(json_object_get(framework, "controls"), i, control)
	{
		add_control(page, control);
	}
	page_table_end(page);
}

/* The sections, a framework each, for free(); NULL: no memory. */
static struct page_link *links_of(json_t *evidence)
{
	json_t *frameworks = json_object_get(evidence, "frameworks"), *framework;
	struct page_link *links = calloc(json_array_size(frameworks) + 1, sizeof(*links));
	size_t i;

	if (!links)
		return NULL;
	json_array_foreach(frameworks, i, framework)
	{
		links[i] =
			(struct page_link){ text_of(framework, "id"), text_of(framework, "name") };
	}
	return links;
}

static void add_reading(struct page *page, json_t *evidence)
{
	json_t *log = json_object_get(evidence, "log"),
	       *kept = json_object_get(log, "approvals_kept");

	page_add(page,
		"<p>Repository <code>%s</code>, policy <code>%s</code>, made %s. Log from %s to "
		"%s: %d rows, and the "
		"chain of all rows is <strong>%s</strong>.</p>\n",
		text_of(evidence, "repository"), text_of(evidence, "policy"),
		text_of(evidence, "made"),
		*text_of(log, "first") ? text_of(log, "first") : "nowhere",
		*text_of(log, "last") ? text_of(log, "last") : "nowhere",
		(int)json_integer_value(json_object_get(log, "rows")),
		json_is_true(json_object_get(log, "whole")) ? "whole" : "broken");
	page_add(page,
		"<p>Signatures of approvals that are kept in the log: %d good, %d by keys that "
		"were not kept, <strong>%d not good</strong>.</p>\n",
		(int)json_integer_value(json_object_get(kept, "good")),
		(int)json_integer_value(json_object_get(kept, "unknown")),
		(int)json_integer_value(json_object_get(kept, "bad")));
	page_add(page,
		"<p><em>Reach</em> says how far hooks of a git server can answer a control at all: "
		"answered, partly, or out. <em>Here</em> says what of that is in place in this "
		"repository, "
		"worked out from the policy in force and the log.</p>\n");
}

int evidence_html(json_t *evidence, FILE *out, struct fault *f)
{
	struct page_link *links = links_of(evidence);
	struct page page;
	json_t *framework;
	size_t i;
	int status;

	if (!links)
		return fault_memory(f);
	status = page_begin(&page, out,
		&(struct page_head){ .over = "Countersign",
			.title = "Evidence",
			.lead = "Controls for agents and other non-human identities, held "
				"against what this "
				"repository's policy enforces and its log records.",
			.sections = links },
		f);
	free(links);
	if (status < 0)
		return -1;
	add_figures(&page, evidence);
	add_reading(&page, evidence);
	json_array_foreach(json_object_get(evidence, "frameworks"), i, framework)
	{
		add_framework(&page, framework);
	}
	return page_end(&page,
		"The mapping is our interpretation; each row explains it. Frameworks are named by "
		"their "
		"publishers' numbers.",
		f);
}
