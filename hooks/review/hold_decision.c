/* Where the reader decides. */
#include <string.h>

#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"

static void add_commands(struct hold_view *hold)
{
	page_add(&hold->visit->page,
		"<p>In a terminal: <code>git countersign show %s</code>, then "
		"<code>git countersign approve %s</code> or <code>git countersign reject %s -m "
		"TEXT</code>.</p>\n",
		hold->held.id, hold->held.id, hold->held.id);
}

/* Why nothing can be decided here, as far as that is known before; NULL: it can. */
static const char *obstacle(const struct hold_view *hold, bool unshown)
{
	if (hold->held.objection)
		return "What this page can show is not surely what would be signed, so it offers "
		       "nothing to sign.";
	if (strcmp(hold->held.status, "open") != 0)
		return "This does not wait any more.";
	if (unshown)
		return "Not all that is flagged can be laid out here, so it cannot be approved "
		       "here.";
	if (hold->flagged_pages > hold->pager.wanted + 1)
		return "What is flagged goes on: decide on the page on which it ends.";
	if (json_is_false(json_object_get(hold->held.verdict, "approvable")))
		return "No approval can help this change.";
	return NULL;
}

void hold_decision_write(struct hold_view *hold, bool unshown)
{
	struct page *page = &hold->visit->page;
	const char *why = obstacle(hold, unshown);

	page_section(page, "decision", "Decide");
	if (why)
		page_add(page, "<p>%s</p>\n", why);
	else
		add_commands(hold);
}
