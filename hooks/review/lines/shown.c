#include "hooks/review/lines/shown.h"

#include <string.h>

#include "common/base/text.h"

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && !strchr("&<>\"'", c);
}

/* One character that is not plain, as HTML. */
static void add_character(struct page *page, unsigned int c, struct span bytes)
{
	switch (c) {
	case '&':
		fputs("&amp;", page->out);
		break;
	case '<':
		fputs("&lt;", page->out);
		break;
	case '>':
		fputs("&gt;", page->out);
		break;
	case '"':
		fputs("&quot;", page->out);
		break;
	case '\'':
		fputs("&#39;", page->out);
		break;
	default:
		(void)fwrite(bytes.data, 1, bytes.len, page->out);
	}
}

static void add_framed(struct page *page, unsigned int c)
{
	if (c < 0x100)
		fprintf(page->out, "<span class=\"odd\">\\x%02x</span>", c);
	else
		fprintf(page->out, "<span class=\"odd\">\\u{%04x}</span>", c);
}

static void add(struct page *page, struct span bytes, bool tabs)
{
	unsigned int before = 0;

	while (bytes.len) {
		unsigned int c = (unsigned char)bytes.data[0];
		size_t len = 0;

		while (len < bytes.len && is_plain((unsigned char)bytes.data[len]))
			len++;
		if (len) {
			(void)fwrite(bytes.data, 1, len, page->out);
			c = (unsigned char)bytes.data[len - 1];
		} else if ((len = text_decode(bytes, &c)) == 0) {
			len = 1;
			add_framed(page, (unsigned char)bytes.data[0]);
		} else if (text_is_hidden(before, c) && !(tabs && c == '\t')) {
			add_framed(page, c);
		} else {
			add_character(page, c, (struct span){ bytes.data, len });
		}
		before = c;
		bytes.data += len;
		bytes.len -= len;
	}
}

void shown_add(struct page *page, struct span bytes)
{
	add(page, bytes, false);
}

void shown_text(struct page *page, const char *text)
{
	add(page, span_of(text), false);
}

void shown_code(struct page *page, struct span bytes)
{
	add(page, bytes, true);
}

/* How long the escape is that the text begins with; 0: none of ours. */
static size_t escape_length(const char *text)
{
	if (text[1] == '\\')
		return 2;
	if (text[1] == 'n' || text[1] == 't' || text[1] == 'r')
		return 2;
	if (text[1] == 'x' && strspn(text + 2, "0123456789abcdef") >= 2)
		return 4;
	if (text[1] == 'u' && text[2] == '{') {
		size_t digits = strspn(text + 3, "0123456789abcdef");

		return digits && text[3 + digits] == '}' ? digits + 4 : 0;
	}
	return 0;
}

void shown_escaped(struct page *page, const char *text)
{
	while (text && *text) {
		size_t plain = strcspn(text, "\\"), len;

		shown_add(page, (struct span){ text, plain });
		text += plain;
		if (!*text)
			return;
		len = escape_length(text);
		if (len < 2 || text[1] == '\\')
			fputc('\\', page->out);
		else
			fprintf(page->out, "<span class=\"odd\">%.*s</span>", (int)len, text);
		text += len ? len : 1;
	}
}

size_t shown_count_hidden(struct span bytes)
{
	unsigned int before = 0;
	size_t count = 0;

	while (bytes.len) {
		unsigned int c = 0;
		size_t len = text_decode(bytes, &c);

		if (!len)
			count++;
		else if (text_is_hidden(before, c) && c != '\n' && c != '\t' &&
			 !(c == '\r' && bytes.len > 1 && bytes.data[1] == '\n'))
			count++;
		before = c;
		bytes.data += len ? len : 1;
		bytes.len -= len ? len : 1;
	}
	return count;
}
