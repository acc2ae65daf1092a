/* What attribution notes have said of commits, and from which account. */
#include "common/state/sql.h"

#define SINCE_VERSION 6

int state_note(struct state *state, const struct note_word *what, struct fault *f)
{
	static const char sql[] = "INSERT OR IGNORE INTO noted VALUES (?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, sql, "ott", &what->id, what->agent, what->account), f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	const char **agent = row;

	*agent = state_text(arena, statement, 0);
	return *agent ? 0 : -1;
}

int state_noted(struct state *state, const struct note_word *of,
	int (*each)(void *context, const char *agent), void *context, struct fault *f)
{
	static const char sql[] =
		"SELECT DISTINCT agent FROM noted n WHERE id = ? AND agent > ? AND (account = ?"
		" OR EXISTS (SELECT 1 FROM remembered r WHERE r.id = n.id"
		" AND r.account = n.account)) ORDER BY agent";
	struct state_batch batch = STATE_BATCH_INIT(const char *, row_read);
	struct arena last = ARENA_INIT((size_t)1 << 20);
	const char *after = "";
	int result = 0;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	do {
		const char **rows;

		result = state_batch_read(&batch, state,
			state_query(state, f, sql, "ott", &of->id, after, of->account), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++)
			result = each(context, rows[i]);
		if (result == 0 && batch.count)
			after = arena_strdup(&last, rows[batch.count - 1]);
	} while (result == 0 && batch.count && after);
	state_batch_release(&batch);
	arena_release(&last);
	return result || after ? result : fault_memory(f);
}
