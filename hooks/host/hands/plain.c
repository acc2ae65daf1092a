#include "hooks/host/hands/plain.h"

#include <string.h>

#include "common/base/beneath.h"

#define PLAIN_MAX ((size_t)65536) /* settings that are longer are git's to read */

/* HEAD as git writes it: the name of a ref, or an id. */
static bool has_plain_head(int dir)
{
	struct buf text = BUF_INIT(PLAIN_MAX);
	struct fault ignored = { 0 };
	bool exists = false, plain = false;

	if (beneath_read(dir, "HEAD", &text, &exists, &ignored) == 0 && exists && text.len)
		plain = strncmp(text.data, "ref: refs/heads/", 16) == 0 ||
			strspn(text.data, "0123456789abcdef") >= 40;
	buf_release(&text);
	return plain;
}

/* `core.bare` is said once, as git itself writes it, and nothing could say otherwise. */
static bool says_bare(const char *text)
{
	static const char bare[] = "\n\tbare = true\n";
	const char *found = strstr(text, bare), *section = strchr(text + 1, '[');

	return found && strncmp(text, "[core]\n", 7) == 0 && (!section || found < section) &&
	       strstr(text, "\n\trepositoryformatversion = 0\n") &&
	       strcasestr(text, "bare") == found + 2 && !strcasestr(found + 3, "bare") &&
	       !strcasestr(text, "include") && !strcasestr(text, "worktree") && !strchr(text, '\\');
}

bool plain_is_bare(int dir)
{
	struct buf text = BUF_INIT(PLAIN_MAX);
	struct fault ignored = { 0 };
	bool exists = false, plain;

	plain = beneath_read(dir, "config", &text, &exists, &ignored) == 0 && exists && text.len &&
		strlen(text.data) == text.len && says_bare(text.data) && has_plain_head(dir);
	buf_release(&text);
	return plain;
}
