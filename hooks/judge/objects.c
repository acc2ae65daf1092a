/*
 * What a commit changed and is too much to be told path by path, since a folder of 10^10 paths is
 * made of a few trees: each new tree and blob is looked into once, for credentials, under the first
 * path that is met; what the other side has as well is not new.
 */
#include <stdlib.h>
#include <string.h>

#include "hooks/judge/parts.h"

#define PATH_MOST 4096                /* longer ones are cut in front */
#define MEMORY_MAX ((size_t)16 << 20) /* of paths; what is behind them is shown without one */

/* A tree or blob that is to be looked into. */
struct waiting {
	struct entry entry;
	struct span path;
};

struct object_search {
	struct judge *judge;
	const struct rule_case *commit; /* NULL: objects are only noted */
	struct arena arena;
	struct waiting *stack;
	size_t count;
	struct oid_map seen; /* trees and blobs that need no looking into any more */
};

static int push(
	struct object_search *l, const struct entry *entry, struct span path, struct fault *f)
{
	struct waiting *grown;

	if (!entry->mode || entry->mode == MODE_SUBMODULE || oid_map_get(&l->seen, &entry->id))
		return 0;
	if ((l->count & (l->count - 1)) == 0) {
		grown = reallocarray(l->stack, l->count ? l->count * 2 : 1, sizeof(*grown));
		if (!grown)
			return fault_memory(f);
		l->stack = grown;
	}
	if (path.len > PATH_MOST)
		path = (struct span){ path.data + path.len - PATH_MOST, PATH_MOST };
	path.data = l->commit ? arena_copy(&l->arena, path.data, path.len) : NULL;
	l->stack[l->count++] =
		(struct waiting){ *entry, path.data ? path : (struct span){ "", 0 } };
	return 0;
}

/* Puts what the tree names on the stack. */
static int open_tree(struct object_search *l, const struct waiting *of, struct fault *f)
{
	struct tree_entry entry, previous = tree_begin(of->entry.id.len);
	struct object object;
	struct buf path = BUF_INIT((size_t)1 << 20);
	const char *why;
	bool over;
	int status = repo_read_within(l->judge->facts->repo, &of->entry.id,
		(size_t)l->judge->facts->policy->limits.blob, &object, &over, f);
	struct span rest = object.data;

	while (status == 0 && object.type == OBJECT_TREE &&
		tree_next(&rest, &entry, &previous, &why) > 0) {
		struct entry named = { .mode = entry.mode, .id = tree_entry_id(&entry) };

		buf_clear(&path);
		buf_addspan(&path, of->path);
		if (of->path.len)
			buf_addc(&path, '/');
		buf_addspan(&path, entry.name);
		status = path.failed ? fault_memory(f) : push(l, &named, buf_span(&path), f);
	}
	object_release(&object);
	buf_release(&path);
	return status;
}

static int no_old_content(const struct rule_case *c, struct span *out, struct fault *f)
{
	(void)c;
	(void)f;
	*out = (struct span){ 0 };
	return 0;
}

static int look_into_blob(struct object_search *l, const struct waiting *of, struct fault *f)
{
	const struct change change = { .path = of->path, .new = of->entry };
	struct rule_case c = *l->commit;
	struct object object;
	bool over;
	int status = repo_read_within(l->judge->facts->repo, &of->entry.id,
		(size_t)l->judge->facts->policy->limits.blob, &object, &over, f);

	c.text = (struct span){ 0 };
	c.change = &change;
	c.old_content = no_old_content;
	c.content = object.data;
	if (status == 0)
		status = rule_credentials(&c, f);
	object_release(&object);
	return status;
}

/* Takes everything off the stack, and what it leads to. */
static int drain(struct object_search *l, struct fault *f)
{
	int status = 0;

	while (status == 0 && l->count) {
		struct waiting of = l->stack[--l->count];
		uint64_t *seen = oid_map_put(&l->seen, &of.entry.id);

		if (!seen)
			return fault_memory(f);
		if ((*seen)++)
			continue;
		if (judge_is_late(l->judge))
			return deadline_fault(f, "looking into folders object by object");
		if (of.entry.mode == MODE_TREE)
			status = open_tree(l, &of, f);
		else if (l->commit)
			status = look_into_blob(l, &of, f);
	}
	return status;
}

static int look_below(struct object_search *l, const struct oid *tree, struct fault *f)
{
	const struct entry root = { MODE_TREE, *tree };
	int status = oid_is_zero(tree) ? 0 : push(l, &root, (struct span){ "", 0 }, f);

	return status < 0 ? -1 : drain(l, f);
}

static bool asked(const struct rule_case *c)
{
	for (size_t i = 0; i < c->policy->rule_count; i++)
		if (rule_wants_credentials(&c->policy->rules[i]) &&
			rule_concerns(c, &c->policy->rules[i]))
			return true;
	return false;
}

int judge_objects(struct judge *judge, const struct rule_case *commit, const struct oid_list *old,
	const struct oid *new, struct fault *f)
{
	struct object_search l = { .judge = judge, .arena = ARENA_INIT(MEMORY_MAX) };
	int status = 0;

	if (!asked(commit))
		return 0;
	for (size_t i = 0; status == 0 && i < old->count; i++)
		status = look_below(&l, &old->ids[i], f);
	l.commit = commit;
	if (status == 0)
		status = look_below(&l, new, f);
	free(l.stack);
	arena_release(&l.arena);
	oid_map_release(&l.seen);
	return status;
}
