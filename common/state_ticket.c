#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/state_sql.h"

#define TICKET_SECONDS 3600

int state_ticket_put(struct state *state, const struct ticket *ticket, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "tootnntt", ticket->ref, &ticket->old, &ticket->new,
			ticket->policy, (int64_t)time(NULL), (int64_t)ticket->allowed, ticket->hold,
			ticket->set),
		f);
}

int state_ticket_drop(struct state *state, const char *ref, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, "DELETE FROM ticket WHERE ref = ?", "t", ref), f);
}

/* Copies a column's text into room for `size` bytes; what does not fit is not ours, and left empty. */
static void copy_text(char *out, size_t size, sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	(void)snprintf(out, size, "%s", text && strlen(text) < size ? text : "");
}

int state_ticket_find(struct state *state, const struct ticket *asked, enum ticket_answer *answer,
	char hold[17], struct fault *f)
{
	static const char sql[] = "SELECT allowed, hold FROM ticket WHERE ref = ? AND old = ? AND "
				  "new = ? AND policy = ?"
				  " AND time BETWEEN ? AND ?";
	int64_t now = time(NULL);
	sqlite3_stmt *statement;
	int found;

	*answer = TICKET_NONE;
	hold[0] = '\0';
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "tootnn", asked->ref, &asked->old, &asked->new,
		asked->policy, now - TICKET_SECONDS, now);
	found = statement ? state_step(state, statement, f) : -1;
	if (found < 0)
		return -1;
	if (found > 0) {
		*answer = sqlite3_column_int64(statement, 0) == 1 ? TICKET_ALLOWED : TICKET_HELD;
		copy_text(hold, 17, statement, 1);
	}
	state_done(statement);
	return 0;
}

int state_ticket_pending(struct state *state, const char *ref, struct pending *out, struct fault *f)
{
	static const char sql[] = "SELECT new, set_digest, hold FROM ticket WHERE ref = ? AND "
				  "allowed = 1 AND set_digest <> ''";
	sqlite3_stmt *statement;
	int found;

	*out = (struct pending){ 0 };
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "t", ref);
	found = statement ? state_step(state, statement, f) : -1;
	if (found < 0)
		return -1;
	if (found > 0 && sqlite3_column_bytes(statement, 0) == OID_SIZE) {
		out->found = true;
		memcpy(out->new.hash, sqlite3_column_blob(statement, 0), OID_SIZE);
		copy_text(out->set, sizeof(out->set), statement, 1);
		copy_text(out->hold, sizeof(out->hold), statement, 2);
	}
	state_done(statement);
	return 0;
}
