/*
 * What of a message is said, and what is only shown: quotations (`> `), fenced code, `#` comments,
 * and indented blocks that text goes on behind or that a line with a colon introduces.
 *
 * Each line is judged by where it stands, before anything is joined: a fence is a fence whatever
 * the line above ends in.  A fence that is never closed is none, so nothing can be hidden by
 * opening one.  A message that is indented as a whole, or git's own list of squashed commits, is
 * said; so is a paragraph that belongs to an item of a list.
 *
 * The pusher controls all bytes; time is linear in them.
 */
#ifndef COMMON_MARK_BLOCKS_H
#define COMMON_MARK_BLOCKS_H

#include <stdbool.h>

#include "common/base/span.h"

/* A run of at least three backquotes or tildes; length 0: none. */
struct blocks_fence {
	char mark;
	size_t length;
};

enum blocks_kind {
	BLOCKS_SAID,
	BLOCKS_BLANK,
	BLOCKS_INDENTED, /* shown, unless it continues the line above */
	BLOCKS_SHOWN,
};

struct blocks_line {
	struct span text; /* trimmed, without its bullet */
	size_t indent;    /* beyond the message's own margin; a tab is eight */
	enum blocks_kind kind;
	bool bullet;
};

#define BLOCKS_ITEMS 8 /* lists within lists that are told apart */

/* Where a reader is in a message. */
struct blocks {
	struct span rest;
	struct blocks_fence fence; /* within */
	const char *open_fence;    /* of one that is never closed */
	const char *last_flush;    /* the last line at the margin: what is above is not the end */
	size_t margin;             /* by which everything is indented */
	size_t lines;              /* that are not blank, of the whole message */
	size_t item[BLOCKS_ITEMS]; /* how far the items' texts are indented, outer first */
	size_t items;
	bool star;       /* the outermost item may be a squashed commit's */
	bool apart;      /* text at the margin stands between the item and this line */
	bool log;        /* git's own list of squashed commits */
	bool begun;      /* the first line has been */
	bool introduced; /* a line that ends in a colon stands before the indented block */
	bool spent;      /* and that block has had a line which is no trailer */
	bool message;    /* that line speaks of a message: it goes on over blank lines */
	bool hinted;     /* a short line with a colon stands there: a trailer below is shown */
	bool above_blank, above_said; /* the line above: is blank; of the item's text, and said */
};

/* Gets ready to read, once through the whole message. */
void blocks_begin(struct blocks *blocks, struct span message);

/* Takes the next line.  False at the end. */
bool blocks_next(struct blocks *blocks, struct blocks_line *line);

/* Whether the line begins as a trailer does: a key of letters with a hyphen in it, and a colon. */
bool blocks_is_trailer(struct span text);

#endif
