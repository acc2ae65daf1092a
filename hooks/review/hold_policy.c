/* What a held change of the delegated policy file would change in the policy. */
#include <string.h>

#include "common/facts/delegated.h"
#include "common/facts/policy_difference.h"
#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"

#define SECONDS 5
#define TEXT_MAX ((size_t)128 << 10)

/* Whether that file is changed, where it counts. */
static bool is_changed(const struct hold_view *hold)
{
	const struct facts *facts = &hold->visit->facts;
	bool changed = false;

	for (size_t i = 0; i < hold->files.count; i++)
		changed = changed || span_is(hold->files.items[i].path, POLICY_DELEGATED);
	return changed && hold->held.of_commit && *facts->policy->delegates &&
	       strcmp(hold->held.ref, facts->head) == 0;
}

/* A line of it; shown as code, whatever is in it. */
static void add_lines(struct page *page, struct span text)
{
	while (text.len) {
		const char *feed = memchr(text.data, '\n', text.len);
		size_t len = feed ? (size_t)(feed - text.data) : text.len;

		shown_code(page, (struct span){ text.data, len });
		page_add(page, "\n");
		text.data += len + (feed != NULL);
		text.len -= len + (feed != NULL);
	}
}

int hold_policy_write(struct hold_view *hold, struct fault *f)
{
	const struct facts *facts = &hold->visit->facts;
	struct page *page = &hold->visit->page;
	struct repo_file old, new = delegated_file();
	struct policy_difference what = { .git_dir = repo_git_dir(facts->repo),
		.seconds = SECONDS };
	struct buf text = BUF_INIT(TEXT_MAX);

	if (!is_changed(hold))
		return 0;
	if (delegated_read(facts->repo, facts->head, &old, f) < 0 ||
		repo_file_read(facts->repo, &hold->held.target, &new, f) < 0)
		return -1;
	if (old.found && !old.over)
		what.old = old.object.data;
	if (new.found && !new.over)
		what.new = new.object.data;
	policy_difference(&what, &text);
	page_section(page, "policy", "What it changes in the policy");
	page_add(page, "<pre>");
	add_lines(page, buf_span(&text));
	page_add(page, "</pre>\n");
	buf_release(&text);
	if (old.found)
		object_release(&old.object);
	if (new.found)
		object_release(&new.object);
	return 0;
}
