#include "common/text/html.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by name. */
static const struct known_tag {
	const char *name;
	enum html_kind kind;
} known[] = {
	{ "a", HTML_LINK },
	{ "abbr", HTML_LETTERS },
	{ "b", HTML_LETTERS },
	{ "big", HTML_LETTERS },
	{ "blockquote", HTML_FENCE },
	{ "br", HTML_BREAK },
	{ "center", HTML_BREAK },
	{ "cite", HTML_LETTERS },
	{ "code", HTML_CODE },
	{ "dd", HTML_BREAK },
	{ "del", HTML_CODE },
	{ "details", HTML_BREAK },
	{ "div", HTML_BREAK },
	{ "dl", HTML_BREAK },
	{ "dt", HTML_BREAK },
	{ "em", HTML_LETTERS },
	{ "font", HTML_LETTERS },
	{ "footer", HTML_BREAK },
	{ "h1", HTML_BREAK },
	{ "h2", HTML_BREAK },
	{ "h3", HTML_BREAK },
	{ "h4", HTML_BREAK },
	{ "h5", HTML_BREAK },
	{ "h6", HTML_BREAK },
	{ "hr", HTML_BREAK },
	{ "i", HTML_LETTERS },
	{ "img", HTML_LETTERS },
	{ "ins", HTML_LETTERS },
	{ "kbd", HTML_CODE },
	{ "li", HTML_BREAK },
	{ "mark", HTML_LETTERS },
	{ "ol", HTML_BREAK },
	{ "p", HTML_BREAK },
	{ "picture", HTML_LETTERS },
	{ "pre", HTML_FENCE },
	{ "q", HTML_CODE },
	{ "s", HTML_CODE },
	{ "samp", HTML_CODE },
	{ "small", HTML_LETTERS },
	{ "span", HTML_LETTERS },
	{ "strike", HTML_CODE },
	{ "strong", HTML_LETTERS },
	{ "sub", HTML_LETTERS },
	{ "summary", HTML_BREAK },
	{ "sup", HTML_LETTERS },
	{ "table", HTML_BREAK },
	{ "tbody", HTML_BREAK },
	{ "td", HTML_BREAK },
	{ "th", HTML_BREAK },
	{ "tr", HTML_BREAK },
	{ "tt", HTML_CODE },
	{ "u", HTML_LETTERS },
	{ "ul", HTML_BREAK },
	{ "var", HTML_LETTERS },
};

#define NAME_MAX_LEN 10
#define TAG_MAX 1024 /* a link's address is in it */

static int tag_compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct known_tag *)row)->name);
}

/* The letters and digits of a tag's name, small, with a NUL: how many; 0 if it can be none. */
static size_t read_name(struct span text, char name[NAME_MAX_LEN + 1])
{
	size_t n = 0;

	for (; n < text.len; n++) {
		char c = text.data[n];

		c = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
		if (!((c >= 'a' && c <= 'z') || (n && c >= '0' && c <= '9')))
			break;
		if (n == NAME_MAX_LEN)
			return 0;
		name[n] = c;
	}
	name[n] = '\0';
	return n;
}

/* The value of `href` in a link's tag; empty when it has none that leads to a site. */
static struct span href_of(struct span tag)
{
	const char *at = memmem(tag.data, tag.len, "href=", 5), *end;
	struct span rest;

	if (!at)
		return (struct span){ tag.data, 0 };
	rest = (struct span){ at + 5, (size_t)(tag.data + tag.len - at - 5) };
	end = rest.len ? memchr("\"'", *rest.data, 2)
				 ? memchr(rest.data + 1, *rest.data, rest.len - 1)
				 : NULL
		       : NULL;
	if (end) {
		rest.data++;
		rest.len = (size_t)(end - rest.data);
	}
	if (!span_starts(rest, "http") || memchr(rest.data, ' ', rest.len))
		rest.len = 0;
	return rest;
}

struct html_tag html_tag(struct span text)
{
	struct html_tag tag = { .kind = HTML_NONE };
	struct span rest = { text.data + 1, text.len - 1 };
	char name[NAME_MAX_LEN + 1];
	bool closing = rest.len && *rest.data == '/';
	const struct known_tag *row;
	size_t n, end;

	if (closing)
		rest = (struct span){ rest.data + 1, rest.len - 1 };
	n = read_name(rest, name);
	if (!n || n == rest.len || !memchr(" />\t\n", rest.data[n], 5))
		return tag;
	row = bsearch(name, known, sizeof(known) / sizeof(known[0]), sizeof(known[0]), tag_compare);
	if (!row)
		return tag;
	for (end = n; end < rest.len && end < TAG_MAX && !memchr("<>@", rest.data[end], 3); end++)
		;
	if (end == rest.len || rest.data[end] != '>')
		return tag;
	tag.kind = !closing                  ? row->kind
		   : row->kind == HTML_LINK  ? HTML_LINK_END
		   : row->kind == HTML_FENCE ? HTML_FENCE_END
					     : row->kind;
	tag.len = (size_t)(rest.data + end + 1 - text.data);
	if (tag.kind == HTML_LINK)
		tag.href = href_of((struct span){ rest.data + n, end - n });
	return tag;
}
