/* What the files of the marks module share.  Nobody else includes this. */
#ifndef COMMON_MARK_MARKS_PRIVATE_H
#define COMMON_MARK_MARKS_PRIVATE_H

#include "common/mark/catalogue.h"
#include "common/mark/marks.h"
#include "common/mark/message.h"
#include "common/mark/policy_marks.h"
#include "common/mark/trailer.h"
#include "common/text/known.h"

/* What a message or a line of it says, whoever's commit it is. */
struct message_says {
	struct agent_set trailer, marker;
	unsigned pending; /* trailers that several agents write, by group */
};

struct marks {
	struct policy_marks own;
	struct buf person, line; /* what an answer is remembered under */
	struct buf plain;        /* an address that was hidden */
	bool failed;             /* no memory for it */
	struct known persons;    /* lines of theirs: a struct agent_set, the catalogue's */
	struct known messages;   /* a struct message_says; of none what the policy knows */
	struct known lines;      /* the same */
	struct message message;
	struct agent_set found[BY_COUNT]; /* of the catalogue */
	struct message_says said;         /* so far; goes into `found` in the end */
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

/* Adds what a line says.  0, or -1. */
int marks_line(struct marks *marks, const struct message_line *line, struct fault *f);

#endif
