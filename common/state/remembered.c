/* Who made a commit: which account first brought it, and what attribution notes have said. */
#include "common/state/cut.h"
#include "common/state/shared.h"
#include "common/state/sql.h"

#define NOTED_SINCE 6

/*
 * So many are remembered, and all of the last days, so that nobody can have an old commit forgotten
 * by pushing many new ones.
 */
#define REMEMBERED_MOST INT64_C(500000)
#define NOTED_MOST INT64_C(100000)
#define YOUNG (INT64_C(90) * 86400 * 1000)
#define OLD (INT64_C(800) * 86400 * 1000) /* longer than budgets last, and approvals are asked */

int state_remember(struct state *state, const struct oid *commit, const struct remembered *what,
	struct fault *f)
{
	static const char sql[] = "INSERT OR IGNORE INTO remembered VALUES (?, ? || ?, ?, ?, ?)";
	const struct oid_text id = oid_text(commit);
	const char *const fields[] = { id.hex, what->agent, what->by_account ? "1" : "",
		what->account, NULL };

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state,
		    state_query(state, f, sql, "ottntn", commit,
			    what->elsewhere ? STATE_ELSEWHERE : "", what->agent,
			    (int64_t)(what->by_account ? 1 : 0), what->account, state_now()),
		    f) < 0)
		return -1;
	if (!sqlite3_changes(state->db))
		return 0;
	if (state_tally_add(state, "remembered", 1, f) < 0)
		return -1;
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
	static const char sql[] = "INSERT OR IGNORE INTO noted VALUES (?, ?, ?, ?)";

	if (state_needs_transaction(state, f) < 0 ||
		state_run(state,
			state_query(state, f, sql, "ottn", &what->id, what->agent, what->account,
				state_now()),
			f) < 0)
		return -1;
	return sqlite3_changes(state->db) ? state_tally_add(state, "noted", 1, f) : 0;
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

/* A row that is to be forgotten. */
struct forgotten {
	struct oid id;
	const char *agent, *account;
};

static int forgotten_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct forgotten *out = row;
	int len = sqlite3_column_bytes(statement, 0);

	if (len > OID_MAX)
		return -1;
	out->id = oid_of(sqlite3_column_blob(statement, 0), (size_t)len);
	out->agent = state_text(arena, statement, 1);
	out->account = state_text(arena, statement, 2);
	return out->agent && out->account ? 0 : -1;
}

static int forget_commit(struct state *state, const struct forgotten *row, struct fault *f)
{
	static const char drop[] = "DELETE FROM remembered WHERE id = ? AND agent = ?";
	const struct bound_part part = bound_part_of(&row->id);

	if (state_bound(state, BOUND_REMEMBERED, part.text, f) < 0 ||
		state_run(state, state_query(state, f, drop, "ot", &row->id, row->agent), f) < 0)
		return -1;
	return state_bind(state, BOUND_REMEMBERED, part.text, f);
}

static int forget_note(struct state *state, const struct forgotten *row, struct fault *f)
{
	static const char drop[] = "DELETE FROM noted WHERE id = ? AND agent = ? AND account = ?";

	return state_run(
		state, state_query(state, f, drop, "ott", &row->id, row->agent, row->account), f);
}

/* Tables of which the oldest rows are forgotten, when there are too many. */
static const struct bounded {
	const char *name, *all, *oldest;
	int64_t most;
	int (*forget)(struct state *state, const struct forgotten *row, struct fault *f);
} bounded[] = {
#define TABLE(name)              \
	name, STATE_TALLY(name), \
		"SELECT id, agent, account FROM " name " WHERE time < ? ORDER BY time LIMIT ?"
	{ TABLE("remembered"), REMEMBERED_MOST, forget_commit },
	{ TABLE("noted"), NOTED_MOST, forget_note },
#undef TABLE
};

static int forget_oldest(struct state *state, const struct bounded *table, int64_t most,
	int64_t *gone, struct fault *f)
{
	struct state_batch batch = STATE_BATCH_INIT(struct forgotten, forgotten_read);
	int64_t count = 0;
	int status = state_tally(state, table->name, table->all, &count, f);

	count -= table->most;
	if (status < 0 || count <= 0)
		return status;
	status = state_batch_read(&batch, state,
		state_query(state, f, table->oldest, "nn", state_now() - YOUNG,
			count < most ? count : most),
		f);
	for (size_t i = 0; status == 0 && i < batch.count; i++)
		status = table->forget(state, &((const struct forgotten *)batch.rows)[i], f);
	if (status == 0)
		status = state_tally_add(state, table->name, -(int64_t)batch.count, f);
	*gone += (int64_t)batch.count;
	state_batch_release(&batch);
	return status;
}

/* What is of no use any more by its age. */
static int forget_old(struct state *state, int64_t most, int64_t *gone, struct fault *f)
{
	static const char spent[] = "DELETE FROM spent WHERE seq IN (SELECT seq FROM spent WHERE"
				    " time < ? LIMIT ?)",
			  came[] = "DELETE FROM value WHERE name IN (SELECT name FROM value WHERE"
				   " name > 'came ' AND name < 'came!' AND CAST(value AS INTEGER)"
				   " < ? / 1000 LIMIT ?)";
	const int64_t before = state_now() - OLD;

	if (state_run(state, state_query(state, f, spent, "nn", before, most), f) < 0)
		return -1;
	*gone += sqlite3_changes(state->db);
	if (state_run(state, state_query(state, f, came, "nn", before, most), f) < 0)
		return -1;
	*gone += sqlite3_changes(state->db);
	return 0;
}

int state_memory_forget(struct state *state, int64_t most, int64_t *gone, struct fault *f)
{
	int status = state_needs_transaction(state, f);

	*gone = 0;
	for (size_t i = 0; status == 0 && i < sizeof(bounded) / sizeof(bounded[0]); i++)
		status = forget_oldest(state, &bounded[i], most, gone, f);
	return status == 0 ? forget_old(state, most, gone, f) : -1;
}
