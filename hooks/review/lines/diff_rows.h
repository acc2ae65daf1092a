/*
 * The lines of a change as rows of a table, page by page: a page ends when enough was written, in
 * the middle of a file if need be, and the next one goes on there.  Nothing is left out.
 */
#ifndef HOOKS_REVIEW_LINES_DIFF_ROWS_H
#define HOOKS_REVIEW_LINES_DIFF_ROWS_H

#include "hooks/report/page.h"
#include "hooks/review/lines/pager.h"

struct diff_view {
	bool split;        /* side by side */
	bool ignore_space; /* what differs in blanks alone does not */
	bool whole;        /* all lines, not only those around changes */
	/* what is laid out though it is unchanged: `FILE-LINE,...`, where each begins; or NULL */
	const char *opened;
	const char *fold; /* an address, but for its last FILE-LINE, that has one more; or NULL */
};

struct diff_rows {
	struct page *page;
	struct pager *pager;
	struct diff_view view;
	struct span old, new;
	const char *label; /* of what it is about, for who does not see it */
	size_t number;     /* of the file, for the addresses of lines */
	/* called before the first row that is written, if there is one */
	void (*begin)(void *context);
	void *context;
};

/*
 * Writes those rows of the difference that are on the page.  *count: how many lines differ.
 * 0 or -1.
 */
int diff_rows_write(const struct diff_rows *rows, size_t *count, struct fault *f);

#endif
