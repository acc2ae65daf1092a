#include "common/facts/server_path.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What may stand before a path, and what ends one that is not quoted. */
#define BEFORE " \t\n'\"`(<[=:,"
#define AFTER " \t\n'\"`)>],;"

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Whether a path begins here: at a folder that the root really has. */
static bool begins(struct span text, size_t at)
{
	char folder[NAME_MAX + 2];
	size_t len = 1;
	struct stat st;

	if (text.data[at] != '/' || (at && !is_one_of(text.data[at - 1], BEFORE)))
		return false;
	while (at + len < text.len && text.data[at + len] != '/' &&
		!is_one_of(text.data[at + len], AFTER ":") && len <= NAME_MAX)
		len++;
	(void)snprintf(folder, sizeof(folder), "%.*s", (int)len, text.data + at);
	return len > 1 && stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
}

/* How long it is: to the quote that it stands in, to a blank, or to a colon that ends a name. */
static size_t path_len(struct span text, size_t at)
{
	char quote = at && is_one_of(text.data[at - 1], "'\"`") ? text.data[at - 1] : '\0';
	size_t end = at;

	for (; end < text.len; end++) {
		char c = text.data[end];

		if (quote ? c == quote : is_one_of(c, AFTER))
			break;
		if (!quote && c == ':' &&
			(end + 1 == text.len || is_one_of(text.data[end + 1], AFTER "0123456789")))
			break;
	}
	return end - at;
}

static void add_end(struct buf *out, struct span path)
{
	while (path.len > 1 && path.data[path.len - 1] == '/')
		path.len--;
	for (size_t i = path.len; i > 0; i--)
		if (path.data[i - 1] == '/') {
			buf_add(out, path.data + i, path.len - i);
			return;
		}
}

/* How much of the text is the folder, with a slash behind it or as it is. */
static size_t folder_len(struct span text, size_t at, const char *folder)
{
	size_t len = folder ? strlen(folder) : 0;
	char after;

	if (len < 2 || text.len - at < len || memcmp(text.data + at, folder, len) != 0)
		return 0;
	after = at + len < text.len ? text.data[at + len] : '\0';
	return after == '/' ? len + 1 : !after || is_one_of(after, AFTER ":") ? len : 0;
}

int server_path_hide(struct buf *out, struct span text)
{
	char *folder = realpath(".", NULL);

	for (size_t at = 0; at < text.len;) {
		size_t below = folder_len(text, at, folder);
		size_t len;

		if (below) {
			if (text.data[at + below - 1] != '/')
				buf_adds(out, "the repository");
			at += below;
		} else if (begins(text, at)) {
			len = path_len(text, at);
			add_end(out, (struct span){ text.data + at, len });
			at += len;
		} else {
			buf_addc(out, text.data[at++]);
		}
	}
	free(folder);
	return out->failed ? -1 : 0;
}
