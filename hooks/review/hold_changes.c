/* What a hold changes: the flagged files, then the rest, page by page. */
#include <stdlib.h>
#include <string.h>

#include "hooks/review/file_view.h"
#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/url.h"

/* The page's own address with one thing otherwise, as HTML may hold it. */
struct self {
	char text[1024];
};

static struct self self_with(const struct hold_view *hold, struct diff_view view, size_t page)
{
	struct self self;

	(void)snprintf(self.text, sizeof(self.text),
		"%s?view=%s&blanks=%s&lines=%s&open=%s&page=%zu#changes", hold->visit->id,
		view.split ? "split" : "unified", view.ignore_space ? "ignore" : "show",
		view.whole ? "all" : "near", hold->opened, page + 1);
	return self;
}

/* The same with one fold more, which is to be added; none where there are enough. */
static bool self_fold(const struct hold_view *hold, struct self *self)
{
	(void)snprintf(self->text, sizeof(self->text),
		"%s?view=%s&blanks=%s&lines=near&page=%zu&open=%s%s", hold->visit->id,
		hold->view.split ? "split" : "unified", hold->view.ignore_space ? "ignore" : "show",
		hold->pager.wanted + 1, hold->opened, *hold->opened ? "," : "");
	return strlen(hold->opened) + 32 < sizeof(hold->opened);
}

static void add_choice(
	struct hold_view *hold, struct diff_view view, bool chosen, const char *label)
{
	struct page *page = &hold->visit->page;

	page_add(page,
		chosen ? "<a class=\"chosen\" aria-current=\"true\" href=\"%s\">%s</a>\n"
		       : "<a href=\"%s\">%s</a>\n",
		self_with(hold, view, 0).text, label);
}

static void add_choices(struct hold_view *hold)
{
	struct page *page = &hold->visit->page;
	struct diff_view view = hold->view;

	page_add(page,
		"<div class=\"choices\" role=\"group\" aria-label=\"How changes are shown\">\n"
		"<span class=\"pair\">");
	view.split = false;
	add_choice(hold, view, !hold->view.split, "Unified");
	view.split = true;
	add_choice(hold, view, hold->view.split, "Side by side");
	view = hold->view;
	page_add(page, "</span><span class=\"pair\">");
	view.ignore_space = false;
	add_choice(hold, view, !hold->view.ignore_space, "All changes");
	view.ignore_space = true;
	add_choice(hold, view, hold->view.ignore_space, "Without blanks");
	view = hold->view;
	page_add(page, "</span><span class=\"pair\">");
	view.whole = false;
	add_choice(hold, view, !hold->view.whole, "Changed lines");
	view.whole = true;
	add_choice(hold, view, hold->view.whole, "Whole files");
	page_add(page, "</span></div>\n");
}

/* Where the other pages are; nothing when there is one. */
static void add_pages(struct hold_view *hold, size_t pages)
{
	struct page *page = &hold->visit->page;
	size_t wanted = hold->pager.wanted;

	if (pages < 2)
		return;
	page_add(page, "<nav class=\"pages\" aria-label=\"Pages of changes\"><ul>\n");
	if (wanted > 0)
		page_add(page, "<li><a rel=\"prev\" href=\"%s\">Page before</a></li>\n",
			self_with(hold, hold->view, wanted - 1).text);
	page_add(page, "<li><span class=\"here\">Page %zu of %zu</span></li>\n", wanted + 1, pages);
	if (wanted + 1 < pages)
		page_add(page, "<li><a rel=\"next\" href=\"%s\">Next page</a></li>\n",
			self_with(hold, hold->view, wanted + 1).text);
	page_add(page, "</ul></nav>\n");
}

static int write_files(
	struct hold_view *hold, struct file_view *view, size_t from, size_t to, struct fault *f)
{
	for (size_t i = from; i < to; i++)
		if (file_view_write(view, &hold->files.items[i], i, f) < 0)
			return -1;
	return 0;
}

/* What is flagged and about no path. */
static void add_pathless(struct hold_view *hold)
{
	struct page *page = &hold->visit->page;

	for (size_t i = 0; i < hold->held.count; i++) {
		const struct held_change *change = &hold->held.changes[i];

		if (change->path.len || hold->pager.wanted)
			continue;
		page_add(page, "<p class=\"found\"><strong>");
		shown_text(page, change->rules);
		page_add(page, "</strong> flags %s <code class=\"id\">%s</code></p>\n",
			oid_is_zero(&change->commit) ? "the update of the ref to" : "the commit",
			oid_is_zero(&change->commit) ? oid_text(&change->new.id).hex
						     : oid_text(&change->commit).hex);
	}
}

static void add_rest_head(struct hold_view *hold)
{
	struct page *page = &hold->visit->page;
	size_t rest = hold->files.count - hold->files.flagged + hold->files.more;

	if (!hold->files.against || !pager_is_here(&hold->pager))
		return;
	if (!rest)
		page_add(page,
			"<p class=\"note\">The push changes nothing else, compared with %s."
			"</p>\n",
			hold->files.against);
	else
		page_add(page,
			"<h3 id=\"rest\">The rest of the push</h3>\n<p class=\"note\">%zu file%s "
			"that "
			"nothing flags, compared with %s. A decision is not about these.</p>\n",
			rest, rest == 1 ? "" : "s", hold->files.against);
	if (hold->files.more)
		page_add(page,
			"<p class=\"note\">%zu of them are not listed here: git diff "
			"lists them.</p>\n",
			hold->files.more);
}

int hold_changes_write(struct hold_view *hold, bool *unshown, struct fault *f)
{
	struct page *page = &hold->visit->page;
	struct file_view view = { .page = page,
		.pager = &hold->pager,
		.view = hold->view,
		.repo = hold->visit->facts.repo,
		.findings = json_object_get(hold->held.verdict, "findings"),
		.self = hold->visit->id };
	const struct changed_files *files = &hold->files;
	struct self fold = { "" };

	if (self_fold(hold, &fold))
		view.view.fold = fold.text;
	page_section(page, "changes", "What changes");
	add_choices(hold);
	add_pathless(hold);
	if (write_files(hold, &view, 0, files->flagged, f) < 0)
		return -1;
	*unshown = view.unshown;
	/* a decision is offered where what is flagged has been shown to its end */
	hold->flagged_pages = pager_pages(&hold->pager);
	add_rest_head(hold);
	if (write_files(hold, &view, files->flagged, files->count, f) < 0)
		return -1;
	hold->pages = pager_pages(&hold->pager);
	if (hold->pager.wanted >= hold->pages)
		page_add(page, "<p>No such page of changes.</p>\n");
	add_pages(hold, hold->pages);
	return 0;
}
