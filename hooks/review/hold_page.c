/*
 * One hold with everything that matters to a decision.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "hooks/review/file_view.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/url.h"

/* Whether the query has the parameter with that value. */
static bool asks(const struct visit *visit, const char *name, const char *value)
{
	struct buf text = BUF_INIT(64);
	bool is = url_parameter(visit->query, name, &text) && span_is(buf_span(&text), value);

	buf_release(&text);
	return is;
}

static size_t page_asked(const struct visit *visit)
{
	struct buf text = BUF_INIT(16);
	unsigned long number = 1;

	if (url_parameter(visit->query, "page", &text) && text.len &&
		strspn(text.data, "0123456789") == text.len && text.len < 8)
		number = strtoul(text.data, NULL, 10);
	buf_release(&text);
	return number ? number - 1 : 0;
}

/* Which folds are open: nothing else than numbers gets into the page. */
static void read_opened(struct hold_view *hold)
{
	struct buf text = BUF_INIT(sizeof(hold->opened) - 1);

	if (url_parameter(hold->visit->query, "open", &text) && !text.failed && text.len &&
		strspn(text.data, "0123456789-,") == text.len)
		(void)snprintf(hold->opened, sizeof(hold->opened), "%s", text.data);
	hold->view.opened = hold->opened;
	buf_release(&text);
}

static int read_hold(struct hold_view *hold, struct fault *f)
{
	struct visit *visit = hold->visit;
	struct standing_subject subject = { .facts = &visit->facts };

	hold->view.split = asks(visit, "view", "split");
	hold->view.ignore_space = asks(visit, "blanks", "ignore");
	hold->view.whole = asks(visit, "lines", "all");
	hold->pager.wanted = page_asked(visit);
	read_opened(hold);
	if (held_read(&hold->held, &visit->facts, visit->id, f) < 0 ||
		approval_keys_new(&hold->keys, visit->facts.policy,
			file_owner(repo_git_dir(visit->facts.repo)), f) < 0 ||
		judge_new(&hold->judge, &visit->facts, f) < 0 ||
		changed_files_read(&hold->files, &hold->held, &visit->facts, f) < 0)
		return -1;
	subject.judge = hold->judge;
	subject.keys = hold->keys;
	subject.verdict = hold->held.verdict;
	subject.id = hold->held.id;
	subject.digest = hold->held.digest;
	subject.ref = hold->held.ref;
	return standing_read(&hold->standing, &subject, f);
}

static void hold_release(struct hold_view *hold)
{
	standing_release(&hold->standing);
	judge_free(hold->judge);
	approval_keys_free(hold->keys);
	changed_files_release(&hold->files);
	held_release(&hold->held);
}

/* `A change to main of app` */
static void write_title(const struct hold_view *hold, struct buf *out)
{
	const char *ref = json_string_value(json_object_get(hold->held.verdict, "ref"));

	ref = ref ? ref : hold->held.ref;
	if (strncmp(ref, "refs/heads/", 11) == 0)
		ref += 11;
	buf_addf(out, "%.*s: change to %s", (int)hold->visit->repository->name_len,
		hold->visit->repository->name, ref);
	if (!state_hold_waits(hold->held.status))
		buf_addf(out, " (%s)", hold->held.status);
}

static int write_page(struct hold_view *hold, struct fault *f)
{
	static const struct page_link links[] = { { "about", "What it is" },
		{ "why", "Why it is held" }, { "changes", "What changes" },
		{ "decision", "Decide" }, { NULL, NULL } };
	struct buf title = BUF_INIT(4096), subject = BUF_INIT(4096);
	bool unshown = false;
	int status;

	write_title(hold, &title);
	held_commit_subject(hold->visit->facts.repo, hold->held.new, &subject);
	status = visit_page(hold->visit, title.len ? title.data : hold->held.id,
		subject.len ? subject.data : NULL, true, links, f);
	buf_release(&subject);
	buf_release(&title);
	if (status < 0)
		return -1;
	hold_about_write(hold);
	if (hold_commits_write(hold, f) < 0)
		return -1;
	hold_findings_write(hold);
	if (hold_policy_write(hold, f) < 0 || hold_since_write(hold, f) < 0 ||
		hold_changes_write(hold, &unshown, f) < 0)
		return -1;
	hold_decision_write(hold, unshown);
	return visit_page_end(hold->visit, f);
}

/* One picture of those that the hold is about, and nothing else of the repository. */
static int write_image(struct hold_view *hold, const struct oid *id, struct fault *f)
{
	struct visit *visit = hold->visit;
	struct object object = { 0 };
	const char *type = NULL;
	bool over = false;

	if (changed_files_have(&hold->files, id) && repo_has(visit->facts.repo, id)) {
		if (repo_read_within(visit->facts.repo, id, FILE_VIEW_MAX, &object, &over, f) < 0)
			return -1;
		type = object.type == OBJECT_BLOB ? file_view_image(object.data) : NULL;
	}
	if (type) {
		visit->reply->type = type;
		(void)fwrite(object.data.data, 1, object.data.len, visit->page.out);
	}
	object_release(&object);
	return type ? 0 : visit_refuse(visit, 404, "No such picture here.", f);
}

int hold_page(struct visit *visit, struct fault *f)
{
	struct hold_view hold = { .visit = visit };
	struct buf image = BUF_INIT(128);
	struct oid id;
	int status = read_hold(&hold, f);

	if (status == 0 && !url_parameter(visit->query, "image", &image))
		status = write_page(&hold, f);
	else if (status == 0 && oid_parse(&id, buf_span(&image)) == 0)
		status = write_image(&hold, &id, f);
	else if (status == 0)
		status = visit_refuse(visit, 404, "No such picture here.", f);
	buf_release(&image);
	hold_release(&hold);
	return status;
}
