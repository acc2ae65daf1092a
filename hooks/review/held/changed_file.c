#include "hooks/review/held/changed_file.h"

#include <stdlib.h>

#include "common/base/deadline.h"
#include "common/history/graph.h"
#include "hooks/review/held/similar.h"

#define TEXTS_MAX ((size_t)64 << 20)
#define SECONDS_MAX 5

static struct changed_file *add(struct changed_files *files)
{
	struct changed_file *grown =
		arena_grow(&files->arena, files->items, files->count, sizeof(*grown));

	if (!grown)
		return NULL;
	files->items = grown;
	grown[files->count] = (struct changed_file){ .moved_from = { "", 0 } };
	return &grown[files->count++];
}

static int add_flagged(struct changed_files *files, const struct held *held, struct fault *f)
{
	for (size_t i = 0; i < held->count; i++) {
		const struct held_change *change = &held->changes[i];
		struct changed_file *file = change->path.len ? add(files) : NULL;

		if (!change->path.len)
			continue;
		if (!file)
			return fault_memory(f);
		file->path = change->path;
		file->path_text = change->path_text;
		file->old = change->old;
		file->new = change->new;
		file->rules = change->rules;
		file->elsewhere = change->elsewhere;
	}
	files->flagged = files->count;
	return 0;
}

static int by_path(const void *left, const void *right)
{
	const struct changed_file *a = left, *b = right;
	size_t most = a->path.len < b->path.len ? a->path.len : b->path.len;
	int order = memcmp(a->path.data, b->path.data, most);

	return order ? order : (a->path.len > b->path.len) - (a->path.len < b->path.len);
}

static bool same_entry(const struct entry *a, const struct entry *b)
{
	return a->mode == b->mode && (!a->mode || oid_equal(&a->id, &b->id));
}

/* Whether the very change is among the flagged ones, which are sorted by path. */
static bool is_flagged(const struct changed_files *files, const struct changed_file *change)
{
	const struct changed_file *at =
		files->flagged
			? bsearch(change, files->items, files->flagged, sizeof(*change), by_path)
			: NULL;

	if (!at)
		return false;
	while (at > files->items && by_path(at - 1, change) == 0)
		at--;
	for (; at < files->items + files->flagged && by_path(at, change) == 0; at++)
		if (same_entry(&at->old, &change->old) && same_entry(&at->new, &change->new))
			return true;
	return false;
}

static int on_change(void *context, const struct change *change, struct fault *f)
{
	struct changed_files *files = context;
	const struct changed_file like = {
		.path = change->path, .old = change->old, .new = change->new
	};
	struct changed_file *file;
	char *path;

	if (is_flagged(files, &like))
		return 0;
	if (files->count - files->flagged == CHANGED_REST_MAX) {
		files->more++;
		return 0;
	}
	path = arena_copy(&files->arena, change->path.data, change->path.len);
	file = path ? add(files) : NULL;
	if (!file)
		return fault_memory(f);
	file->path_text = path;
	file->path = (struct span){ path, change->path.len };
	file->old = change->old;
	file->new = change->new;
	return 0;
}

/*
 * What the whole push is compared with: the ref's old value or, of a new ref, where it leaves the
 * main branch.  Zero: nothing.
 */
static int find_base(struct changed_files *files, const struct held *held,
	const struct facts *facts, struct graph *graph, struct oid *base, struct fault *f)
{
	struct oid pair[2] = { held->target };
	struct oid_list bases = { 0 };
	struct ref_value head;
	int status = 0;

	*base = (struct oid){ 0 };
	if (oid_parse(base, span_of(held->old)) == 0 && !oid_is_zero(base) &&
		repo_has(facts->repo, base)) {
		files->against = "what the ref has now";
		return 0;
	}
	*base = (struct oid){ 0 };
	if (repo_ref(facts->repo, facts->head, &head, f) < 0)
		return -1;
	free(head.target);
	files->against = "nothing, since it begins a history";
	if (head.kind != REF_DIRECT)
		return 0;
	pair[1] = head.id;
	status = graph_merge_bases(graph, pair, 2, &bases, f);
	if (status == 0 && bases.count) {
		*base = bases.ids[0];
		files->against = "where it leaves the main branch";
	}
	oid_list_release(&bases);
	return status;
}

static int add_rest(struct changed_files *files, const struct held *held, const struct facts *facts,
	struct fault *f)
{
	struct deadline deadline = { .at = deadline_clock() + SECONDS_MAX };
	struct changes changes = { .repo = facts->repo,
		.limit = (size_t)facts->policy->limits.changes,
		.deadline = &deadline };
	const struct change_listener listener = { on_change, files };
	struct oid base, trees[2] = { 0 };
	struct graph *graph = NULL;
	int status = graph_new(&graph, facts->repo, f);

	if (status == 0)
		graph_limit(graph, 100000, &deadline);
	if (status == 0)
		status = find_base(files, held, facts, graph, &base, f);
	if (status == 0 && !oid_is_zero(&base))
		status = repo_tree_of(facts->repo, &base, &trees[0], f);
	if (status == 0)
		status = repo_tree_of(facts->repo, &held->target, &trees[1], f);
	changes.graph = graph;
	if (status == 0)
		status = changes_between(&changes, &trees[0], &trees[1], &listener, f);
	changes_release(&changes);
	graph_free(graph);
	return status;
}

int changed_files_read(struct changed_files *out, const struct held *held,
	const struct facts *facts, struct fault *f)
{
	struct fault late = { 0 };

	*out = (struct changed_files){ .arena = ARENA_INIT(TEXTS_MAX) };
	if (add_flagged(out, held, f) < 0)
		return -1;
	if (out->flagged)
		qsort(out->items, out->flagged, sizeof(*out->items), by_path);
	if (held->of_commit && add_rest(out, held, facts, &late) < 0)
		out->against = NULL; /* what is flagged is shown all the same */
	return similar_match(out, facts->repo, f);
}

void changed_files_release(struct changed_files *files)
{
	arena_release(&files->arena);
	*files = (struct changed_files){ 0 };
}

bool changed_files_have(const struct changed_files *files, const struct oid *id)
{
	for (size_t i = 0; i < files->count; i++) {
		const struct changed_file *file = &files->items[i];

		if ((file->old.mode && oid_equal(&file->old.id, id)) ||
			(file->new.mode &&oid_equal(&file->new.id, id)))
			return true;
	}
	return false;
}
