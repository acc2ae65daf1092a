/*
 * Rows of a log as parameters of one statement: an array a column.  A text that is not UTF-8 goes
 * escaped, and the row then has beside it the bytes that its hash is of.
 */
#ifndef HOOKS_FLEET_COLUMNS_H
#define HOOKS_FLEET_COLUMNS_H

#include "hooks/fleet/rows.h"

#define COLUMNS (ROWS_TEXTS + 2) /* number, texts, raw */
#define COLUMN_TIME 1

struct columns {
	struct buf lists[COLUMNS];
	size_t count;
	int64_t last;
	char first_time[32], last_time[32];
};

/* Begins with no rows; for columns_release(). */
void columns_begin(struct columns *columns);

/* Adds a row.  0, or -1: no memory. */
int columns_add(struct columns *columns, const struct rows_row *row);

/* Ends each list, so that it is a parameter.  0, or -1: no memory. */
int columns_end(struct columns *columns);

/* Frees it. */
void columns_release(struct columns *columns);

#endif
