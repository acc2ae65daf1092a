/*
 * The server's clock, which may be wrong and be put right.  Dates, such as the one on which an
 * agent expires, are compared with the latest time that anything was ever logged at: what has been
 * seen to be over stays over.  What lasts for a while, such as an approval, is compared with the
 * time that has passed, which only goes on: a clock that is set back stops it for a moment.  So an
 * approval that is given after the clock was once far ahead lasts as long as any.
 */
#ifndef COMMON_STATE_CLOCK_H
#define COMMON_STATE_CLOCK_H

#include "common/base/oid.h"
#include "common/state/state.h"

/* Seconds since 1970. */
struct clock {
	int64_t now;    /* what the server's clock says */
	int64_t seen;   /* the latest that it said when anything was logged, or now */
	int64_t passed; /* as now, and later by as much as the clock was ever set back */
	int64_t since;  /* when it was found to have been set back, by itself; 0: never */
};

/* Reads the clock, and what is remembered of it.  0 or -1. */
int clock_read(struct state *state, struct clock *out, struct fault *f);

/* Remembers what time it is, with a row of the log.  In a transaction.  0 or -1. */
int clock_keep(struct state *state, struct fault *f);

/* Lets dates be to come that the clock had passed before it was set back.  0 or -1. */
int clock_believe(struct state *state, struct fault *f);

/* By how much the clock was ever set back, taken together. */
int64_t clock_lag(const struct clock *clock);

/*
 * The date of what was not noted when it came, as time that has passed: only what is dated after
 * the clock was set back is taken to be from after that.
 */
int64_t clock_passed_at(const struct clock *clock, int64_t date);

/* Notes when a tag with that date came, where that is not plain from the date.  0 or -1. */
int clock_note(struct state *state, const struct clock *clock, const struct oid *tag, int64_t date,
	struct fault *f);

/* When the tag came, as time that has passed: as it was noted, else its date.  0 or -1. */
int clock_noted(
	struct state *state, const struct oid *tag, int64_t date, int64_t *passed, struct fault *f);

#endif
