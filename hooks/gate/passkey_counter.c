#include "hooks/gate/passkey_counter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/state/state.h"

#define NAME_MAX_LEN 192

static void name_of(char name[NAME_MAX_LEN], const struct passkey_counter *seen)
{
	(void)snprintf(name, NAME_MAX_LEN, "passkey-counter %s", seen->fingerprint);
}

/*
 * The same tag may come again: hosts that run update alone, or both hooks, judge it more than once.
 */
static int went_back(
	struct state *state, const struct passkey_counter *seen, bool *back, struct fault *f)
{
	char name[NAME_MAX_LEN], *value = NULL, *end = NULL;
	unsigned long before;

	*back = false;
	name_of(name, seen);
	if (state_value(state, name, &value, f) < 0)
		return -1;
	if (!value)
		return 0;
	errno = 0;
	before = strtoul(value, &end, 10);
	if (errno || end == value || *end != ' ' || before > UINT32_MAX) {
		free(value);
		return fault_set(f, FAULT_ADMIN, "the passkey's counter in the state is damaged");
	}
	*back = seen->counter <= before && strcmp(end + 1, oid_text(seen->tag).hex) != 0;
	free(value);
	return 0;
}

int passkey_counter_check(struct state *state, const struct passkey_counter *seen,
	struct buf *refused, struct fault *f)
{
	bool back;

	if (went_back(state, seen, &back, f) < 0)
		return -1;
	if (back)
		buf_adds(refused, "the passkey's counter has gone back: it may have been copied, "
				  "or the answer was used before");
	return 0;
}

int passkey_counter_keep(struct state *state, const struct verdict *verdict, struct fault *f)
{
	const struct passkey_counter seen = { verdict->approval.key, verdict->approval.counter,
		&verdict->update->new };
	char name[NAME_MAX_LEN], value[128];
	bool back;

	if (!seen.counter)
		return 0;
	if (went_back(state, &seen, &back, f) < 0)
		return -1;
	if (back)
		return fault_set(f, FAULT_PUSHER, "the passkey was used in another push since");
	name_of(name, &seen);
	(void)snprintf(value, sizeof(value), "%lu %s", (unsigned long)seen.counter,
		oid_text(seen.tag).hex);
	return state_value_set(state, name, value, f);
}
