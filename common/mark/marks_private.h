/* What the files of the marks module share.  Nobody else includes this. */
#ifndef COMMON_MARK_MARKS_PRIVATE_H
#define COMMON_MARK_MARKS_PRIVATE_H

#include "common/mark/catalogue.h"
#include "common/mark/marks.h"
#include "common/mark/message.h"
#include "common/mark/policy_marks.h"
#include "common/mark/trailer.h"
#include "common/text/known.h"

/* What a message says, whoever's commit it is. */
struct message_says {
	struct agent_set trailer, marker;
	unsigned pending;
};

struct marks {
	struct policy_marks own;
	struct buf person, plain; /* plain: an address that was hidden */
	bool failed;              /* no memory for it */
	struct known persons;     /* lines of theirs: a struct agent_set, the catalogue's */
	struct known messages;    /* a struct message_says; of neither what the policy knows */
	struct message message;
	struct agent_set found[BY_COUNT]; /* of the catalogue */
	unsigned pending;                 /* trailers that several agents write, by group */
	struct deadline *deadline;        /* when reading has to end, or NULL */
};

static inline int marks_index(enum identified_by by)
{
	return __builtin_ctz((unsigned)by);
}

/* The folded text with its addresses as they are meant (address.h), until the next call. */
struct span marks_plain(struct marks *marks, struct span text);

/* Adds whom a trailer at the start of a line names. */
void marks_trailer(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line);

/* Adds whom a trailer in the middle of a line names. */
void marks_trailer_inside(
	struct marks *marks, const struct trailer *trailer, const struct message_line *line);

/*
 * A trailer that several agents write tells only that it is one of them: the one found otherwise,
 * else the first.
 */
void marks_settle(struct marks *marks);

/* Tells everybody who was found; 0, or what `found` returned when that is not 0. */
int marks_tell(struct marks *marks, marks_found *found, void *context);

#endif
