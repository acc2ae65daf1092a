#include "hooks/review/held/held_check.h"

#include <string.h>

#include "common/base/deadline.h"
#include "common/history/graph.h"

#define SEARCHED_MAX 100000 /* commits */
#define SECONDS_MAX 5

/* The held commit's history, for changes that its tip has no more. */
struct search {
	struct held *held;
	struct repo *repo;
	struct graph *graph;
	size_t left; /* changes that were not met yet */
};

static bool is_entry(const struct entry *entry, uint32_t mode, const struct oid *id)
{
	return entry->mode == mode && (!mode || oid_equal(&entry->id, id));
}

/* Whether the tree has that entry at the path.  0 or -1. */
static int has(struct repo *repo, const struct oid *tree, const char *path,
	const struct entry *entry, bool *out, struct fault *f)
{
	struct oid id;
	uint32_t mode;

	if (repo_entry_at(repo, tree, path, &mode, &id, f) < 0)
		return -1;
	*out = is_entry(entry, mode == MODE_TREE ? 0 : mode, &id);
	return 0;
}

/* Whether a commit takes the path from the one to the other, compared with one of its parents. */
static int brings(struct search *s, const struct oid *commit, const struct held_change *change,
	bool *out, struct fault *f)
{
	const struct oid *parents;
	struct oid tree;
	bool came = false, was = false;
	size_t count;

	*out = false;
	if (graph_tree(s->graph, commit, &tree, f) < 0 ||
		has(s->repo, &tree, change->path_text, &change->new, &came, f) < 0 ||
		graph_parents(s->graph, commit, &parents, &count, f) < 0)
		return -1;
	if (!came)
		return 0;
	if (!count)
		was = change->old.mode == 0;
	for (size_t i = 0; i < count && !was; i++) {
		struct oid parent = parents[i];

		if (graph_tree(s->graph, &parent, &tree, f) < 0 ||
			has(s->repo, &tree, change->path_text, &change->old, &was, f) < 0)
			return -1;
		if (graph_parents(s->graph, commit, &parents, &count, f) < 0)
			return -1;
	}
	*out = was;
	return 0;
}

/* Looks at one commit for all that was not met yet; `elsewhere` stays, `met` is kept in a map. */
static int look(struct search *s, const struct oid *commit, bool *met, struct fault *f)
{
	for (size_t i = 0; i < s->held->count; i++) {
		struct held_change *change = &s->held->changes[i];
		bool found = false;

		if (!change->elsewhere || met[i])
			continue;
		if (brings(s, commit, change, &found, f) < 0)
			return -1;
		if (found) {
			met[i] = true;
			s->left--;
		}
	}
	return 0;
}

/* The commits that the held one brought, and where there are none of those, all that lead to it. */
static int search(struct search *s, const struct facts *facts, struct fault *f)
{
	struct oid_list tips = { 0 }, hidden = { 0 }, commits = { 0 };
	struct deadline deadline = { .at = deadline_clock() + SECONDS_MAX };
	bool *met = arena_alloc(&s->held->arena, s->held->count + 1);
	enum graph_end end;
	struct oid old;
	int status = met ? graph_new(&s->graph, facts->repo, f) : fault_memory(f);

	if (status == 0) {
		graph_limit(s->graph, SEARCHED_MAX, &deadline);
		if (oid_parse(&old, span_of(s->held->old)) == 0 && repo_has(facts->repo, &old))
			(void)oid_list_add(&hidden, &old);
		status = oid_list_add(&tips, &s->held->target) < 0
				 ? fault_memory(f)
				 : graph_range(s->graph, &tips, &hidden, &commits, &end, f);
	}
	for (size_t i = commits.count; status == 0 && i > 0 && s->left; i--)
		status = look(s, &commits.ids[i - 1], met, f);
	graph_free(s->graph);
	oid_list_release(&tips);
	oid_list_release(&hidden);
	oid_list_release(&commits);
	return status;
}

int held_check(struct held *held, const struct facts *facts, struct fault *f)
{
	struct search s = { .held = held, .repo = facts->repo };
	struct oid tree;

	if (repo_tree_of(facts->repo, &held->target, &tree, f) < 0)
		return -1;
	for (size_t i = 0; i < held->count; i++) {
		struct held_change *change = &held->changes[i];
		bool there = true;

		if (!change->path.len)
			continue;
		if (strlen(change->path_text) != change->path.len) {
			held->objection = "its text names a path that no tree can have";
			return 0;
		}
		if (has(facts->repo, &tree, change->path_text, &change->new, &there, f) < 0)
			return -1;
		change->elsewhere = !there;
		s.left += !there;
	}
	if (s.left && search(&s, facts, f) < 0)
		return -1;
	if (s.left)
		held->objection = "the held commit does not have what the hold's text names";
	return 0;
}
