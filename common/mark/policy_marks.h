/*
 * The marks that a policy adds to the catalogue's: addresses and trailers of its own agents, kept
 * folded and sorted, and what was found of them.
 */
#ifndef COMMON_MARK_POLICY_MARKS_H
#define COMMON_MARK_POLICY_MARKS_H

#include "common/base/buf.h"
#include "common/mark/marks.h"
#include "common/mark/trailer.h"

struct policy_mark {
	struct span text;  /* an address, folded; or a trailer's key, letters and digits alone */
	const char *value; /* of a trailer: its form, folded */
	size_t agent;
};

struct policy_mark_table {
	struct policy_mark *rows; /* sorted by text */
	size_t count;
};

struct policy_marks {
	const struct marks_agent *agents;
	size_t count;
	struct policy_mark_table emails, trailers;
	struct buf texts; /* what the tables point into */
	unsigned *found;  /* for each agent: bits of enum identified_by */
	bool any;         /* of them is set */
};

/*
 * Loads what the agents add; the list must outlive it.  0, or -1: no memory, release it all the
 * same.
 */
int policy_marks_init(struct policy_marks *own, const struct marks_agent *agents, size_t count);

/* Frees what it holds. */
void policy_marks_release(struct policy_marks *own);

/* Forgets what was found. */
void policy_marks_begin(struct policy_marks *own);

/* Whether anything was found yet. */
bool policy_marks_any(const struct policy_marks *own);

/* Finds agents by the addresses in the folded text.  Whether there were any. */
bool policy_marks_emails(struct policy_marks *own, struct span text, enum identified_by by);

/* Finds agents by a trailer. */
void policy_marks_trailer(struct policy_marks *own, const struct trailer *trailer);

/* Has everything that was found be found that way instead. */
void policy_marks_by(struct policy_marks *own, enum identified_by by);

/* Tells the caller what was found; 0, or what `found` returned when that is not 0. */
int policy_marks_tell(const struct policy_marks *own,
	int (*found)(void *context, const char *agent, enum identified_by by), void *context);

#endif
