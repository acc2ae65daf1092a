/* Whether a merge's content is what merging the contents by itself gives. */
#include "common/git/repo.h"
#include "common/git/repo_private.h"

/* The three blobs that go into a merge. */
struct sides {
	struct object base, ours, theirs;
};

static void sides_release(struct sides *sides)
{
	object_release(&sides->base);
	object_release(&sides->ours);
	object_release(&sides->theirs);
}

static git_merge_file_input input_of(const struct object *object)
{
	git_merge_file_input input;

	(void)git_merge_file_input_init(&input, GIT_MERGE_FILE_INPUT_VERSION);
	input.ptr = object->data.data;
	input.size = object->data.len;
	return input;
}

/* Merges with one way of comparing lines; *out is whether it is clean and gives just that blob. */
static int merge_gives(const struct sides *sides, unsigned flags, const struct oid *outcome,
	bool *same, struct fault *f)
{
	git_merge_file_options options;
	git_merge_file_input base = input_of(&sides->base), ours = input_of(&sides->ours),
			     theirs = input_of(&sides->theirs);
	git_merge_file_result result = { 0 };
	git_oid id;

	*same = false;
	(void)git_merge_file_options_init(&options, GIT_MERGE_FILE_OPTIONS_VERSION);
	options.flags = flags;
	if (git_merge_file(&result, &base, &ours, &theirs, &options) < 0)
		return repo_fault(f, "merging contents");
	if (result.automergeable && git_odb_hash(&id, result.ptr, result.len, GIT_OBJECT_BLOB) == 0)
		*same = memcmp(&id, outcome->hash, sizeof(id)) == 0;
	git_merge_file_result_free(&result);
	return 0;
}

int repo_merge_is(struct repo *repo, const struct repo_merge *merge, const struct oid *outcome,
	bool *same, struct fault *f)
{
	static const unsigned ways[] = { GIT_MERGE_FILE_DEFAULT, GIT_MERGE_FILE_DIFF_PATIENCE };
	struct sides sides = { 0 };
	int result = -1;

	*same = false;
	if (repo_read(repo, merge->base, &sides.base, f) == 0 &&
		repo_read(repo, merge->ours, &sides.ours, f) == 0 &&
		repo_read(repo, merge->theirs, &sides.theirs, f) == 0)
		result = 0;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && result == 0 && !*same; i++)
		result = merge_gives(&sides, ways[i], outcome, same, f);
	sides_release(&sides);
	return result;
}
