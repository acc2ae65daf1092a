#include "common/notify/review_link.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-"

static void add_name(struct buf *out, const char *git_dir)
{
	struct span name = span_of(git_dir);
	size_t start;

	while (name.len && name.data[name.len - 1] == '/')
		name.len--;
	if (span_ends(name, "/.git"))
		name.len -= strlen("/.git");
	else if (span_ends(name, ".git"))
		name.len -= strlen(".git");
	for (start = name.len; start && name.data[start - 1] != '/'; start--)
		;
	for (; start < name.len; start++) {
		char c = name.data[start];

		if (strchr(LETTERS, c))
			buf_addc(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

int review_link(struct buf *out, const struct policy *policy, const char *git_dir, const char *rest)
{
	if (!policy->review.url)
		return 0;
	buf_addf(out, "%s/", policy->review.url);
	add_name(out, git_dir);
	buf_addf(out, "/%s", rest);
	return out->failed ? -1 : 0;
}
