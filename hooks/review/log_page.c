/* The decisions of a repository, newest first, page by page. */
#include <stdlib.h>
#include <string.h>

#include "common/state/cut.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/url.h"
#include "hooks/review/visit.h"

#define ROWS 100 /* of a page */

struct row {
	int64_t seq;
	char *time, *kind, *account, *ref, *new, *decision, *hold, *hash;
};

/* The newest rows up to a number, in a ring. */
struct log_rows_kept {
	struct row rows[ROWS];
	size_t count; /* of all that came */
	int64_t up_to;
	struct fault *fault;
};

static void row_release(struct row *row)
{
	free(row->time);
	free(row->kind);
	free(row->account);
	free(row->ref);
	free(row->new);
	free(row->decision);
	free(row->hold);
	free(row->hash);
	*row = (struct row){ 0 };
}

static char *copy(const char *text)
{
	return strdup(text ? text : "");
}

/* The hold that a verdict names; "" where it names none. */
static char *hold_of(const char *verdict)
{
	json_t *object = json_loads(verdict ? verdict : "", 0, NULL);
	char *hold = copy(json_string_value(json_object_get(object, "hold")));

	json_decref(object);
	return hold;
}

static int on_row(void *context, const struct log_entry *entry)
{
	struct log_rows_kept *kept = context;
	struct row *row = &kept->rows[kept->count % ROWS];

	if (kept->up_to && entry->seq > kept->up_to)
		return 1;
	row_release(row);
	kept->count++;
	*row = (struct row){ .seq = entry->seq,
		.time = copy(entry->row.time),
		.kind = copy(entry->row.kind),
		.account = copy(entry->row.account),
		.ref = copy(entry->row.ref),
		.new = copy(entry->row.new),
		.decision = copy(entry->row.decision),
		.hold = hold_of(entry->row.verdict),
		.hash = copy(entry->hash) };
	return row->time && row->kind && row->account && row->ref && row->new && row->decision &&
			       row->hold && row->hash
		       ? 0
		       : fault_memory(kept->fault);
}

static enum page_tone tone_of(const char *decision)
{
	if (strcmp(decision, "allow") == 0)
		return PAGE_GOOD;
	if (strcmp(decision, "hold") == 0)
		return PAGE_HOLD;
	return strcmp(decision, "deny") == 0 ? PAGE_DENY : PAGE_PLAIN;
}

static void add_row(struct visit *visit, const struct row *row)
{
	struct page *page = &visit->page;

	page_cell(page, "%zu", (size_t)row->seq);
	page_cell(page, "%s", row->time);
	page_cell_begin(page);
	page_badge(page, tone_of(row->decision), *row->decision ? row->decision : row->kind);
	if (*row->decision && strcmp(row->kind, "decision") != 0)
		page_add(page, " %s", row->kind);
	page_cell_end(page);
	page_cell_begin(page);
	page_add(page, "<code>");
	shown_text(page, row->ref);
	page_add(page, "</code>");
	page_cell_end(page);
	page_cell_begin(page);
	shown_text(page, row->account);
	page_cell_end(page);
	page_cell(page, "%s", held_short(row->new).text);
	page_cell_begin(page);
	if (strlen(row->hold) == 16)
		page_add(page, "<a href=\"holds/%s\"><code class=\"id\">%s</code></a>", row->hold,
			row->hold);
	page_cell_end(page);
}

static void add_rows(struct visit *visit, const struct log_rows_kept *kept)
{
	static const struct page_column columns[] = { { .title = "Row" }, { .title = "Time" },
		{ .title = "Decision" }, { .title = "Ref" }, { .title = "Account" },
		{ .title = "New" }, { .title = "Hold" } };
	size_t shown = kept->count < ROWS ? kept->count : ROWS;

	page_section(&visit->page, "rows", "Decisions");
	page_table(&visit->page, "Newest first", columns, 7);
	for (size_t i = 1; i <= shown; i++)
		add_row(visit, &kept->rows[(kept->count - i) % ROWS]);
	page_table_end(&visit->page);
	if (kept->count > ROWS)
		page_add(&visit->page,
			"<p><a rel=\"next\" href=\"log?to=%zu\">Earlier ones</a></p>\n",
			(size_t)kept->rows[kept->count % ROWS].seq - 1);
}

/* Numbers have no gaps, so no more rows are read than are shown, and one to know of more. */
static int read_rows(struct state *state, struct log_rows_kept *kept, struct fault *f)
{
	struct log_filter filter = { 0 };
	struct state_figures figures;
	struct log_archives archives;
	int64_t newest = kept->up_to;
	int status = newest > 0 ? 0 : state_figures(state, &figures, f);

	if (status == 0 && newest <= 0)
		newest = figures.rows;
	filter.after = newest > ROWS ? newest - ROWS - 1 : 0;
	if (status == 0)
		status = log_archives_find(&archives, state, NULL, NULL, f);
	else
		archives = (struct log_archives){ 0 };
	if (status == 0)
		status = log_archives_read(&archives, &filter, on_row, kept, f);
	log_archives_release(&archives);
	return status < 0 ? -1 : 0;
}

int log_page(struct visit *visit, struct fault *f)
{
	struct log_rows_kept *kept = calloc(1, sizeof(*kept));
	struct buf to = BUF_INIT(20), title = BUF_INIT(2048);
	int status = kept ? 0 : fault_memory(f);

	if (status == 0) {
		kept->fault = f;
		if (url_parameter(visit->query, "to", &to) && to.len)
			kept->up_to = strtoll(to.data, NULL, 10);
		status = read_rows(visit->facts.state, kept, f);
	}
	buf_addf(&title, "Log of %.*s", (int)visit->repository->name_len, visit->repository->name);
	if (status == 0)
		status = visit_page(visit, title.len ? title.data : "Log", NULL, false, NULL, f);
	if (status == 0) {
		add_rows(visit, kept);
		status = visit_page_end(visit, f);
	}
	for (size_t i = 0; kept && i < ROWS; i++)
		row_release(&kept->rows[i]);
	free(kept);
	buf_release(&to);
	buf_release(&title);
	return status;
}
