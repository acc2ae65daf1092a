/* Who made a commit: which account first brought it, and what attribution notes have said. */
#include "common/state/shared.h"
#include "common/state/sql.h"

#define NOTED_SINCE 6

int state_remember(struct state *state, const struct oid *commit, const struct remembered *what,
	struct fault *f)
{
	static const char sql[] = "INSERT OR IGNORE INTO remembered VALUES (?, ? || ?, ?, ?)";
	const struct oid_text id = oid_text(commit);
	const char *const fields[] = { id.hex, what->agent, what->by_account ? "1" : "",
		what->account, NULL };

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state,
		    state_query(state, f, sql, "ottnt", commit,
			    what->elsewhere ? STATE_ELSEWHERE : "", what->agent,
			    (int64_t)(what->by_account ? 1 : 0), what->account),
		    f) < 0)
		return -1;
	if (!sqlite3_changes(state->db))
		return 0;
	return state_tell(state, SHARED_COMMIT, fields, f) < 0
		       ? -1
		       : state_bind(state, BOUND_REMEMBERED, bound_part_of(commit).text, f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct remembered *what = row;

	what->agent = state_text(arena, statement, 0);
	what->elsewhere = what->agent && *what->agent == *STATE_ELSEWHERE;
	what->agent += what->elsewhere;
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
			after = arena_strdup(&last,
				rows[batch.count - 1].agent - rows[batch.count - 1].elsewhere);
	} while (result == 0 && batch.count && after && !batch.ended);
	state_batch_release(&batch);
	arena_release(&last);
	return result || after ? result : fault_memory(f);
}

int state_note(struct state *state, const struct note_word *what, struct fault *f)
{
	static const char sql[] = "INSERT OR IGNORE INTO noted VALUES (?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, sql, "ott", &what->id, what->agent, what->account), f);
}

static int noted_read(struct arena *arena, sqlite3_stmt *statement, void *row)
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
	struct state_batch batch = STATE_BATCH_INIT(const char *, noted_read);
	struct arena last = ARENA_INIT((size_t)1 << 20);
	const char *after = "";
	int result = 0;

	if (!state_has(state, NOTED_SINCE))
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
