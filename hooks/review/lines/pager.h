/*
 * Which rows of all that there is to show are on the page that is written.
 */
#ifndef HOOKS_REVIEW_LINES_PAGER_H
#define HOOKS_REVIEW_LINES_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#define PAGER_ROWS 2500 /* of a page; a long line counts as several */

/* How far we are, in rows, and which of them are written. */
struct pager {
	size_t at, wanted; /* rows so far; the page that is written, from 0 */
};

/* Counts that many rows as one piece; whether it is on the page that is written. */
bool pager_take(struct pager *pager, size_t rows);

/* Whether what comes next is on the page that is written. */
bool pager_is_here(const struct pager *pager);

/* How many pages there are, all having been counted. */
size_t pager_pages(const struct pager *pager);

#endif
