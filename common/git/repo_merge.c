/*
 * Whether a merge's content is what merging the contents by itself gives.  libgit2 merges, from
 * bytes to bytes; it is started when the first contents are to be merged.
 */
#include <git2.h>

#include "common/git/repo_private.h"

/*
 * Stands in for the function of Mbed TLS by which libgit2, as Debian builds it, reads all the
 * certificate authorities of the machine when it starts.  Countersign never speaks TLS through
 * libgit2; whoever did would be refused for want of an authority.
 */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain, (void)path;
	return 0;
}

int repo_fault(struct fault *f, const char *context)
{
	const git_error *error = git_error_last();

	return fault_set(
		f, FAULT_ADMIN, "%s: %s", context, error ? error->message : "libgit2 failed");
}

int repo_start_libgit2(struct fault *f)
{
	static bool started;

	if (!started && git_libgit2_init() < 0)
		return repo_fault(f, "libgit2");
	started = true;
	return 0;
}

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
	struct oid id;

	*same = false;
	(void)git_merge_file_options_init(&options, GIT_MERGE_FILE_OPTIONS_VERSION);
	options.flags = flags;
	if (git_merge_file(&result, &base, &ours, &theirs, &options) < 0)
		return repo_fault(f, "merging contents");
	if (result.automergeable) {
		id = stored_id(OBJECT_BLOB, (struct span){ result.ptr, result.len }, outcome->len);
		*same = oid_equal(&id, outcome);
	}
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
	if (repo_start_libgit2(f) == 0 && repo_read(repo, merge->base, &sides.base, f) == 0 &&
		repo_read(repo, merge->ours, &sides.ours, f) == 0 &&
		repo_read(repo, merge->theirs, &sides.theirs, f) == 0)
		result = 0;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && result == 0 && !*same; i++)
		result = merge_gives(&sides, ways[i], outcome, same, f);
	sides_release(&sides);
	return result;
}
