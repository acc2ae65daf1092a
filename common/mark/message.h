/*
 * A message as a person reads it: line by line, with what tools have done to it undone.
 *
 * Line ends of any kind, and literal \n of a shell's quoting; HTML entities and <br>; letters, case
 * and invisible characters (a byte order mark is one) folded; folded trailers in one piece; bullets
 * taken off.  Left out is what is not said but shown (blocks.h).
 *
 * The pusher controls all bytes; time is linear in them.
 */
#ifndef COMMON_MARK_MESSAGE_H
#define COMMON_MARK_MESSAGE_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "common/base/fault.h"

struct message_line {
	struct span text; /* folded, trimmed; valid during the call */
	bool first;       /* the subject */
	bool lone;        /* there is no other line */
	bool list;        /* it stood behind a bullet */
	bool capital;     /* its first letter was a capital one */
	struct span raw;  /* its first line, as it was written */
};

#define MESSAGE_MAX (256u << 20) /* of a message unfolded */

/* Where a message is worked on; can be used for one after the other. */
struct message {
	struct buf plain, line;
};

#define MESSAGE_INIT                                         \
	{                                                    \
		BUF_INIT(MESSAGE_MAX), BUF_INIT(MESSAGE_MAX) \
	}

/* Is told of a line; not 0 ends the reading. */
typedef int message_each(void *context, const struct message_line *line, struct fault *f);

/* Calls `each` for every line that is said.  0, -1, or what `each` returned when that is not 0. */
int message_read(struct message *message, struct span bytes, message_each *each, void *context,
	struct fault *f);

/* Frees what it holds. */
void message_release(struct message *message);

#endif
