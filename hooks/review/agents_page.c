/* The agents that a repository has met, who owns them, and what needs attention. */
#include <string.h>

#include "hooks/report/inventory.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/visit.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static size_t number_of(const json_t *object, const char *key)
{
	return (size_t)json_integer_value(json_object_get(object, key));
}

static void add_words(struct page *page, const json_t *list)
{
	const json_t *word;
	size_t i;

	json_array_foreach(list, i, word)
	{
		page_add(page, i ? ", " : "");
		shown_escaped(page, json_string_value(word));
	}
}

static void add_attention(struct page *page, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list))
		page_add(page, "<ul class=\"plain\">");
	json_array_foreach(list, i, item)
	{
		page_add(page, "<li><span class=\"badge hold\">");
		shown_escaped(page, text_of(item, "what"));
		page_add(page, "</span> ");
		shown_escaped(page, text_of(item, "detail"));
		page_add(page, "</li>");
	}
	if (json_array_size(list))
		page_add(page, "</ul>");
}

static void add_agent(struct page *page, const json_t *agent)
{
	char last[11];

	page_cell_begin(page);
	shown_escaped(page, text_of(agent, "name"));
	page_cell_end(page);
	page_cell_begin(page);
	shown_escaped(page, text_of(agent, "owner"));
	page_cell_end(page);
	page_cell_begin(page);
	add_words(page, json_object_get(agent, "identified_by"));
	page_cell_end(page);
	page_cell(page, "%zu", number_of(agent, "commits"));
	page_cell(page, "%zu", number_of(agent, "held"));
	page_cell(page, "%zu", number_of(agent, "denied"));
	(void)snprintf(last, sizeof(last), "%.10s", text_of(agent, "last"));
	page_cell(page, "%s", last);
	page_cell_begin(page);
	add_attention(page, json_object_get(agent, "attention"));
	page_cell_end(page);
}

static int write_page(struct visit *visit, const json_t *inventory, struct fault *f)
{
	static const struct page_column columns[] = { { .title = "Agent" }, { .title = "Owner" },
		{ .title = "Known by" }, { .title = "Commits", .number = true },
		{ .title = "Held", .number = true }, { .title = "Denied", .number = true },
		{ .title = "Last seen" }, { .title = "Attention" } };
	struct buf title = BUF_INIT(2048);
	const json_t *agent;
	int status;
	size_t i;

	buf_addf(&title, "Agents in %.*s", (int)visit->repository->name_len,
		visit->repository->name);
	status = visit_page(visit, title.len ? title.data : "Agents", NULL, false, NULL, f);
	buf_release(&title);
	if (status < 0)
		return -1;
	page_section(&visit->page, "agents", "Met here");
	page_add(&visit->page, "<p>%zu of %zu commits are by agents.</p>\n",
		number_of(inventory, "agent_commits"), number_of(inventory, "commits"));
	page_table(&visit->page, "Agents, from history and the log", columns, 8);
	json_array_foreach(json_object_get(inventory, "agents"), i, agent)
	{
		add_agent(&visit->page, agent);
	}
	page_table_end(&visit->page);
	return visit_page_end(visit, f);
}

int agents_page(struct visit *visit, struct fault *f)
{
	const struct inventory_wish wish = { .env = visit->review->env };
	json_t *inventory = inventory_read(&wish, visit->repository->git_dir, f);
	int status = inventory ? write_page(visit, inventory, f) : -1;

	json_decref(inventory);
	return status;
}
