/* Which account first brought an agent's commit. */
#include "common/state/sql.h"

int state_remember(struct state *state, const struct oid *commit, const struct remembered *what,
	struct fault *f)
{
	static const char sql[] = "INSERT OR IGNORE INTO remembered VALUES (?, ?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state,
		    state_query(state, f, sql, "otnt", commit, what->agent,
			    (int64_t)(what->by_account ? 1 : 0), what->account),
		    f) < 0)
		return -1;
	return sqlite3_changes(state->db)
		       ? state_bind(state, BOUND_REMEMBERED, bound_part_of(commit).text, f)
		       : 0;
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct remembered *what = row;

	what->agent = state_text(arena, statement, 0);
	what->by_account = sqlite3_column_int(statement, 1) != 0;
	what->account = state_text(arena, statement, 2);
	return what->agent && what->account ? 0 : -1;
}

int state_remembered(struct state *state, const struct oid *commit,
	int (*each)(void *context, const struct remembered *what), void *context, struct fault *f)
{
	static const char sql[] = "SELECT agent, by_account, account FROM remembered"
				  " WHERE id = ? AND agent > ? ORDER BY agent";
	struct state_batch batch = STATE_BATCH_INIT(struct remembered, row_read);
	struct arena last = ARENA_INIT((size_t)1 << 20);
	const char *after = "";
	int result = 0;

	if (state_is_empty(state))
		return 0;
	if (state_bound_id(state, commit, f) < 0)
		return -1;
	do {
		const struct remembered *rows;

		result = state_batch_read(
			&batch, state, state_query(state, f, sql, "ot", commit, after), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++)
			result = each(context, &rows[i]);
		if (result == 0 && batch.count)
			after = arena_strdup(&last, rows[batch.count - 1].agent);
	} while (result == 0 && batch.count && after);
	state_batch_release(&batch);
	arena_release(&last);
	return result || after ? result : fault_memory(f);
}
