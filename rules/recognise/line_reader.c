#include "rules/recognise/line_reader.h"

static bool line_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct span line_trimmed(struct span s)
{
	while (s.len && line_blank(s.data[0]))
		s = (struct span){ s.data + 1, s.len - 1 };
	while (s.len && line_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

bool line_next(struct line_reader *l, struct span *line)
{
	const char *end = l->rest.len ? memchr(l->rest.data, '\n', l->rest.len) : NULL;
	size_t len = end ? (size_t)(end - l->rest.data) : l->rest.len;

	if (!l->rest.len)
		return false;
	*line = line_trimmed((struct span){ l->rest.data, len });
	len += end != NULL;
	l->rest = (struct span){ l->rest.data + len, l->rest.len - len };
	l->number++;
	return true;
}

bool line_said(struct line_reader *l, const char *marks, struct span *line)
{
	while (line_next(l, line))
		if (line->len && !line_has(marks, line->data[0]))
			return true;
	return false;
}

struct span line_word(struct span *line)
{
	struct span word = *line;

	word.len = 0;
	while (word.len < line->len && !line_blank(line->data[word.len]))
		word.len++;
	*line = line_trimmed((struct span){ line->data + word.len, line->len - word.len });
	return word;
}
