/* The head of a hold's page: what it is, its commits, why it is held, and who has said what. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/history/graph.h"
#include "hooks/review/held/held_commit.h"
#include "hooks/review/hold_view.h"
#include "hooks/review/lines/shown.h"

#define COMMITS_SHOWN 200
#define COMMITS_MAX 100000
#define COMMIT_BYTES ((size_t)1 << 20)
#define SECONDS_MAX 5

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* `by its trailer, author`: the evidence of all findings, each once. */
static void add_evidence(struct page *page, const json_t *verdict)
{
	json_t *told = json_object(), *finding, *how;
	size_t i, j;

	json_array_foreach(json_object_get(verdict, "findings"), i, finding)
	{
		json_array_foreach(json_object_get(finding, "identified_by"), j, how)
		{
			const char *name = json_string_value(how);

			if (!name || json_object_get(told, name))
				continue;
			page_add(page,
				json_object_size(told) ? ", " : " <span class=\"note\">known by ");
			shown_escaped(page, name);
			(void)json_object_set_new(told, name, json_true());
		}
	}
	if (json_object_size(told))
		page_add(page, "</span>");
	json_decref(told);
}

/* The people who answer for the agents. */
static void add_owners(const struct hold_view *hold)
{
	const struct policy *policy = hold->visit->facts.policy;
	struct page *page = &hold->visit->page;
	const char *rest = hold->held.agents;
	bool any = false;

	while (*rest) {
		size_t len = strcspn(rest, ",");
		char name[256];
		const struct agent *agent;

		(void)snprintf(name, sizeof(name), "%.*s", (int)len, rest);
		agent = policy_agent(policy, name);
		if (agent && agent->owner) {
			page_add(page, any ? ", " : "<dt>Owner</dt><dd>");
			shown_text(page, agent->owner);
			any = true;
		}
		rest += len;
		rest += strspn(rest, ", ");
	}
	if (any)
		page_add(page, "</dd>\n");
}

static void add_status(const struct hold_view *hold)
{
	struct page *page = &hold->visit->page;
	struct buf needs = BUF_INIT(4096);
	const char *status = hold->held.status;

	standing_tell(&hold->standing, hold->held.verdict, &needs);
	page_add(page, "<dt>Approvals</dt><dd>");
	if (strcmp(status, "landed") == 0)
		page_badge(page, PAGE_GOOD, "landed");
	else if (!state_hold_waits(status))
		page_badge(page, PAGE_DENY, status);
	else
		page_badge(page,
			needs.len && strncmp(needs.data, "rejected", 8) == 0 ? PAGE_DENY
									     : PAGE_HOLD,
			needs.len ? needs.data : "");
	page_add(page, "</dd>\n");
	buf_release(&needs);
}

/* What landed already, by whose word. */
static void add_glass(const struct hold_view *hold)
{
	struct page *page = &hold->visit->page;
	json_t *glass = json_object_get(hold->held.verdict, "glass");
	const char *by = json_string_value(json_object_get(glass, "by")),
		   *reason = json_string_value(json_object_get(glass, "reason"));

	if (!by || !reason)
		return;
	page_add(page, "<dt>Has landed</dt><dd>");
	shown_text(page, by);
	page_add(page, " broke glass: ");
	shown_text(page, reason);
	page_add(page, "</dd>\n");
}

void hold_about_write(struct hold_view *hold)
{
	struct page *page = &hold->visit->page;
	const struct held *held = &hold->held;

	page_section(page, "about", "What it is");
	page_add(page, "<dl class=\"facts\">\n<dt>Agent</dt><dd>");
	if (*held->agents)
		shown_text(page, held->agents);
	else
		page_add(page, "none; a person's change");
	add_evidence(page, held->verdict);
	page_add(page, "</dd>\n");
	add_owners(hold);
	page_add(page, "<dt>Pushed by</dt><dd>");
	shown_text(page, held->account);
	page_add(page, "</dd>\n<dt>Waiting</dt><dd>%s <span class=\"note\">since %s</span></dd>\n",
		held_age(held->since, time(NULL)).text, held->since);
	page_add(page, "<dt>Ref</dt><dd><code>");
	shown_text(page, held->ref);
	page_add(page, "</code></dd>\n");
	add_glass(hold);
	add_status(hold);
	if (*held->replaces)
		page_add(page,
			"<dt>Replaces</dt><dd><a href=\"%s\"><code class=\"id\">%s</code></a> "
			"<span class=\"note\">an earlier version</span></dd>\n",
			held->replaces, held->replaces);
	page_add(page, "<dt>Hold</dt><dd><code class=\"id\">%s</code></dd>\n</dl>\n", held->id);
	if (held->objection)
		page_add(page,
			"<p class=\"alarm\" role=\"alert\"><strong>Nothing of this may be "
			"signed:</strong> %s.</p>\n",
			held->objection);
}

static int add_commit(struct hold_view *hold, const struct oid *id, struct fault *f)
{
	struct page *page = &hold->visit->page;
	struct object object = { 0 };
	struct commit commit;
	bool over = false;
	const char *why;

	if (repo_read_within(hold->visit->facts.repo, id, COMMIT_BYTES, &object, &over, f) < 0)
		return -1;
	page_add(page, "<li><code class=\"id\">%s</code> ", held_short(oid_text(id).hex).text);
	if (over || commit_parse(&commit, repo_id_len(hold->visit->facts.repo), object.data, &why) <
			    0) {
		page_add(page, "<span class=\"badge deny\">cannot be read</span></li>\n");
		object_release(&object);
		return 0;
	}
	page_add(page, "<span class=\"what\">");
	shown_add(page, held_commit_first_line(commit.message));
	page_add(page, "</span> <span class=\"note\">");
	shown_add(page, commit.author.name);
	page_add(page, " &lt;");
	shown_add(page, commit.author.email);
	page_add(page, "&gt;, %s%s</span>", held_time(commit.author.time).text,
		commit.parent_count > 1 ? ", a merge" : "");
	page_add(page, "<details><summary>Whole message</summary><pre>");
	for (struct span rest = commit.message; rest.len;) {
		const char *feed = memchr(rest.data, '\n', rest.len);
		size_t len = feed ? (size_t)(feed - rest.data) : rest.len;

		shown_code(page, (struct span){ rest.data, len });
		page_add(page, "\n");
		rest.data += len + (feed != NULL);
		rest.len -= len + (feed != NULL);
	}
	page_add(page, "</pre></details></li>\n");
	object_release(&object);
	return 0;
}

/* What the push would bring: what leads to the held commit and neither to the ref nor to HEAD. */
static int find_commits(
	struct hold_view *hold, struct graph *graph, struct oid_list *out, struct fault *f)
{
	const struct facts *facts = &hold->visit->facts;
	struct oid_list tips = { 0 }, hidden = { 0 };
	enum graph_end end = GRAPH_WHOLE;
	struct ref_value head = { 0 };
	struct oid old;
	int status = 0;

	if (oid_parse(&old, span_of(hold->held.old)) == 0 && repo_has(facts->repo, &old))
		status = oid_list_add(&hidden, &old);
	if (status == 0 && repo_ref(facts->repo, facts->head, &head, f) == 0 &&
		head.kind == REF_DIRECT && strcmp(facts->head, hold->held.ref) != 0)
		status = oid_list_add(&hidden, &head.id);
	free(head.target);
	if (status == 0 && oid_list_add(&tips, &hold->held.target) == 0)
		status = graph_range(graph, &tips, &hidden, out, &end, f);
	oid_list_release(&tips);
	oid_list_release(&hidden);
	return status < 0 && f->class == FAULT_NONE ? fault_memory(f) : status;
}

int hold_commits_write(struct hold_view *hold, struct fault *f)
{
	struct page *page = &hold->visit->page;
	struct deadline deadline = { .at = deadline_clock() + SECONDS_MAX };
	struct oid_list commits = { 0 };
	struct graph *graph = NULL;
	int status = 0;

	if (!hold->held.of_commit)
		return 0;
	status = graph_new(&graph, hold->visit->facts.repo, f);
	if (status == 0) {
		graph_limit(graph, COMMITS_MAX, &deadline);
		status = find_commits(hold, graph, &commits, f);
	}
	page_section(page, "commits", commits.count == 1 ? "Commit" : "Commits");
	page_add(page, "<ul class=\"commits\">\n");
	for (size_t i = 0; status == 0 && i < commits.count && i < COMMITS_SHOWN; i++)
		status = add_commit(hold, &commits.ids[commits.count - 1 - i], f);
	page_add(page, "</ul>\n");
	if (commits.count > COMMITS_SHOWN)
		page_add(page, "<p class=\"note\">and %zu earlier ones: git log %s</p>\n",
			commits.count - COMMITS_SHOWN,
			held_short(oid_text(&hold->held.target).hex).text);
	graph_free(graph);
	oid_list_release(&commits);
	return status;
}

static void add_approvers(struct page *page, const json_t *finding)
{
	const json_t *value;
	size_t i;

	if (!json_array_size(json_object_get(finding, "approvers")))
		page_add(page, "nobody");
	json_array_foreach(json_object_get(finding, "approvers"), i, value)
	{
		page_add(page, i ? ", " : "");
		shown_escaped(page, json_string_value(value));
	}
}

static void add_finding(
	struct hold_view *hold, const json_t *finding, const struct standing_finding *weighed)
{
	struct page *page = &hold->visit->page;
	const char *action = text_of(finding, "action");

	page_cell_begin(page);
	page_badge(page,
		strcmp(action, "deny") == 0   ? PAGE_DENY
		: strcmp(action, "hold") == 0 ? PAGE_HOLD
					      : PAGE_PLAIN,
		text_of(finding, "rule"));
	page_cell_end(page);
	page_cell_begin(page);
	if (*text_of(finding, "path")) {
		page_add(page, "<code>");
		shown_escaped(page, text_of(finding, "path"));
		page_add(page, "</code>");
	}
	if (*text_of(finding, "detail")) {
		page_add(page, " ");
		shown_escaped(page, text_of(finding, "detail"));
	}
	if (*text_of(finding, "kind"))
		page_add(page, " <span class=\"note\">%s, confidence %s</span>",
			text_of(finding, "kind"), text_of(finding, "confidence"));
	page_cell_end(page);
	page_cell(page, "%s", held_short(text_of(finding, "commit")).text);
	page_cell_begin(page);
	shown_escaped(page, text_of(finding, "agent"));
	page_cell_end(page);
	page_cell_begin(page);
	add_approvers(page, finding);
	if (weighed->flags)
		page_add(page, " <span class=\"note\">%zu of %d</span>", weighed->have,
			(int)weighed->wanted);
	page_cell_end(page);
}

static void add_said(struct page *page, const struct said *said)
{
	page_add(page, "<li><strong>");
	shown_text(page, said->person->name);
	page_add(page, "</strong> ");
	page_badge(page, said->decision == APPROVAL_APPROVE ? PAGE_GOOD : PAGE_DENY,
		said->decision == APPROVAL_APPROVE ? "approved" : "rejected");
	page_add(page, " <span class=\"note\">%s, with <code>", held_time(said->time).text);
	shown_text(page, said->fingerprint);
	page_add(page, "</code></span>");
	if (*said->why) {
		page_add(page, "<br>");
		shown_text(page, said->why);
	}
	page_add(page, "</li>\n");
}

void hold_findings_write(struct hold_view *hold)
{
	static const struct page_column columns[] = { { .title = "Rule" }, { .title = "What" },
		{ .title = "Commit" }, { .title = "Agent" }, { .title = "Who may approve" } };
	struct page *page = &hold->visit->page;
	json_t *finding;
	size_t i;

	page_section(page, "why", "Why it is held");
	page_table(page, "What the rules found", columns, 5);
	json_array_foreach(json_object_get(hold->held.verdict, "findings"), i, finding)
	{
		add_finding(hold, finding, &hold->standing.findings[i]);
	}
	page_table_end(page);
	if (hold->standing.count)
		page_add(page, "<h3>Said so far</h3>\n<ul class=\"plain\">\n");
	for (i = 0; i < hold->standing.count; i++)
		add_said(page, &hold->standing.items[i]);
	if (hold->standing.count)
		page_add(page, "</ul>\n");
}
