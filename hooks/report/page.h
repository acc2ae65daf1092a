/*
 * A report as one self-contained page of HTML: it works from disk, asks the network for nothing,
 * runs no script, and its own Content-Security-Policy says so.  Light and dark, on a phone's width,
 * by keyboard, by screen reader, and on paper.
 *
 *	struct page page;
 *
 *	page_begin(&page, out, &(struct page_head){ .title = "...", .lead = "..." }, f)
 *	page_figures(&page, figures, count);		the few numbers to see first
 *	page_section(&page, "rules", "By rule");	a heading, and a link to it at the top
 *	page_add(&page, "<p>%s of %zu</p>", name, n);	HTML; what %s brings is escaped
 *	page_table(&page, "Caption", columns, count);
 *	page_cell(&page, "%s", name);			the first cell of a row names the row
 *	page_cell(&page, "%zu", n);			the last one ends it
 *	page_table_end(&page);
 *	page_chart(&page, &chart);			columns over time, with a table
 *	page_end(&page, f)
 *
 * What strangers wrote (paths, names, messages) goes through %s or page_text() and nowhere else:
 * control characters, bidi controls and invalid UTF-8 come out visible, and nothing of it is
 * markup.  The format itself is ours, a constant.  No style attributes: the policy allows none.
 * Errors of writing are kept by the stream and told by page_end().
 */
#ifndef HOOKS_REPORT_PAGE_H
#define HOOKS_REPORT_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "common/base/span.h"

#define PAGE_COLUMNS_MAX 12
#define PAGE_SERIES_MAX 7

struct page_column {
	const char *title;
	bool number; /* set to the right, in figures of one width */
};

struct page {
	FILE *out;
	struct page_column columns[PAGE_COLUMNS_MAX]; /* of the table that is open */
	size_t column_count, column;
	bool in_section;
};

/* A section that the list at the top leads to; a NULL id ends a list of them. */
struct page_link {
	const char *id, *title;
};

/* Of a page that a server sends with a Content-Security-Policy of its own: addresses. */
struct page_served {
	const char *style;  /* the style sheet's */
	const char *script; /* or NULL */
	const char *home;   /* what the words above the heading lead to */
};

struct page_head {
	const char *title;                /* of the page: its one first heading */
	const struct page_served *served; /* NULL: the page is one file, whole in itself */
	const char *over;                 /* a few words above it, or NULL */
	const char *lead;                 /* a sentence or two below it, or NULL */
	const struct page_link *sections; /* or NULL */
};

/* What something means, as a colour and always beside a word. */
enum page_tone {
	PAGE_PLAIN,
	PAGE_GOOD,
	PAGE_HOLD,
	PAGE_DENY,
};

/* Writes everything up to the beginning of the main part.  0 or -1. */
int page_begin(struct page *page, FILE *out, const struct page_head *head, struct fault *f);

/* Ends the page, and says whether all of it was written.  0 or -1. */
int page_end(struct page *page, const char *footer, struct fault *f);

/*
 * Adds HTML; %s is escaped.  Conversions: %s, %c (escaped, too), %d, %zu, %.1f and their like
 * without a star.
 */
void page_add(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds bytes of strangers, escaped. */
void page_text(struct page *page, struct span bytes);

/* Ends the section that is open, and begins another. */
void page_section(struct page *page, const char *id, const char *title);

struct page_figure {
	const char *value, *label;
	enum page_tone tone;
};

/* The numbers to see first, large. */
void page_figures(struct page *page, const struct page_figure *figures, size_t count);

/* A word with the colour of what it means. */
void page_badge(struct page *page, enum page_tone tone, const char *word);

/* A bar as long as its part of the whole, to stand beside its number. */
void page_bar(struct page *page, double part, enum page_tone tone);

/* Begins a table; at most PAGE_COLUMNS_MAX columns, which it copies. */
void page_table(
	struct page *page, const char *caption, const struct page_column *columns, size_t count);

/* Adds the next cell as page_add() does, beginning and ending rows by itself. */
void page_cell(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same in pieces: begins the next cell, whose inside is added between the two. */
void page_cell_begin(struct page *page);

/* Ends that cell. */
void page_cell_end(struct page *page);

/* Ends the table. */
void page_table_end(struct page *page);

struct page_series {
	const char *name;
	const double *values; /* one a column */
	enum page_tone tone;  /* PAGE_PLAIN: a colour of its own */
};

/* Columns over time, what they consist of stacked. */
struct page_chart {
	/* summary: what there is to see, in a sentence, for who does not see it */
	const char *id, *caption, *summary;
	const char *axis;          /* what a column is: `Month` */
	const char *const *labels; /* of the columns */
	size_t count;
	const struct page_series *series; /* at most PAGE_SERIES_MAX */
	size_t series_count;
	bool share; /* values are parts of one and shown in per cent */
};

/*
 * Draws it, with a legend, and its numbers in a table that opens.  No columns: says that there is
 * nothing to show.
 */
void page_chart(struct page *page, const struct page_chart *chart);

/* A count as people read it: `12,345`. */
struct page_count {
	char text[32];
};

/* Writes it so. */
struct page_count page_count(int64_t n);

#endif
