#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/state/sql.h"

#define TICKET_SECONDS 3600
#define PENDING_SECONDS 86400 /* a ticket's hour, and a push that takes its time */
#define PENDING_VERSION 4

/*
 * What approvals have allowed is remembered beside the ticket, which the ref's next push replaces.
 */
static int pending_put(
	struct state *state, const struct ticket *ticket, int64_t now, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?, ?)";

	if (!ticket->allowed || !ticket->set || !ticket->set[0])
		return 0;
	return state_run(state,
		state_query(state, f, sql, "ttotn", ticket->ref, ticket->set, &ticket->new,
			ticket->hold, now),
		f);
}

int state_ticket_put(struct state *state, const struct ticket *ticket, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
	int64_t now = time(NULL);

	if (state_needs_transaction(state, f) < 0 || pending_put(state, ticket, now, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "tootnntt", ticket->ref, &ticket->old, &ticket->new,
			ticket->policy, now, (int64_t)ticket->allowed, ticket->hold, ticket->set),
		f);
}

int state_ticket_drop(struct state *state, const char *ref, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, "DELETE FROM ticket WHERE ref = ?", "t", ref), f);
}

int state_ticket_drop_of(struct state *state, const char *hold, struct fault *f)
{
	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, "DELETE FROM ticket WHERE hold = ?", "t", hold), f);
}

/*
 * Copies a column's text into room for `size` bytes; what does not fit is not ours, and left empty.
 */
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

static int pending_row(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct pending *row = out;

	(void)arena;
	*row = (struct pending){ 0 };
	if (sqlite3_column_bytes(statement, 0) == OID_SIZE)
		memcpy(row->new.hash, sqlite3_column_blob(statement, 0), OID_SIZE);
	copy_text(row->set, sizeof(row->set), statement, 1);
	copy_text(row->hold, sizeof(row->hold), statement, 2);
	return 0;
}

static sqlite3_stmt *pending_query(
	struct state *state, const char *ref, const struct pending *last, struct fault *f)
{
	static const char sql[] = "SELECT new, set_digest, hold FROM pending WHERE ref = ?"
				  " AND (set_digest, new) > (?, ?) ORDER BY set_digest, new",
			  before[] = "SELECT new, set_digest, hold FROM ticket WHERE ref = ?"
				     " AND (set_digest, new) > (?, ?) AND allowed = 1";

	return state_query(state, f, state_has(state, PENDING_VERSION) ? sql : before, "tto", ref,
		last->set, &last->new);
}

int state_pending(struct state *state, const char *ref,
	int (*each)(void *context, const struct pending *pending), void *context, struct fault *f)
{
	struct state_batch batch = STATE_BATCH_INIT(struct pending, pending_row);
	struct pending last = { 0 };
	int result = 0;

	if (state_is_empty(state))
		return 0;
	memset(last.new.hash, 0xff, OID_SIZE); /* behind all of no set */
	do {
		const struct pending *rows;

		result = state_batch_read(&batch, state, pending_query(state, ref, &last, f), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			last = rows[i];
			result = each(context, &last);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

int state_pending_drop(struct state *state, const char *ref, const char *set, struct fault *f)
{
	static const char sql[] = "DELETE FROM pending WHERE ref = ? AND set_digest = ?";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state, state_query(state, f, sql, "tt", ref, set), f);
}

int state_pending_forget(struct state *state, const char *ref, struct fault *f)
{
	static const char sql[] = "DELETE FROM pending WHERE ref = ? AND time < ?";
	int64_t since = time(NULL) - PENDING_SECONDS;

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state, state_query(state, f, sql, "tn", ref, since), f);
}
