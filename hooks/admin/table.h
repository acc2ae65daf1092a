/*
 * Tables on a terminal: a heading, columns that line up and fit, colour.  Where standard output is
 * no terminal there are none, and commands print the lines that scripts know.
 *
 *	struct terminal terminal = { .colour_asked = "auto" };	from the options
 *	if (terminal_read(&terminal, env, "log") < 0) return 2;
 *	if (terminal.is) {
 *		table_begin(&table, columns, count, &terminal);
 *		table_cell(&table, text, TONE_PLAIN);		one after the other, row by row
 *		table_end(&table);
 *	}
 *
 * What cells hold may be strangers' bytes: it is escaped.
 */
#ifndef HOOKS_ADMIN_TABLE_H
#define HOOKS_ADMIN_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/arena.h"
#include "common/base/env.h"

struct terminal {
	const char *colour_asked; /* --color: `auto`, `always`, `never`; NULL: auto */
	bool iso;                 /* --iso: times as scripts read them */
	bool is, colour, utf8;
	size_t width;
};

/*
 * Looks at standard output, NO_COLOR and COLUMNS.  0, or -1: --color is none of its words, which it
 * says for the command.
 */
int terminal_read(struct terminal *terminal, const struct env *env, const char *command);

/* A time of the log, `2026-11-23T10:00:00Z`, as people read it: the hour of today, else the day. */
struct shown_time {
	char text[40];
};

/* That time in the time of this host; as it is when it is none, or with --iso. */
struct shown_time terminal_time(const struct terminal *terminal, const char *time);

/*
 * Prints the text and a newline; on a terminal it is broken at blanks to fit, and goes on behind
 * that many columns.
 */
void terminal_print(const struct terminal *terminal, const char *text, size_t indent);

/* Text of several lines that is shown as terminal_print() shows each. */
struct terminal_text {
	struct terminal terminal;
	char *text;
	size_t len;
	FILE *out; /* what is to be shown goes here */
};

/* Begins such a text.  0 or -1: no memory. */
int terminal_text_begin(struct terminal_text *text, const struct env *env);

/* Prints what was written, lines that are broken four columns further in, and frees it. */
void terminal_text_end(struct terminal_text *text);

enum tone {
	TONE_PLAIN,
	TONE_GOOD,
	TONE_WARN,
	TONE_BAD,
	TONE_SOFT,
};

/* Beside a tone: words, of which the beginning says more even in a column of paths. */
#define CELL_WORDS 16u

/* A cell as it is shown. */
struct table_shown {
	const char *text;
	unsigned look; /* its tone, and CELL_WORDS */
};

struct table_column {
	const char *heading;
	size_t least; /* it may be cut to so many columns where there is no room; 0: never */
	/* the end of it says more than its beginning: a path; an id, of which a part will do */
	bool tail, id;
	int spare; /* left out where there is no room for all: the greatest first; 0: never */
};

#define TABLE_COLUMNS_MAX 12

struct table {
	const struct table_column *columns;
	size_t count;
	const struct terminal *terminal;
	const char *empty; /* what a terminal shows where there are no rows; NULL: nothing */
	struct arena arena;
	struct table_shown *cells;
	size_t filled;
	bool failed; /* there was no memory */
};

/* Begins a table of these columns, which must outlive it. */
void table_begin(struct table *table, const struct table_column *columns, size_t count,
	const struct terminal *terminal);

/* Adds the next cell, with its tone and perhaps CELL_WORDS; NULL is an empty one. */
void table_cell(struct table *table, const char *text, unsigned look);

/* Prints it, with its heading when it has rows, else `empty`, and frees it.  0 or -1: no memory. */
int table_end(struct table *table);

#endif
