#include "hooks/report/page.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/base64.h"
#include "common/base/digest.h"
#include "common/base/text.h"
#include "hooks/report/page_style.h"

#define TEXT_MAX ((size_t)1 << 26)

static const char *const tones[] = {
	[PAGE_PLAIN] = "plain", [PAGE_GOOD] = "good", [PAGE_HOLD] = "hold", [PAGE_DENY] = "deny"
};

void page_text(struct page *page, struct span bytes)
{
	struct buf shown = BUF_INIT(TEXT_MAX);

	if (text_escape(&shown, bytes) < 0)
		fputs("(too long to be shown)", page->out);
	for (size_t i = 0; i < shown.len; i++) {
		switch (shown.data[i]) {
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
			fputc(shown.data[i], page->out);
		}
	}
	buf_release(&shown);
}

/* One conversion that is not %s, and its value. */
static void add_number(struct page *page, const char *conversion, va_list *args)
{
	switch (conversion[strlen(conversion) - 1]) {
	case 'f':
		fprintf(page->out, "%.*f", conversion[1] == '.' ? conversion[2] - '0' : 6,
			va_arg(*args, double));
		break;
	case 'u':
		if (conversion[1] == 'z')
			fprintf(page->out, "%zu", va_arg(*args, size_t));
		else
			fprintf(page->out, "%u", va_arg(*args, unsigned));
		break;
	case 'd':
		fprintf(page->out, "%d", va_arg(*args, int));
		break;
	default: /* one that the header does not promise: nothing that follows can be trusted */
		abort();
	}
}

static void add_list(struct page *page, const char *format, va_list *args)
{
	while (*format) {
		size_t plain = strcspn(format, "%"), length;
		char conversion[8] = "";

		(void)fwrite(format, 1, plain, page->out);
		format += plain;
		if (!*format)
			return;
		length = 1 + strcspn(format + 1, "sdufc%") + 1;
		(void)snprintf(conversion, sizeof(conversion), "%.*s", (int)length, format);
		format += length;
		if (strcmp(conversion, "%s") == 0)
			page_text(page, span_of(va_arg(*args, const char *)));
		else if (strcmp(conversion, "%%") == 0)
			fputc('%', page->out);
		else
			add_number(page, conversion, args);
	}
}

void page_add(struct page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_list(page, format, &args);
	va_end(args);
}

/* The style sheet's digest as Content-Security-Policy names it. */
static int style_digest(struct buf *out, struct fault *f)
{
	struct digest_text digest;
	char bytes[DIGEST_SIZE];

	if (digest_of(span_of(page_style), &digest, f) < 0)
		return -1;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		const char hex[3] = { digest.hex[2 * i], digest.hex[2 * i + 1], '\0' };

		bytes[i] = (char)strtoul(hex, NULL, 16);
	}
	return base64_encode(out, (struct span){ bytes, sizeof(bytes) }) < 0 ? fault_memory(f) : 0;
}

static void add_links(struct page *page, const struct page_link *link)
{
	fputs("<nav aria-label=\"Sections\"><ul>\n", page->out);
	for (; link->id; link++)
		page_add(page, "<li><a href=\"#%s\">%s</a></li>\n", link->id, link->title);
	fputs("</ul></nav>\n", page->out);
}

/* The style sheet itself, which a policy of the page's own names by its digest.  0 or -1. */
static int add_style(struct page *page, struct fault *f)
{
	struct buf digest = BUF_INIT(64);

	if (style_digest(&digest, f) < 0) {
		buf_release(&digest);
		return -1;
	}
	page_add(page,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
		digest.data);
	fprintf(page->out, "<style>%s</style>\n", page_style);
	buf_release(&digest);
	return 0;
}

static void add_served(struct page *page, const struct page_served *served)
{
	page_add(page, "<link rel=\"stylesheet\" href=\"%s\">\n", served->style);
	if (served->script)
		page_add(page, "<script src=\"%s\" defer></script>\n", served->script);
}

int page_begin(struct page *page, FILE *out, const struct page_head *head, struct fault *f)
{
	*page = (struct page){ .out = out };
	page_add(page,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>%s</title>\n",
		head->title);
	if (head->served)
		add_served(page, head->served);
	else if (add_style(page, f) < 0)
		return -1;
	page_add(page,
		"</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the %s</a>\n"
		"<div class=\"wrap\">\n<header>\n",
		head->served ? "page" : "report");
	if (head->over && head->served)
		page_add(page, "<p class=\"over\"><a href=\"%s\">%s</a></p>\n", head->served->home,
			head->over);
	else if (head->over)
		page_add(page, "<p class=\"over\">%s</p>\n", head->over);
	page_add(page, "<h1>%s</h1>\n", head->title);
	if (head->lead)
		page_add(page, "<p class=\"lead\">%s</p>\n", head->lead);
	if (head->sections)
		add_links(page, head->sections);
	page_add(page, "</header>\n<main id=\"main\">\n");
	return 0;
}

int page_end(struct page *page, const char *footer, struct fault *f)
{
	if (page->in_section)
		page_add(page, "</section>\n");
	page_add(page, "</main>\n<footer><p>%s</p></footer>\n</div>\n</body>\n</html>\n", footer);
	if (fflush(page->out) != 0 || ferror(page->out))
		return fault_set(f, FAULT_ADMIN, "the page could not be written: %m");
	return 0;
}

void page_section(struct page *page, const char *id, const char *title)
{
	if (page->in_section)
		page_add(page, "</section>\n");
	page->in_section = true;
	page_add(page, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">%s</h2>\n",
		id, id, id, title);
}

void page_figures(struct page *page, const struct page_figure *figures, size_t count)
{
	page_add(page, "<dl class=\"figures\">\n");
	for (size_t i = 0; i < count; i++)
		page_add(page, "<div class=\"figure %s\"><dt>%s</dt><dd>%s</dd></div>\n",
			tones[figures[i].tone], figures[i].label, figures[i].value);
	page_add(page, "</dl>\n");
}

void page_badge(struct page *page, enum page_tone tone, const char *word)
{
	page_add(page, "<span class=\"badge %s\">%s</span>", tones[tone], word);
}

void page_table(
	struct page *page, const char *caption, const struct page_column *columns, size_t count)
{
	page->column_count = count < PAGE_COLUMNS_MAX ? count : PAGE_COLUMNS_MAX;
	page->column = 0;
	memcpy(page->columns, columns, page->column_count * sizeof(*columns));
	page_add(page,
		"<section class=\"scroll\" aria-label=\"%s\" tabindex=\"0\">"
		"<table class=\"narrow\">\n<caption>%s</caption>\n<thead><tr>",
		caption, caption);
	for (size_t i = 0; i < page->column_count; i++)
		page_add(page,
			columns[i].number ? "<th scope=\"col\" class=\"n\">%s</th>"
					  : "<th scope=\"col\">%s</th>",
			columns[i].title);
	page_add(page, "</tr></thead>\n<tbody>\n");
}

void page_cell_begin(struct page *page)
{
	const struct page_column *column = &page->columns[page->column];

	if (page->column == 0)
		page_add(page, "<tr><th scope=\"row\">");
	else
		page_add(page,
			column->number ? "<td class=\"n\" data-title=\"%s\">"
				       : "<td data-title=\"%s\">",
			column->title);
}

void page_cell_end(struct page *page)
{
	page_add(page, page->column == 0 ? "</th>" : "</td>");
	if (++page->column == page->column_count) {
		page_add(page, "</tr>\n");
		page->column = 0;
	}
}

void page_cell(struct page *page, const char *format, ...)
{
	va_list args;

	page_cell_begin(page);
	va_start(args, format);
	add_list(page, format, &args);
	va_end(args);
	page_cell_end(page);
}

void page_table_end(struct page *page)
{
	page_add(page, "</tbody></table></section>\n");
}

struct page_count page_count(int64_t n)
{
	struct page_count out;
	char digits[24];
	size_t len, at = 0;

	(void)snprintf(digits, sizeof(digits), "%" PRId64, n < 0 ? 0 : n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out.text[at++] = ',';
		out.text[at++] = digits[i];
	}
	out.text[at] = '\0';
	return out;
}
