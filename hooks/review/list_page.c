/*
 * What waits: first for whoever asks, then for others; oldest first.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "hooks/review/fleet_list.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/held/standing.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/url.h"
#include "hooks/review/visit.h"

#define TEXTS_MAX ((size_t)64 << 20)
#define FILTER_MAX 300

/* A hold that waits, and what its row says. */
struct waiting {
	const char *address, *repository, *ref, *subject, *agents, *since, *rules, *needs,
		*replaces;
	bool mine, rejected, owed;
};

/* What whoever asks wants to see alone; "": all. */
struct filter {
	const char *name, *label;
	struct buf value;
	json_t *offered; /* an object, of what there is to choose */
};

enum { FILTER_REPOSITORY, FILTER_AGENT, FILTER_RULE, FILTERS };

struct list {
	struct visit *visit;
	struct arena texts;
	struct waiting *items;
	size_t count, all;
	struct approval_keys *keys; /* of the repository that is being read */
	struct judge *judge;        /* likewise */
	struct filter filters[FILTERS];
	struct fault *fault;
};

static bool wants(const struct filter *filter, const char *value)
{
	return !filter->value.len || span_is(buf_span(&filter->value), value);
}

/* Whether a list of names with commas, as told, has what is wanted; what there is is offered. */
static bool wants_one_of(struct filter *filter, const char *rest)
{
	bool wanted = !filter->value.len;
	char name[FILTER_MAX];

	while (*rest) {
		size_t len = strcspn(rest, ",");

		(void)snprintf(name, sizeof(name), "%.*s", (int)len, rest);
		if (*name)
			(void)json_object_set_new(filter->offered, name, json_true());
		wanted = wanted || wants(filter, name);
		rest += len;
		rest += strspn(rest, ", ");
	}
	return wanted;
}

/* The rules that hold it, each once. */
static const char *rules_of(struct list *list, const json_t *verdict)
{
	struct buf text = BUF_INIT(4096);
	json_t *told = json_object(), *finding;
	const char *out;
	size_t i;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		const char *rule = json_string_value(json_object_get(finding, "rule"));

		if (!rule || !finding_row_flags(finding) || json_object_get(told, rule))
			continue;
		(void)json_object_set_new(told, rule, json_true());
		buf_addf(&text, "%s%s", text.len ? ", " : "", rule);
	}
	json_decref(told);
	out = arena_copy(&list->texts, text.len ? text.data : "", text.len);
	buf_release(&text);
	return out;
}

/* The texts of one row. */
static int fill(struct list *list, struct waiting *row, const struct hold_row *hold,
	const struct standing *standing, const json_t *verdict)
{
	struct arena *texts = &list->texts;
	struct buf needs = BUF_INIT(4096), subject = BUF_INIT(1024);
	const char *ref = json_string_value(json_object_get(verdict, "ref"));
	char rest[64];

	(void)snprintf(rest, sizeof(rest), "/holds/%s", hold->id);
	row->owed = strcmp(hold->status, "owed") == 0;
	buf_adds(&needs, row->owed ? "landed, owed: " : "");
	standing_tell(standing, verdict, &needs);
	held_commit_subject(list->visit->facts.repo, hold->new, &subject);
	row->address =
		arena_strdup(texts, visit_address(list->visit, list->visit->repository, rest).text);
	row->repository =
		arena_copy(texts, list->visit->repository->name, list->visit->repository->name_len);
	row->ref = arena_strdup(texts, ref ? ref : hold->ref);
	row->agents = arena_strdup(texts, hold->agents);
	row->since = arena_strdup(texts, hold->since);
	row->replaces = arena_strdup(texts, hold->replaces);
	row->rules = rules_of(list, verdict);
	row->needs = arena_strdup(texts, needs.len ? needs.data : "");
	row->subject = arena_strdup(texts, subject.len ? subject.data : hold->id);
	row->rejected = row->needs && strstr(row->needs, "rejected by ") != NULL;
	row->mine = standing_waits_for(standing, list->visit->person);
	buf_release(&needs);
	buf_release(&subject);
	return row->address && row->repository && row->ref && row->agents && row->since &&
			       row->rules && row->needs && row->replaces && row->subject
		       ? 0
		       : fault_memory(list->fault);
}

static int on_hold(void *context, const struct hold_row *hold)
{
	struct list *list = context;
	json_t *verdict = json_loads(hold->verdict, 0, NULL);
	const char *target = json_string_value(json_object_get(verdict, "target"));
	struct standing_subject subject = { &list->visit->facts, list->judge, list->keys, hold->id,
		hold->digest, target ? target : hold->ref, verdict };
	struct standing standing = { 0 };
	struct waiting row = { 0 }, *grown;
	int status = standing_read(&standing, &subject, list->fault);

	if (status == 0)
		status = fill(list, &row, hold, &standing, verdict);
	standing_release(&standing);
	json_decref(verdict);
	if (status < 0)
		return -1;
	list->all++;
	(void)json_object_set_new(
		list->filters[FILTER_REPOSITORY].offered, row.repository, json_true());
	/* each filter is asked, so that each offers what there is */
	if (!((unsigned)wants(&list->filters[FILTER_REPOSITORY], row.repository) &
		    (unsigned)wants_one_of(&list->filters[FILTER_AGENT], row.agents) &
		    (unsigned)wants_one_of(&list->filters[FILTER_RULE], row.rules)))
		return 0;
	grown = arena_grow(&list->texts, list->items, list->count, sizeof(*grown));
	if (!grown)
		return fault_memory(list->fault);
	list->items = grown;
	grown[list->count++] = row;
	return 0;
}

static int is_there(void *context, const struct hold_row *hold)
{
	(void)hold;
	*(bool *)context = true;
	return 1;
}

/* Whether anything waits in it: most repositories have nothing, and are not opened further. */
static int waits(const struct repository *repository, bool *any, struct fault *f)
{
	struct state *state = NULL;
	int status = state_open(&state, repository->git_dir, STATE_READ, f);

	*any = false;
	if (status == 0)
		status = state_holds_waiting(state, is_there, any, f);
	state_close(state);
	return status < 0 ? -1 : 0;
}

/* A repository that cannot be read is told of on standard error, and hides no other. */
static void read_repository(struct list *list, const struct repository *repository)
{
	struct visit *visit = list->visit;
	struct fault f = { 0 };
	bool any = false, may = false;

	list->fault = &f;
	if (waits(repository, &any, &f) == 0 && any &&
		visit_enter(visit, repository, &may, &f) == 0 && may &&
		approval_keys_new(&list->keys, visit->facts.policy,
			file_owner(repo_git_dir(visit->facts.repo)), &f) == 0 &&
		judge_new(&list->judge, &visit->facts, &f) == 0)
		(void)state_holds_waiting(visit->facts.state, on_hold, list, &f);
	if (f.class != FAULT_NONE)
		(void)fprintf(stderr, "countersign review: %s: %s\n", repository->git_dir, f.text);
	judge_free(list->judge);
	list->judge = NULL;
	approval_keys_free(list->keys);
	list->keys = NULL;
	visit_leave(visit);
}

static int by_age(const void *left, const void *right)
{
	const struct waiting *a = left, *b = right;

	if (a->owed != b->owed)
		return a->owed ? -1 : 1;
	if (a->mine != b->mine)
		return a->mine ? -1 : 1;
	return strcmp(a->since, b->since);
}

static void add_row(struct page *page, const struct waiting *row)
{
	page_cell_begin(page);
	page_add(page, "<a class=\"subject\" href=\"%s\">", row->address);
	shown_text(page, row->subject);
	page_add(page, "</a><br><span class=\"note\">");
	shown_text(page, row->repository);
	page_add(page, " &middot; <code>");
	shown_escaped(page, row->ref);
	page_add(page, "</code>");
	if (*row->replaces)
		page_add(page, " &middot; replaces <code class=\"id\">%s</code>", row->replaces);
	page_add(page, "</span>");
	page_cell_end(page);
	page_cell_begin(page);
	shown_text(page, row->agents);
	page_cell_end(page);
	page_cell_begin(page);
	shown_text(page, row->rules);
	page_cell_end(page);
	page_cell_begin(page);
	page_add(page, row->rejected ? "<span class=\"badge deny\">%s</span>" : "%s", row->needs);
	page_cell_end(page);
	page_cell_begin(page);
	page_add(page, "<time datetime=\"%s\">%s</time>", row->since,
		held_age(row->since, time(NULL)).text);
	page_cell_end(page);
}

static void add_rows(struct list *list, bool mine, const char *caption)
{
	static const struct page_column columns[] = { { .title = "Change" }, { .title = "Agent" },
		{ .title = "Held by" }, { .title = "Approvals" },
		{ .title = "Waiting", .number = true } };
	struct page *page = &list->visit->page;

	page_table(page, caption, columns, 5);
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].mine == mine)
			add_row(page, &list->items[i]);
	page_table_end(page);
}

static void add_filter(struct page *page, const struct filter *filter)
{
	const char *name;
	json_t *value;

	page_add(page,
		"<span class=\"filter\"><label for=\"f-%s\">%s</label> <select id=\"f-%s\" "
		"name=\"%s\">"
		"<option value=\"\">all</option>",
		filter->name, filter->label, filter->name, filter->name);
	json_object_foreach(filter->offered, name, value)
	{
		page_add(page, "<option value=\"");
		shown_text(page, name);
		page_add(
			page, "\"%s>", wants(filter, name) && filter->value.len ? " selected" : "");
		shown_text(page, name);
		page_add(page, "</option>");
	}
	page_add(page, "</select></span>\n");
}

static void add_filters(struct list *list)
{
	struct page *page = &list->visit->page;

	page_add(page, "<form class=\"filters\" method=\"get\" action=\"%s\">\n", list->visit->up);
	for (size_t i = 0; i < FILTERS; i++)
		add_filter(page, &list->filters[i]);
	page_add(page, "<button type=\"submit\">Show</button></form>\n");
}

static void add_repositories(struct list *list)
{
	struct page *page = &list->visit->page;
	const char *name;
	json_t *value;

	if (!json_object_size(list->filters[FILTER_REPOSITORY].offered))
		return;
	page_section(page, "repositories", "Repositories");
	page_add(page, "<ul class=\"plain\">\n");
	json_object_foreach(list->filters[FILTER_REPOSITORY].offered, name, value)
	{
		struct repository named = { .name = name, .name_len = strlen(name) };

		page_add(page, "<li>");
		shown_text(page, name);
		page_add(page, ": <a href=\"%s\">log of ",
			visit_address(list->visit, &named, "/log").text);
		shown_text(page, name);
		page_add(page, "</a>, <a href=\"%s\">agents in ",
			visit_address(list->visit, &named, "/agents").text);
		shown_text(page, name);
		page_add(page, "</a></li>\n");
	}
	page_add(page, "</ul>\n");
}

static size_t count_mine(const struct list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].mine;
	return count;
}

static int write_page(struct list *list, struct fault *f)
{
	struct visit *visit = list->visit;
	size_t mine = count_mine(list);
	char title[64];

	if (list->all == 0)
		(void)snprintf(title, sizeof(title), "Nothing waits");
	else
		(void)snprintf(title, sizeof(title), "%zu change%s wait%s", list->all,
			list->all == 1 ? "" : "s", list->all == 1 ? "s" : "");
	if (visit_page(visit, title,
		    "Changes that are held until people have approved exactly them.", false, NULL,
		    f) < 0)
		return -1;
	if (list->all)
		add_filters(list);
	if (mine) {
		page_section(&visit->page, "mine", "For you");
		add_rows(list, true, "What waits for you, oldest first");
	}
	if (list->count > mine || !list->count) {
		page_section(&visit->page, "others", mine ? "For others" : "All");
		if (list->count > mine)
			add_rows(list, false, "What waits, oldest first");
		else
			page_add(&visit->page, "<p>%s</p>",
				list->all ? "Nothing that waits is like that."
					  : "No change that you may read waits for anybody.");
	}
	fleet_list_add(visit);
	add_repositories(list);
	page_add(&visit->page,
		"<p class=\"note\"><a href=\"%scommand\">git countersign</a> does "
		"the same in a terminal.</p>\n",
		visit->up);
	return visit_page_end(visit, f);
}

int list_page(struct visit *visit, struct fault *f)
{
	struct list list = {
		.visit = visit,
		.texts = ARENA_INIT(TEXTS_MAX),
		.filters = { { .name = "repository", .label = "Repository" },
			{ .name = "agent", .label = "Agent" },
			{ .name = "rule", .label = "Rule" } },
	};
	int status = 0;

	for (size_t i = 0; i < FILTERS; i++) {
		list.filters[i].value = (struct buf)BUF_INIT(FILTER_MAX);
		list.filters[i].offered = json_object();
		(void)url_parameter(visit->query, list.filters[i].name, &list.filters[i].value);
		if (!list.filters[i].offered)
			status = fault_memory(f);
	}
	for (size_t i = 0; status == 0 && i < visit->list.count; i++)
		read_repository(&list, &visit->list.items[i]);
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), by_age);
	if (status == 0)
		status = write_page(&list, f);
	for (size_t i = 0; i < FILTERS; i++) {
		json_decref(list.filters[i].offered);
		buf_release(&list.filters[i].value);
	}
	arena_release(&list.texts);
	return status;
}
