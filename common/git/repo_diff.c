#include "common/git/repo_diff.h"

#include <limits.h>

#include "common/git/libgit2.h"

/* What a call is about, and what `each` has ended it with. */
struct diffing {
	const struct repo_diff *diff;
	int ended;
};

static bool is_unended(const git_diff_line *line)
{
	return line->content_len == 0 || line->content[line->content_len - 1] != '\n';
}

static int on_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
	const git_diff_line *line, void *context)
{
	struct diffing *diffing = context;
	struct diff_line told = { .text = { line->content, line->content_len } };

	(void)delta;
	(void)hunk;
	switch (line->origin) {
	case GIT_DIFF_LINE_CONTEXT:
		told.side = DIFF_BOTH;
		break;
	case GIT_DIFF_LINE_DELETION:
		told.side = DIFF_OLD;
		break;
	case GIT_DIFF_LINE_ADDITION:
		told.side = DIFF_NEW;
		break;
	default: /* that a line feed is missing is told of the line itself */
		return 0;
	}
	told.unended = is_unended(line);
	if (!told.unended)
		told.text.len--;
	told.old_number = line->old_lineno > 0 ? (size_t)line->old_lineno : 0;
	told.new_number = line->new_lineno > 0 ? (size_t)line->new_lineno : 0;
	diffing->ended = diffing->diff->each(diffing->diff->listener, &told);
	return diffing->ended;
}

int repo_diff(const struct repo_diff *diff, struct fault *f)
{
	struct diffing diffing = { .diff = diff };
	const struct libgit2 *git2 = libgit2(f);
	git_diff_options options;

	if (!git2)
		return -1;
	(void)git2->diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC |
			(diff->ignore_space ? GIT_DIFF_IGNORE_WHITESPACE : 0);
	options.context_lines = diff->context < INT_MAX ? (uint32_t)diff->context : INT_MAX;
	options.max_size = -1;
	if (git2->diff_buffers(diff->old.data ? diff->old.data : "", diff->old.len, NULL,
		    diff->new.data ? diff->new.data : "", diff->new.len, NULL, &options, NULL, NULL,
		    NULL, on_line, &diffing) < 0 &&
		!diffing.ended)
		return libgit2_fault(f, "comparing contents");
	return diffing.ended;
}
