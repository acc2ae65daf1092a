/* What became of what was allowed: awaited until it is known. */
#include "common/state/sql.h"

#define SINCE_VERSION 7

int state_outcome_await(struct state *state, const struct awaited *what, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, NULL)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "ntttn", what->seq, what->ref, what->old, what->new,
			what->time),
		f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct awaited *row = out;

	row->seq = sqlite3_column_int64(statement, 0);
	row->ref = state_text(arena, statement, 1);
	row->old = state_text(arena, statement, 2);
	row->new = state_text(arena, statement, 3);
	row->time = sqlite3_column_int64(statement, 4);
	return row->ref && row->old && row->new ? 0 : -1;
}

int state_outcomes(struct state *state, const char *ref,
	int (*each)(void *context, const struct awaited *what), void *context, struct fault *f)
{
	static const char of_ref[] = "SELECT seq, ref, old, new, time FROM outcome"
				     " WHERE landed IS NULL AND ref = ? AND seq > ? ORDER BY seq",
			  of_all[] = "SELECT seq, ref, old, new, time FROM outcome"
				     " INDEXED BY outcome_awaited"
				     " WHERE landed IS NULL AND +seq > ? ORDER BY seq";
	struct state_batch batch = STATE_BATCH_INIT(struct awaited, row_read);
	int64_t after = 0;
	int result = 0;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	do {
		const struct awaited *rows;

		result = state_batch_read(&batch, state,
			ref ? state_query(state, f, of_ref, "tn", ref, after)
			    : state_query(state, f, of_all, "n", after),
			f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			after = rows[i].seq;
			result = each(context, &rows[i]);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

static int any_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	(void)arena;
	*(int *)out = sqlite3_column_int(statement, 0);
	return 0;
}

bool state_waits(struct state *state, const char *ref)
{
	static const char of_ref[] =
		"SELECT EXISTS (SELECT 1 FROM outcome WHERE landed IS NULL"
		" AND ref = ?1) OR EXISTS (SELECT 1 FROM pending WHERE ref = ?1)",
			  of_any[] = "SELECT EXISTS (SELECT 1 FROM outcome WHERE landed IS NULL)"
				     " OR EXISTS (SELECT 1 FROM pending)";
	struct state_batch batch = STATE_BATCH_INIT(int, any_read);
	struct fault ignored = { 0 };
	bool waits = true;

	if (state_is_empty(state))
		return false;
	if (state_has(state, SINCE_VERSION) &&
		state_batch_read(&batch, state,
			ref ? state_query(state, &ignored, of_ref, "t", ref)
			    : state_query(state, &ignored, of_any, ""),
			&ignored) == 0)
		waits = batch.count != 1 || *(const int *)batch.rows != 0;
	state_batch_release(&batch);
	fault_clear(&ignored);
	return waits;
}

int state_outcome_set(struct state *state, int64_t seq, bool landed, struct fault *f)
{
	static const char
		set[] = "UPDATE outcome SET landed = ?, ref = '' WHERE seq = ?",
		let_go[] = "UPDATE event SET status = 'queued', awaits = 0, due = ?1,"
			   " changed = ?1 WHERE status = 'waiting' AND awaits = ?2",
		forget[] = "DELETE FROM event WHERE status = 'waiting' AND awaits = ?2 AND ?1 > 0";

	if (state_needs_transaction(state, f) < 0 ||
		state_run(state, state_query(state, f, set, "nn", (int64_t)landed, seq), f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, landed ? let_go : forget, "nn", state_now(), seq), f);
}
