/* Where the reader decides. */
#include <string.h>

#include "hooks/review/decide.h"
#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"

static void add_commands(struct hold_view *hold)
{
	const char *id = hold->held.id;

	page_add(&hold->visit->page,
		"<p>In a terminal (<a href=\"%scommand\">get the command</a>): "
		"<code>git countersign show %s</code>, then ",
		hold->visit->up, id);
	if (!hold->standing.hopeless)
		page_add(&hold->visit->page, "<code>git countersign approve %s</code> or ", id);
	page_add(&hold->visit->page, "<code>git countersign reject %s -m TEXT</code>.</p>\n", id);
}

/* Why nothing can be decided on this page, with a passkey or without. */
static const char *why_not_here(const struct hold_view *hold, bool unshown)
{
	if (unshown)
		return "Not all that is flagged can be laid out here, so it cannot be decided "
		       "here.";
	if (hold->flagged_pages > hold->pager.wanted + 1 || hold->pager.wanted >= hold->pages)
		return "What is flagged goes on: decide on the page on which it ends.";
	return NULL;
}

/* Everybody who could decide by a passkey, where nobody says who asks. */
static size_t add_people(struct hold_view *hold)
{
	const struct policy *policy = hold->visit->facts.policy;
	struct page *page = &hold->visit->page;
	size_t count = 0;

	for (size_t i = 0; i < policy->person_count; i++) {
		if (decide_obstacle(hold->visit, &hold->held, &policy->people[i]))
			continue;
		if (!count++)
			page_add(page, "<p><label for=\"person\">You are</label> "
				       "<select id=\"person\" name=\"person\">\n");
		page_add(page, "<option>");
		shown_text(page, policy->people[i].name);
		page_add(page, "</option>\n");
	}
	if (count)
		page_add(page, "</select></p>\n");
	return count;
}

static void add_form(struct hold_view *hold)
{
	const struct person *person = hold->visit->person;
	bool hopeless = hold->standing.hopeless;
	bool may = !hopeless && (!person || standing_may(&hold->standing, person));
	struct page *page = &hold->visit->page;

	page_add(page, "<form class=\"decide\" id=\"decide\" hidden>\n");
	if (person) {
		page_add(page, "<p>You are <strong>");
		shown_text(page, person->name);
		page_add(page, "</strong><input type=\"hidden\" name=\"person\" value=\"");
		shown_text(page, person->name);
		page_add(page, "\"></p>\n");
	} else {
		(void)add_people(hold);
	}
	if (!may)
		page_add(page, "<p>%s, so you cannot approve it; you can reject it.</p>\n",
			hopeless ? "Too few people may approve this change"
				 : "You took part in this change");
	page_add(page,
		"<label for=\"reason\">What you have to say of it; a rejection needs a reason"
		"</label>\n<textarea id=\"reason\" name=\"why\" maxlength=\"500\"></textarea>\n"
		"<div class=\"buttons\">\n");
	if (may)
		page_add(page,
			"<button type=\"submit\" class=\"yes\" value=\"approve\">Approve with a "
			"passkey</button>\n");
	page_add(page, "<button type=\"submit\" class=\"no\" value=\"reject\">Reject</button>\n");
	if (!person || standing_of(&hold->standing, person))
		page_add(page, "<button type=\"submit\" value=\"withdraw\">Withdraw what you said"
			       "</button>\n");
	page_add(page, "</div>\n<p role=\"status\" id=\"said\"></p>\n</form>\n"
		       "<noscript><p>Passkeys need JavaScript; everything else here works without."
		       "</p></noscript>\n");
}

/* Whether there is somebody for whom the form would be. */
static bool anybody_can(const struct hold_view *hold)
{
	const struct policy *policy = hold->visit->facts.policy;

	for (size_t i = 0; i < policy->person_count; i++)
		if (!decide_obstacle(hold->visit, &hold->held, &policy->people[i]))
			return true;
	return false;
}

void hold_decision_write(struct hold_view *hold, bool unshown)
{
	const struct visit *visit = hold->visit;
	struct page *page = &hold->visit->page;
	const char *why = why_not_here(hold, unshown);
	const char *passkey = decide_obstacle(visit, &hold->held, visit->person);
	bool waits = !hold->held.objection && state_hold_waits(hold->held.status) &&
		     !standing_is_hopeless(hold->held.verdict);

	if (!visit->person && visit->review->anybody && anybody_can(hold))
		passkey = NULL;
	page_section(page, "decision", "Decide");
	if (why && waits) {
		page_add(page, "<p>%s</p>\n", why);
		return;
	}
	if (passkey)
		page_add(page, "<p>%s</p>\n", passkey);
	else
		add_form(hold);
	if (waits)
		add_commands(hold);
}
