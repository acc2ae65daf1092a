/* Refusals that come again: a count on the row that says the same. */
#include <stdio.h>

#include "common/state/sql.h"

int state_log_again(struct state *state, const struct refusal *what, char hash[65], bool *again,
	struct fault *f)
{
	static const char find[] = "SELECT a.seq, l.hash FROM again a JOIN log l ON l.seq = a.seq"
				   " WHERE a.digest = ?1 AND l.time <= ?2"
				   " AND l.time > strftime('%Y-%m-%dT%H:%M:%fZ', ?2, '-1 day')",
			  count[] = "UPDATE again SET count = count + 1, last = ? WHERE seq = ?";
	sqlite3_stmt *statement;
	int64_t seq = 0;
	int found;

	*again = false;
	if (state_needs_transaction(state, f) < 0)
		return -1;
	statement = state_query(state, f, find, "tt", what->key, what->time);
	found = statement ? state_step(state, statement, f) : -1;
	if (found > 0) {
		seq = sqlite3_column_int64(statement, 0);
		(void)snprintf(hash, 65, "%s", (const char *)sqlite3_column_text(statement, 1));
	}
	state_done(statement);
	if (found <= 0)
		return found;
	*again = true;
	return state_run(state, state_query(state, f, count, "tn", what->time, seq), f);
}

int state_log_keep_key(struct state *state, const struct refusal *what, struct fault *f)
{
	static const char rename[] = "UPDATE again SET digest = 'was ' || seq WHERE digest = ?",
			  add[] = "INSERT INTO again VALUES (?, ?, 0, ?)";

	if (state_needs_transaction(state, f) < 0 ||
		state_run(state, state_query(state, f, rename, "t", what->key), f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, add, "ntt", state_log_last(state), what->key, what->time), f);
}
