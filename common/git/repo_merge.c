/*
 * Whether a merge's content is what merging the contents by itself gives.
 *
 * libgit2 is asked first, in two ways, from bytes to bytes; then git.  What is large is merged by a
 * process of its own, which is ended when time is out, as comparing lines can be made to take long.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/git/libgit2.h"
#include "common/git/repo_private.h"
#include "common/store/stored.h"

#define APART_MIN ((size_t)64 << 10)  /* bytes in all; less takes no time worth speaking of */
#define GIT_MOST ((size_t)1 << 20)    /* bytes in all that git is asked about */
#define GIT_SECONDS 10                /* at most, for git */
#define APART_DATA ((rlim_t)80 << 20) /* that merging may take */

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

static git_merge_file_input input_of(const struct libgit2 *git2, const struct object *object)
{
	git_merge_file_input input;

	(void)git2->merge_file_input_init(&input, GIT_MERGE_FILE_INPUT_VERSION);
	input.ptr = object->data.data;
	input.size = object->data.len;
	return input;
}

/* Merges with one way of comparing lines; *out is whether it is clean and gives just that blob. */
static int merge_gives(const struct sides *sides, unsigned flags, const struct oid *outcome,
	bool *same, struct fault *f)
{
	const struct libgit2 *git2 = libgit2(f);
	git_merge_file_options options;
	git_merge_file_input base, ours, theirs;
	git_merge_file_result result = { 0 };
	struct oid id;

	*same = false;
	if (!git2)
		return -1;
	base = input_of(git2, &sides->base);
	ours = input_of(git2, &sides->ours);
	theirs = input_of(git2, &sides->theirs);
	(void)git2->merge_file_options_init(&options, GIT_MERGE_FILE_OPTIONS_VERSION);
	options.flags = flags;
	if (git2->merge_file(&result, &base, &ours, &theirs, &options) < 0)
		return libgit2_fault(f, "merging contents");
	if (result.automergeable) {
		id = stored_id(OBJECT_BLOB, (struct span){ result.ptr, result.len }, outcome->len);
		*same = oid_equal(&id, outcome);
	}
	git2->merge_file_result_free(&result);
	return 0;
}

static int merge_each_way(
	const struct sides *sides, const struct oid *outcome, bool *same, struct fault *f)
{
	static const unsigned ways[] = { GIT_MERGE_FILE_DEFAULT, GIT_MERGE_FILE_DIFF_PATIENCE };
	int result = 0;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && result == 0 && !*same; i++)
		result = merge_gives(sides, ways[i], outcome, same, f);
	return result;
}

/* In the other process: says it by its exit status, and is ended by a signal when time is out. */
static _Noreturn void merge_and_exit(
	const struct sides *sides, const struct repo_merge *merge, pid_t parent)
{
	double left = merge->deadline ? merge->deadline->at - deadline_clock() : GIT_SECONDS;
	const struct rlimit data = { APART_DATA, APART_DATA };
	struct itimerval timer = { .it_value = { 0, 1 } };
	struct fault ignored = { 0 };
	bool same = false;

	if (left > 0) {
		timer.it_value.tv_sec = (time_t)left;
		timer.it_value.tv_usec = 1 + (suseconds_t)((left - (double)(time_t)left) * 999000);
	}
	(void)signal(SIGALRM, SIG_DFL);
	if (setrlimit(RLIMIT_DATA, &data) < 0 || setitimer(ITIMER_REAL, &timer, NULL) < 0 ||
		prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
		merge_each_way(sides, merge->outcome, &same, &ignored) < 0)
		_exit(2);
	_exit(same ? 0 : 1);
}

/* What does not come to an end is not explained; the deadline is over then, if there is one. */
static int merge_apart(
	const struct sides *sides, const struct repo_merge *merge, bool *same, struct fault *f)
{
	pid_t parent = getpid(), child = fork();
	int status = 0;

	if (child == 0)
		merge_and_exit(sides, merge, parent);
	if (child < 0)
		return fault_set(f, FAULT_ADMIN, "merging contents: %m");
	while (waitpid(child, &status, 0) < 0)
		;
	*same = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return deadline_is_over(merge->deadline) ? deadline_fault(f, "merging contents") : 0;
}

/* Git is asked only so often: each time starts it twice. */
static bool ask_git(const struct repo *repo, const struct repo_merge *merge)
{
	double left = merge->deadline ? merge->deadline->at - deadline_clock() : GIT_SECONDS;

	if (!merge->asks || !*merge->asks || left <= 0)
		return false;
	--*merge->asks;
	return repo_merge_by_git(repo, merge, left < GIT_SECONDS ? 1 + (int)left : GIT_SECONDS);
}

int repo_merge_is(struct repo *repo, const struct repo_merge *merge, bool *same, struct fault *f)
{
	struct sides sides = { 0 };
	size_t bytes;
	int result = -1;

	*same = false;
	if (libgit2(f) && repo_read(repo, merge->base, &sides.base, f) == 0 &&
		repo_read(repo, merge->ours, &sides.ours, f) == 0 &&
		repo_read(repo, merge->theirs, &sides.theirs, f) == 0)
		result = 0;
	bytes = sides.base.data.len + sides.ours.data.len + sides.theirs.data.len;
	if (result == 0 && bytes < APART_MIN)
		result = merge_each_way(&sides, merge->outcome, same, f);
	else if (result == 0)
		result = merge_apart(&sides, merge, same, f);
	sides_release(&sides);
	if (result == 0 && !*same && bytes < GIT_MOST)
		*same = ask_git(repo, merge);
	return result == 0 && deadline_is_over(merge->deadline)
		       ? deadline_fault(f, "merging contents")
		       : result;
}
