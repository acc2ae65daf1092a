/*
 * One changed file on the page: its head, which names what was done to it, and its difference.
 */
#ifndef HOOKS_REVIEW_FILE_VIEW_H
#define HOOKS_REVIEW_FILE_VIEW_H

#include "hooks/review/held/changed_file.h"
#include "hooks/review/lines/diff_rows.h"

#define FILE_VIEW_MAX ((size_t)16 << 20) /* bytes of a content that is laid out */

struct file_view {
	struct page *page;
	struct pager *pager;
	struct diff_view view;
	struct repo *repo;
	const json_t *findings; /* of the verdict: those of the file are told with their lines */
	const char *self;       /* the page's own address, for pictures */
	bool unshown;           /* something that is flagged could not be laid out */
};

/* Writes the file, as far as it is on the page; `number` is its own.  0 or -1. */
int file_view_write(
	struct file_view *view, const struct changed_file *file, size_t number, struct fault *f);

/* `image/png` and so on, by the content alone; NULL: it is none of those that are shown. */
const char *file_view_image(struct span content);

#endif
