/* What is different from what the reader approved before. */
#include <stdlib.h>
#include <string.h>

#include "common/facts/approval.h"
#include "hooks/review/file_view.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"

/* The newest earlier hold of the same ref that the reader has approved. */
struct earlier {
	struct hold_view *hold;
	char id[17];
	int64_t time;
	struct fault *fault;
};

static int on_hold(void *context, const struct hold_row *row)
{
	struct earlier *earlier = context;
	struct hold_view *hold = earlier->hold;
	struct approval_subject subject = { .repo = hold->visit->facts.repo,
		.keys = hold->keys,
		.now = hold->visit->facts.clock.seen };
	struct buf refused = BUF_INIT(4096);
	struct ref_value value;
	struct approval approval;
	char name[512];
	bool found = false;
	int status = 0;

	if (strcmp(row->ref, hold->held.ref) != 0 || strcmp(row->id, hold->held.id) == 0)
		return 0;
	(void)snprintf(name, sizeof(name), "refs/countersign/approvals/%s/%s", row->id,
		hold->visit->person->name);
	if (repo_ref(subject.repo, name, &value, earlier->fault) < 0)
		return -1;
	free(value.target);
	if (value.kind != REF_DIRECT)
		return 0;
	subject.ref = name;
	subject.tag = &value.id;
	status = approval_read(&subject, &approval, &refused, earlier->fault);
	found = status == 0 && !refused.len && approval.decision == APPROVAL_APPROVE &&
		approval.person == hold->visit->person;
	buf_release(&refused);
	if (found) {
		memcpy(earlier->id, approval.id, sizeof(earlier->id));
		earlier->time = approval.time;
	}
	return found ? 1 : status;
}

static const struct held_change *change_at(const struct held *held, struct span path)
{
	for (size_t i = held->count; i > 0; i--)
		if (span_equal(held->changes[i - 1].path, path))
			return &held->changes[i - 1];
	return NULL;
}

static bool same_result(const struct held_change *a, const struct held_change *b)
{
	return a->new.mode == b->new.mode && (!a->new.mode || oid_equal(&a->new.id, &b->new.id));
}

/* A path that was approved with another outcome: the difference between the two outcomes. */
static int add_difference(struct hold_view *hold, const struct held_change *before,
	const struct held_change *now, struct fault *f)
{
	struct pager pager = { 0 };
	struct file_view view = { .page = &hold->visit->page,
		.pager = &pager,
		.view = hold->view,
		.repo = hold->visit->facts.repo,
		.self = hold->visit->id };
	const struct changed_file file = { .path = now->path,
		.path_text = now->path_text,
		.old = before->new,
		.new = now->new,
		.rules = now->rules,
		.moved_from = { "", 0 } };

	return file_view_write(&view, &file, 100000 + (size_t)(now - hold->held.changes), f);
}

static int compare(struct hold_view *hold, const struct held *before, struct fault *f)
{
	struct page *page = &hold->visit->page;
	size_t same = 0;

	for (size_t i = 0; i < hold->held.count; i++) {
		const struct held_change *now = &hold->held.changes[i];
		const struct held_change *then = change_at(before, now->path);

		if (!now->path.len)
			continue;
		if (then && same_result(then, now)) {
			same++;
		} else if (then) {
			if (add_difference(hold, then, now, f) < 0)
				return -1;
		} else {
			page_add(page, "<p>Not in what you approved: <code>");
			shown_add(page, now->path);
			page_add(page, "</code></p>\n");
		}
	}
	for (size_t i = 0; i < before->count; i++) {
		const struct held_change *then = &before->changes[i];

		if (!then->path.len || change_at(&hold->held, then->path))
			continue;
		page_add(page, "<p>No longer changed: <code>");
		shown_add(page, then->path);
		page_add(page, "</code></p>\n");
	}
	page_add(page, "<p class=\"note\">%zu flagged path%s as you approved %s.</p>\n", same,
		same == 1 ? " is" : "s are", same == 1 ? "it" : "them");
	return 0;
}

int hold_since_write(struct hold_view *hold, struct fault *f)
{
	struct earlier earlier = { .hold = hold, .fault = f };
	const struct facts *facts = &hold->visit->facts;
	struct held before = { 0 };
	int status;

	if (!hold->visit->person || hold->pager.wanted ||
		standing_of(&hold->standing, hold->visit->person))
		return 0;
	if (state_holds(facts->state, NULL, NULL, on_hold, &earlier, f) < 0)
		return -1;
	if (!earlier.id[0])
		return 0;
	status = held_read(&before, facts, earlier.id, f);
	if (status == 0 && before.found && !before.objection) {
		page_section(&hold->visit->page, "since", "Since you approved an earlier version");
		page_add(&hold->visit->page,
			"<p>On %s you approved <code class=\"id\">%s</code>. Compared with "
			"that:</p>\n",
			held_time(earlier.time).text, earlier.id);
		status = compare(hold, &before, f);
	}
	held_release(&before);
	return status;
}
