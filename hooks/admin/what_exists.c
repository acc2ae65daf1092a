#include "hooks/admin/what_exists.h"

#include <stdlib.h>

#include "common/history/change.h"
#include "common/path/fold.h"

#define FILES_MAX 300000 /* of a tree; those beyond are not looked at */

static int add(struct arena *arena, const char ***list, size_t *count, const char *text)
{
	const char **grown = arena_grow(arena, *list, *count, sizeof(*grown));
	char *copy = arena_strdup(arena, text);

	if (!grown || !copy)
		return -1;
	*list = grown;
	grown[(*count)++] = copy;
	return 0;
}

static int on_ref(void *context, const char *name, const struct oid *id)
{
	struct what_exists *what = context;

	(void)id;
	return strncmp(name, "refs/countersign/", 17) == 0
		       ? 0
		       : add(&what->arena, &what->exists.refs, &what->exists.ref_count, name);
}

static int on_file(void *context, const struct change *change, struct fault *f)
{
	struct what_exists *what = context;
	struct policy_exists *e = &what->exists;
	struct buf folded = BUF_INIT((size_t)1 << 20);
	size_t count = e->path_count;
	char *path = arena_copy(&what->arena, change->path.data, change->path.len);
	int status = path && fold_path(&folded, change->path) == 0 ? 0 : -1;

	if (status == 0)
		status = add(&what->arena, &e->folded, &count, folded.data ? folded.data : "");
	if (status == 0)
		status = add(&what->arena, &e->paths, &e->path_count, path);
	buf_release(&folded);
	return status < 0 ? fault_memory(f) : 0;
}

static int list_files(
	struct what_exists *what, struct repo *repo, const struct oid *commit, struct fault *f)
{
	static const struct oid nothing;
	struct changes changes = { .repo = repo, .limit = FILES_MAX };
	struct oid tree;
	int status = repo_tree_of(repo, commit, &tree, f);

	if (status == 0)
		status = changes_between(&changes, &nothing, &tree,
			&(struct change_listener){ .each = on_file, .context = what }, f);
	changes_release(&changes);
	return status;
}

int what_exists_find(struct what_exists *out, struct repo *repo, const char *head, struct fault *f)
{
	struct ref_value value;
	int status;

	*out = (struct what_exists){ .arena = ARENA_INIT((size_t)512 << 20) };
	if (repo_ref(repo, head, &value, f) < 0)
		return -1;
	free(value.target);
	status = repo_refs(repo, "refs/", on_ref, out, f);
	if (status == 0 && value.kind == REF_DIRECT)
		status = list_files(out, repo, &value.id, f);
	return status < 0 && !f->class ? fault_memory(f) : status;
}

void what_exists_release(struct what_exists *what)
{
	arena_release(&what->arena);
	*what = (struct what_exists){ .exists = { .path_count = 0 } };
}
