#include "hooks/review/fleet_list.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/install_paths.h"
#include "common/base/run.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/url.h"

#define ANSWER_MAX ((size_t)16 << 20)
#define SECONDS 5
#define WORD_MAX 300

/* Asks `countersign-fleet`, which alone speaks to PostgreSQL: a line of JSON for each.  0 or -1. */
static int ask(struct buf *lines, struct fault *f)
{
	struct install_paths paths;
	char program[INSTALL_PATH_MAX];
	const char *const argv[] = { program, "waiting", NULL };
	const struct run what = { .argv = argv, .env = run_bare_env, .seconds = SECONDS };
	int code = 0;

	if (install_paths_find(&paths, f) < 0 ||
		install_paths_join(program, paths.prefix, "bin/countersign-fleet", f) < 0 ||
		run(&what, lines, &code, f) < 0)
		return -1;
	return code == 0 ? 0 : fault_set(f, FAULT_ADMIN, "%.300s", lines->data ? lines->data : "");
}

static const char *text_of(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text ? text : "";
}

/* Whether one of the names, with commas, is the one that the query wants, if it wants any. */
static bool wanted(const struct visit *visit, const char *parameter, const char *list)
{
	struct buf value = BUF_INIT(WORD_MAX);
	bool found;

	(void)url_parameter(visit->query, parameter, &value);
	found = !value.len;
	while (!found && *list) {
		size_t len = strcspn(list, ",");

		found = len == value.len && memcmp(list, value.data, len) == 0;
		list += len;
		list += strspn(list, ", ");
	}
	buf_release(&value);
	return found;
}

/* A link is a host's own word: it leads to the web or nowhere. */
static void add_change(struct page *page, const json_t *row)
{
	const char *review = text_of(row, "review");
	bool linked = strncmp(review, "https://", 8) == 0 || strncmp(review, "http://", 7) == 0;

	page_cell_begin(page);
	if (linked) {
		page_add(page, "<a class=\"subject\" rel=\"noreferrer\" href=\"");
		shown_text(page, review);
		page_add(page, "\">");
	}
	shown_text(page, text_of(row, "repository"));
	page_add(page, " <code class=\"id\">");
	shown_text(page, text_of(row, "id"));
	page_add(page, "</code>%s<br><span class=\"note\">on ", linked ? "</a>" : "");
	shown_text(page, text_of(row, "host"));
	page_add(page, " &middot; <code>");
	shown_escaped(page, text_of(row, "ref"));
	page_add(page, "</code></span>");
	page_cell_end(page);
}

static void add_row(struct page *page, const json_t *row)
{
	static const char *const columns[] = { "agents", "rules", "approvers" };

	add_change(page, row);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		page_cell_begin(page);
		shown_text(page, text_of(row, columns[i]));
		page_cell_end(page);
	}
	page_cell_begin(page);
	shown_text(page, held_age(text_of(row, "since"), time(NULL)).text);
	page_cell_end(page);
}

static void add_table(struct visit *visit, char *lines)
{
	static const struct page_column columns[] = { { .title = "Change" }, { .title = "Agent" },
		{ .title = "Held by" }, { .title = "Approvers" },
		{ .title = "Waiting", .number = true } };
	long long all = 0, shown = 0;
	const char *line;

	page_table(&visit->page, "What waits on other hosts, oldest first", columns, 5);
	while (lines && (line = strsep(&lines, "\n")) && *line) {
		json_t *row = json_loads(line, 0, NULL);

		all = json_integer_value(json_object_get(row, "all"));
		if (row && ++shown && wanted(visit, "repository", text_of(row, "repository")) &&
			wanted(visit, "agent", text_of(row, "agents")) &&
			wanted(visit, "rule", text_of(row, "rules")))
			add_row(&visit->page, row);
		json_decref(row);
	}
	page_table_end(&visit->page);
	if (all > shown)
		page_add(&visit->page,
			"<p>Of %lld these are the oldest %lld; the others: "
			"<code>countersign holds --fleet</code></p>\n",
			all, shown);
}

void fleet_list_add(struct visit *visit)
{
	struct buf lines = BUF_INIT(ANSWER_MAX);
	struct fault f = { 0 };

	if (!visit->review->fleet)
		return;
	page_section(&visit->page, "fleet", "On other hosts");
	if (ask(&lines, &f) < 0) {
		(void)fprintf(stderr, "countersign review: %s\n", f.text);
		page_add(&visit->page, "<p>What waits on other hosts cannot be shown now; the "
				       "server's log says why.</p>\n");
	} else if (!lines.len) {
		page_add(&visit->page, "<p>Nothing waits on another host.</p>\n");
	} else {
		add_table(visit, lines.data);
	}
	buf_release(&lines);
}
