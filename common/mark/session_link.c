#include "common/mark/session_link.h"

#include "common/text/spelling.h"

#define LABEL_MAX 6 /* words */

/* What refers to somebody else's; sorted. */
static const char *const referring[] = { "bug", "cf", "closes", "compare", "discussed",
	"discussion", "docs", "example", "examples", "fixes", "issue", "issues", "like", "ref",
	"refer", "reference", "references", "refs", "related", "reported", "reproduced", "see",
	"source", "upstream" };

/* What a session is called; sorted. */
static const char *const sessions[] = { "agent", "chat", "conversation", "link", "log", "run",
	"session", "task", "thread", "trace", "transcript", "url", "view" };

/* Whether the text before a link is nothing, an ornament or a label. */
static bool is_label(struct span text)
{
	struct span rest = spelling_trim(text), between, word;
	bool session = false;
	int words = 0;

	for (; (word = spelling_word(&rest, &between)).len; words++) {
		if (words == LABEL_MAX || SPELLING_LISTED(referring, word) ||
			memchr(between.data, '.', between.len) ||
			memchr(between.data, '"', between.len) ||
			memchr(between.data, '`', between.len))
			return false;
		session |= SPELLING_LISTED(sessions, word);
	}
	if (!words)
		return !text.len || !memchr("`\"'", text.data[text.len - 1], 3);
	text = spelling_trim(text);
	return strchr(":=(<-|>", text.data[text.len - 1]) || session;
}

/* Whether nothing follows a link but what closes over it, or a remark in brackets. */
static bool is_end(struct span text)
{
	struct span between;

	text = spelling_trim(text);
	while (text.len && !spelling_is_word((unsigned char)*text.data) && *text.data != '(') {
		if (strchr("`\"'", *text.data))
			return false;
		text = (struct span){ text.data + 1, text.len - 1 };
	}
	if (text.len && *text.data == '(')
		return text.data[text.len - 1] == ')';
	return !spelling_word(&text, &between).len;
}

bool session_link_read(struct span line, struct span *link)
{
	const char *scheme = memmem(line.data, line.len, "://", 3);
	size_t start, end, head;

	if (!scheme)
		return false;
	head = (size_t)(scheme - line.data);
	start = head + 3;
	if (head >= 5 && memcmp(scheme - 5, "https", 5) == 0)
		head -= 5;
	else if (head >= 4 && memcmp(scheme - 4, "http", 4) == 0)
		head -= 4;
	else
		return false;
	for (end = start; end < line.len && !strchr(" \t<>()[]\"'`|", line.data[end]); end++)
		;
	*link = (struct span){ line.data + start, end - start };
	while (link->len && strchr(".,;:!_*", link->data[link->len - 1]))
		link->len--;
	return link->len && is_label((struct span){ line.data, head }) &&
	       is_end((struct span){ line.data + end, line.len - end });
}
