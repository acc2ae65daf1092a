/* What agents have spent of their budgets. */
#include <inttypes.h>
#include <stdio.h>

#include "common/state/shared.h"
#include "common/state/sql.h"

#define SINCE_VERSION 3

int state_spend(struct state *state, const struct spent *what, int64_t forget, struct fault *f)
{
	static const char add[] =
		"INSERT INTO spent (agent, claimed, time, account, pushes, commits)"
		" VALUES (?, ?, ?, ?, ?, ?)",
			  drop[] = "DELETE FROM spent WHERE agent = ? AND claimed = ? AND time < ?";
	int64_t claimed = what->claimed;
	char pushes[24], commits[24];
	const char *const fields[] = { what->agent, what->claimed ? "1" : "", what->account, pushes,
		commits, NULL };

	(void)snprintf(pushes, sizeof(pushes), "%" PRId64, what->pushes);
	(void)snprintf(commits, sizeof(commits), "%" PRId64, what->commits);
	if (state_needs_transaction(state, f) < 0 ||
		state_run(state, state_query(state, f, drop, "tnn", what->agent, claimed, forget),
			f) < 0)
		return -1;
	if (state_run(state,
		    state_query(state, f, add, "tnntnn", what->agent, claimed, what->time,
			    what->account, what->pushes, what->commits),
		    f) < 0)
		return -1;
	return state_tell(state, SHARED_SPENT, fields, f);
}

struct spent_row {
	int64_t seq;
	struct spent what;
};

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct spent_row *row = out;

	row->seq = sqlite3_column_int64(statement, 0);
	row->what.time = sqlite3_column_int64(statement, 1);
	row->what.account = state_text(arena, statement, 2);
	row->what.pushes = sqlite3_column_int64(statement, 3);
	row->what.commits = sqlite3_column_int64(statement, 4);
	return row->what.account ? 0 : -1;
}

int state_spent(struct state *state, const struct spent *of,
	int (*each)(void *context, const struct spent *what), void *context, struct fault *f)
{
	static const char sql[] =
		"SELECT seq, time, account, pushes, commits FROM spent WHERE agent = ? AND"
		" claimed = ? AND (time, seq) > (?, ?) ORDER BY time, seq";
	struct state_batch batch = STATE_BATCH_INIT(struct spent_row, row_read);
	int64_t time = of->time, seq = INT64_MAX, claimed = of->claimed;
	int result = 0;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	do {
		struct spent_row *rows;

		result = state_batch_read(&batch, state,
			state_query(state, f, sql, "tnnn", of->agent, claimed, time, seq), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			time = rows[i].what.time;
			seq = rows[i].seq;
			rows[i].what.agent = of->agent;
			rows[i].what.claimed = of->claimed;
			result = each(context, &rows[i].what);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}
