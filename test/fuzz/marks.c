/* Messages, people and notes of any bytes. */
#include <stdint.h>
#include <stdlib.h>

#include "common/mark/marks.h"

static int see(void *context, const char *agent, enum identified_by by)
{
	(void)context;
	(void)by;
	if (!agent || !*identified_by_name(by))
		abort();
	return 0;
}

static struct marks *marks_once(void)
{
	static const char *const emails[] = { "a@b.c", NULL };
	static const char *const trailers[] = { "A: *", "Agent: b", NULL };
	static const struct marks_agent agents[] = { { "a", emails, trailers } };
	static struct marks *marks;
	struct fault f = { 0 };

	if (!marks && marks_new(&marks, agents, 1, &f) < 0)
		abort();
	return marks;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { (const char *)data, size };
	struct commit commit = { .message = all };
	struct fault f = { 0 };

	commit.author.name = commit.committer.email = all;
	if (marks_of_commit(marks_once(), &commit, see, NULL, &f) < 0 ||
		marks_of_note(marks_once(), all, see, NULL, &f) < 0)
		abort();
	return 0;
}
