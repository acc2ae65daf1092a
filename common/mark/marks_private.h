/* What the files of the marks module share.  Nobody else includes this. */
#ifndef COMMON_MARK_MARKS_PRIVATE_H
#define COMMON_MARK_MARKS_PRIVATE_H

#include "common/mark/catalogue.h"
#include "common/mark/marks.h"
#include "common/mark/message.h"
#include "common/mark/policy_marks.h"
#include "common/mark/trailer.h"

#define PERSONS_KEPT 16 /* a power of two */

/* Whom a person's line names: a history has few authors, and each again and again. */
struct known_person {
	char line[128];
	size_t len; /* 0: nobody yet */
	struct agent_set named;
};

struct marks {
	struct policy_marks own;
	struct buf person, plain; /* plain: an address that was hidden */
	bool failed;              /* no memory for it */
	struct known_person persons[PERSONS_KEPT];
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
