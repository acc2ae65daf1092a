#include "common/text/tickbox.h"

#include "common/text/spelling.h"

/* How wide one of the symbols is that the text begins with; 0: it does not. */
static size_t symbol(struct span text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_starts(text, list[i]))
			return strlen(list[i]);
	return 0;
}

#define SYMBOL(text, list) symbol(text, list, sizeof(list) / sizeof((list)[0]))

/* `[ ]`, `[x]`, `( )`; an empty link is no box. */
static size_t bracketed(struct span text, bool *ticked)
{
	size_t n = text.data[0] == '\\';

	if (n == text.len || (text.data[n] != '[' && text.data[n] != '('))
		return 0;
	n++;
	*ticked = n < text.len && memchr("xv", text.data[n], 2);
	if (*ticked)
		n++;
	while (n < text.len && memchr(" \\-", text.data[n], 3) && !*ticked)
		n++;
	if (n == text.len || (text.data[n] != ']' && text.data[n] != ')') ||
		(n + 1 < text.len && text.data[n + 1] == '('))
		return 0;
	return n + 1;
}

/* How wide the box is that the text begins with; 0: there is none. */
static size_t box(struct span text, bool *ticked)
{
	static const char *const empty[] = { "\xe2\x98\x90", "\xe2\x96\xa1", "\xe2\x97\xbb",
		"\xe2\xac\x9c", "\xe2\x9d\x8c", "\xe2\x9c\x97", "\xe2\x9c\x98" };
	static const char *const full[] = { "\xe2\x98\x91", "\xe2\x98\x92", "\xe2\x9c\x85",
		"\xe2\x9c\x93", "\xe2\x9c\x94" };
	size_t width;

	*ticked = false;
	if (!text.len || !memchr("[(\\\xe2", *text.data, 4))
		return 0;
	if (*text.data != '\xe2')
		return bracketed(text, ticked);
	width = SYMBOL(text, full);
	*ticked = width > 0;
	return width ? width : SYMBOL(text, empty);
}

bool tickbox_begins(struct span line)
{
	bool ticked;

	return box(line, &ticked) > 0;
}

/* What stands before the next box that is a word of its own, without what joins the two. */
static struct span before_box(struct span text)
{
	bool ticked;
	size_t n = 0;

	while (n < text.len && !((!n || text.data[n - 1] == ' ') &&
				       box((struct span){ text.data + n, text.len - n }, &ticked)))
		n++;
	return (struct span){ text.data, n };
}

bool tickbox_next(struct span *line, struct span *said)
{
	bool ticked;
	size_t width;

	while ((width = box(*line, &ticked)) > 0) {
		*line = (struct span){ line->data + width, line->len - width };
		*said = before_box(*line);
		*line = (struct span){ line->data + said->len, line->len - said->len };
		while (line->len && said->len && memchr(" -*+|/,;", said->data[said->len - 1], 8))
			said->len--;
		*said = spelling_trim(*said);
		if (ticked && said->len)
			return true;
	}
	return false;
}
