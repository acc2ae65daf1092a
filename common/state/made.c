/* What agents made of paths, known by digests: bounded, the oldest goes first. */
#include "common/state/shared.h"
#include "common/state/sql.h"

#define SINCE_VERSION 8
#define MADE_MAX INT64_C(100000)
#define MADE_AGE (INT64_C(400) * 24 * 60 * 60 * 1000)

int state_made_add(struct state *state, const struct made *what, struct fault *f)
{
	static const char sql[] = "INSERT OR IGNORE INTO made VALUES (?, ? || ?, ?, ?, ?)";
	/* what others say is below all that is known here, and the first to go */
	const int64_t rank = what->protected - (what->elsewhere ? 2 : 0);
	const char *const fields[] = { what->key, what->agent, what->protected ? "1" : "", NULL };

	if (state_needs_transaction(state, f) < 0 ||
		state_run(state,
			state_query(state, f, sql, "tttnnn", what->key,
				what->elsewhere ? STATE_ELSEWHERE : "", what->agent,
				(int64_t)what->verified, rank, state_now()),
			f) < 0)
		return -1;
	if (!sqlite3_changes(state->db))
		return 0;
	if (state_tally_add(state, "made", 1, f) < 0)
		return -1;
	return *what->agent ? state_tell(state, SHARED_MADE, fields, f) : 0;
}

int state_made_bound(struct state *state, struct fault *f)
{
	static const char all[] = STATE_TALLY("made"), aged[] = "DELETE FROM made WHERE time < ?",
			  surplus[] = "DELETE FROM made WHERE (key, agent) IN (SELECT key, agent"
				      " FROM made ORDER BY protected, time, key LIMIT ?)";
	int64_t count = 0;

	if (state_needs_transaction(state, f) < 0 ||
		state_run(state, state_query(state, f, aged, "n", state_now() - MADE_AGE), f) < 0 ||
		state_tally_add(state, "made", -(int64_t)sqlite3_changes(state->db), f) < 0 ||
		state_tally(state, "made", all, &count, f) < 0)
		return -1;
	if (count <= MADE_MAX)
		return 0;
	if (state_run(state, state_query(state, f, surplus, "n", count - MADE_MAX), f) < 0)
		return -1;
	return state_tally_add(state, "made", -(int64_t)sqlite3_changes(state->db), f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct made *what = row;

	what->agent = state_text(arena, statement, 0);
	what->elsewhere = what->agent && *what->agent == *STATE_ELSEWHERE;
	what->agent += what->elsewhere;
	what->verified = sqlite3_column_int(statement, 1) != 0;
	return what->agent ? 0 : -1;
}

int state_made(struct state *state, const char *key,
	int (*each)(void *context, const struct made *what), void *context, struct fault *f)
{
	static const char sql[] = "SELECT agent, verified FROM made WHERE key = ? ORDER BY agent";
	struct state_batch batch = STATE_BATCH_INIT(struct made, row_read);
	int result;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	result = state_batch_read(&batch, state, state_query(state, f, sql, "t", key), f);
	for (size_t i = 0; result == 0 && i < batch.count; i++)
		result = each(context, &((const struct made *)batch.rows)[i]);
	state_batch_release(&batch);
	return result;
}

int state_made_count(struct state *state, int64_t *count, struct fault *f)
{
	sqlite3_stmt *statement;
	int more;

	*count = 0;
	if (!state_has(state, SINCE_VERSION))
		return 0;
	statement = state_query(state, f, "SELECT count(*) FROM made WHERE agent <> ''", "");
	more = statement ? state_step(state, statement, f) : -1;
	if (more <= 0)
		return more;
	*count = sqlite3_column_int64(statement, 0);
	state_done(statement);
	return 0;
}

int state_made_any(struct state *state, bool *any, struct fault *f)
{
	sqlite3_stmt *statement;
	int more;

	*any = false;
	if (!state_has(state, SINCE_VERSION))
		return 0;
	statement = state_query(state, f, "SELECT 1 FROM made LIMIT 1", "");
	more = statement ? state_step(state, statement, f) : -1;
	if (more > 0)
		state_done(statement);
	*any = more > 0;
	return more < 0 ? -1 : 0;
}
