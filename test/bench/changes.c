/*
 * changes REPOSITORY OLD NEW: what each commit of the range did, as the judge asks for it.  Prints
 * the numbers of commits and changes.  See run.sh for what it is compared with.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/history/change.h"

static int fail(const char *why)
{
	fprintf(stderr, "changes: %s\n", why);
	return 2;
}

static int count(void *context, const struct change *change, struct fault *f)
{
	(void)change, (void)f;
	++*(size_t *)context;
	return 0;
}

static int one(struct changes *changes, const struct oid *id, size_t *told, struct fault *f)
{
	struct object object;
	struct commit commit;
	const char *why;
	int result;

	if (repo_read(changes->repo, id, &object, f) < 0)
		return -1;
	if (commit_parse(&commit, id->len, object.data, &why) < 0)
		result = fault_set(f, FAULT_PUSHER, "%s", why);
	else
		result = changes_of(changes, &commit,
			&(struct change_listener){ .each = count, .context = told }, f);
	object_release(&object);
	return result;
}

int main(int argc, char **argv)
{
	struct oid old, new;
	struct oid_list tips = { .ids = &new, .count = 1 }, hidden = { .ids = &old, .count = 1 };
	struct oid_list range = { 0 };
	struct changes changes = { .limit = 100000000, .blob_limit = 1 << 20 };
	enum graph_end end;
	struct fault f = { 0 };
	size_t told = 0;

	if (argc != 4 || oid_parse(&old, span_of(argv[2])) < 0 ||
		oid_parse(&new, span_of(argv[3])) < 0)
		return fail("usage: changes REPOSITORY OLD-ID NEW-ID");
	if (repo_open(&changes.repo, argv[1], &f) < 0 ||
		graph_new(&changes.graph, changes.repo, &f) < 0 ||
		graph_range(changes.graph, &tips, &hidden, &range, &end, &f) < 0)
		return fail(f.text);
	for (size_t i = 0; i < range.count; i++)
		if (one(&changes, &range.ids[i], &told, &f) < 0 || changes.end)
			return fail(f.text);
	printf("%zu commits, %zu changes\n", range.count, told);
	oid_list_release(&range);
	changes_release(&changes);
	graph_free(changes.graph);
	repo_free(changes.repo);
	return 0;
}
