#include "common/history/revision.h"

#include <stdio.h>
#include <unistd.h>

#include "common/base/run.h"

#define REVISION_MAX 1024

extern char **environ;

static int ask_git(
	const struct repo *repo, const char *revision, struct buf *answer, struct fault *f)
{
	const char *argv[] = { "git", "-c", "safe.directory=*", "--git-dir", repo_entered(repo),
		"rev-parse", "--verify", "--quiet", "--end-of-options", revision, NULL };
	struct run what = { .argv = argv, .env = environ, .seconds = 30 };
	int status;

	if (run(&what, answer, &status, f) < 0)
		return -1;
	if (status != 0)
		return fault_set(
			f, FAULT_PUSHER, "'%s' is not a revision of this repository", revision);
	return 0;
}

int revision_parse(const struct repo *repo, struct span text, struct oid *out, struct fault *f)
{
	struct buf answer = BUF_INIT(REVISION_MAX);
	char revision[REVISION_MAX];
	int status;

	if (oid_parse(out, text) == 0)
		return 0;
	if (text.len >= sizeof(revision) || memchr(text.data, '\0', text.len))
		return fault_set(f, FAULT_PUSHER, "a revision is too long");
	(void)snprintf(revision, sizeof(revision), "%.*s", (int)text.len, text.data);
	status = ask_git(repo, revision, &answer, f);
	if (status == 0 && (answer.len < 1 || oid_parse(out, (struct span){ answer.data,
								     answer.len - 1 }) < 0))
		status = fault_set(f, FAULT_PUSHER, "'%s' is not one revision", revision);
	buf_release(&answer);
	return status;
}

int revision_range(
	const struct repo *repo, const char *text, struct revision_range *out, struct fault *f)
{
	const char *dots = strstr(text, "..");
	struct span old, new;

	*out = (struct revision_range){ 0 };
	if (!dots || dots[2] == '.')
		return fault_set(f, FAULT_PUSHER, "'%s' is not of the form OLD..NEW", text);
	old = (struct span){ text, (size_t)(dots - text) };
	new = dots[2] ? span_of(dots + 2) : span_of("HEAD");
	if (old.len && revision_parse(repo, old, &out->old, f) < 0)
		return -1;
	return revision_parse(repo, new, &out->new, f);
}
