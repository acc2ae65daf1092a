#include "common/state/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The latest time; and where the clock was set back: passed, at which time of the clock, since. */
#define SEEN "time-seen"
#define TIME_MAX ((int64_t)1 << 40) /* no clock shows what is later, and no sum of two overflows */

/* What is far beyond it is rubbish, and counts as so late that time can still pass. */
static int64_t bounded(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return seconds > 2 * TIME_MAX ? TIME_MAX : seconds;
}

int clock_read(struct state *state, struct clock *out, struct fault *f)
{
	int64_t before[4] = { 0 }; /* seen, passed, by the clock, since */
	char *kept = NULL, *rest;

	*out = (struct clock){ .now = time(NULL) };
	if (state_value(state, SEEN, &kept, f) < 0)
		return -1;
	rest = kept;
	for (size_t i = 0; rest && *rest && i < 4; i++)
		before[i] = bounded(strtoll(rest, &rest, 10));
	free(kept);
	if (!before[2])
		before[1] = before[2] = before[0];
	out->seen = before[0] > out->now ? before[0] : out->now;
	out->since = out->now < before[2] ? out->now : before[3];
	out->passed = before[1] + (out->now < before[2] ? 0 : out->now - before[2]);
	if (out->passed < out->now)
		out->passed = out->now;
	return 0;
}

static int keep(struct state *state, const struct clock *clock, struct fault *f)
{
	char text[96];

	if (clock->passed == clock->now && clock->seen == clock->now)
		(void)snprintf(text, sizeof(text), "%" PRId64, clock->seen);
	else
		(void)snprintf(text, sizeof(text), "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
			clock->seen, clock->passed, clock->now, clock->since);
	return state_value_set(state, SEEN, text, f);
}

int clock_keep(struct state *state, struct fault *f)
{
	struct clock clock; /* as others have left it meanwhile */

	return clock_read(state, &clock, f) < 0 ? -1 : keep(state, &clock, f);
}

int clock_believe(struct state *state, struct fault *f)
{
	struct clock clock;

	if (clock_read(state, &clock, f) < 0)
		return -1;
	clock.seen = clock.now;
	return keep(state, &clock, f);
}

int64_t clock_lag(const struct clock *clock)
{
	return clock->passed - clock->now;
}

int64_t clock_passed_at(const struct clock *clock, int64_t date)
{
	return date > clock->since ? bounded(date) + clock_lag(clock) : date;
}

static void name_of(char name[96], const struct oid *tag)
{
	(void)snprintf(name, 96, "came %s", oid_text(tag).hex);
}

int clock_note(struct state *state, const struct clock *clock, const struct oid *tag, int64_t date,
	struct fault *f)
{
	char name[96], text[24];

	if (!clock_lag(clock))
		return 0;
	name_of(name, tag);
	(void)snprintf(text, sizeof(text), "%" PRId64, bounded(date) + clock_lag(clock));
	return state_value_set(state, name, text, f);
}

int clock_noted(
	struct state *state, const struct oid *tag, int64_t date, int64_t *passed, struct fault *f)
{
	char name[96], *kept = NULL;

	name_of(name, tag);
	if (state_value(state, name, &kept, f) < 0)
		return -1;
	*passed = kept ? strtoll(kept, NULL, 10) : date;
	free(kept);
	return 0;
}
