#include <time.h>

#include "common/state_sql.h"

#define TICKET_SECONDS 3600

int state_ticket_put(struct state *state, const struct ticket *ticket, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO ticket VALUES (?, ?, ?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "tootn", ticket->ref, &ticket->old, &ticket->new,
			ticket->policy, (int64_t)time(NULL)),
		f);
}

int state_ticket_drop(struct state *state, const char *ref, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, "DELETE FROM ticket WHERE ref = ?", "t", ref), f);
}

int state_ticket_has(struct state *state, const struct ticket *ticket, bool *has, struct fault *f)
{
	static const char sql[] =
		"SELECT 1 FROM ticket WHERE ref = ? AND old = ? AND new = ? AND policy = ?"
		" AND time BETWEEN ? AND ?";
	int64_t now = time(NULL);
	sqlite3_stmt *statement;
	int found;

	*has = false;
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "tootnn", ticket->ref, &ticket->old, &ticket->new,
		ticket->policy, now - TICKET_SECONDS, now);
	found = statement ? state_step(state, statement, f) : -1;
	if (found < 0)
		return -1;
	state_done(statement);
	*has = found > 0;
	return 0;
}
