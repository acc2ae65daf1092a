/* Figures: what was counted as it happened, and what can be counted now. */
#include <stdio.h>

#include "common/state/sql.h"

#define SINCE_VERSION 9

int state_count(struct state *state, const struct counted *what, struct fault *f)
{
	static const char sql[] = "INSERT INTO counter VALUES (?, ?, ?)"
				  " ON CONFLICT DO UPDATE SET value = value + excluded.value";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(
		state, state_query(state, f, sql, "ttn", what->name, what->label, what->value), f);
}

int state_tally_add(struct state *state, const char *table, int64_t by, struct fault *f)
{
	static const char sql[] =
		"UPDATE counter SET value = value + ? WHERE name = ? AND label = ''";

	return by ? state_run(state, state_query(state, f, sql, "nt", by, table), f) : 0;
}

static int tally_read(struct state *state, const char *table, int64_t *count, struct fault *f)
{
	static const char sql[] = "SELECT value FROM counter WHERE name = ? AND label = ''";
	sqlite3_stmt *statement = state_query(state, f, sql, "t", table);
	int found = statement ? state_step(state, statement, f) : -1;

	if (found > 0)
		*count = sqlite3_column_int64(statement, 0);
	state_done(statement);
	return found;
}

int state_tally(
	struct state *state, const char *table, const char *all, int64_t *count, struct fault *f)
{
	int found = tally_read(state, table, count, f);

	if (found != 0)
		return found < 0 ? -1 : 0;
	return state_run(state, state_query(state, f, all, ""), f) < 0 ||
			       tally_read(state, table, count, f) < 0
		       ? -1
		       : 0;
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct counted *row = out;

	row->name = state_text(arena, statement, 0);
	row->label = state_text(arena, statement, 1);
	row->value = sqlite3_column_int64(statement, 2);
	return row->name && row->label ? 0 : -1;
}

int state_counts(struct state *state, int (*each)(void *context, const struct counted *what),
	void *context, struct fault *f)
{
	static const char sql[] = "SELECT name, label, value FROM counter"
				  " WHERE (name, label) > (?, ?) ORDER BY name, label";
	struct state_batch batch = STATE_BATCH_INIT(struct counted, row_read);
	struct arena last = ARENA_INIT((size_t)1 << 20);
	const char *name = "", *label = "";
	int result = 0;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	do {
		const struct counted *rows;

		result = state_batch_read(
			&batch, state, state_query(state, f, sql, "tt", name, label), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++)
			result = each(context, &rows[i]);
		if (result == 0 && batch.count) {
			name = arena_strdup(&last, rows[batch.count - 1].name);
			label = arena_strdup(&last, rows[batch.count - 1].label);
		}
		if (!name || !label)
			result = fault_memory(f);
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	arena_release(&last);
	return result;
}

int state_figures(struct state *state, struct state_figures *out, struct fault *f)
{
	static const char sql[] =
		"SELECT (SELECT coalesce(max(seq), 0) FROM log),"
		" (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM"
		" pragma_page_size), (SELECT count(*) FROM hold WHERE status = 'open'),"
		" (SELECT coalesce(min(since), '') FROM hold WHERE status = 'open'),"
		" (SELECT count(*) FROM hold WHERE status = 'owed')";
	sqlite3_stmt *statement;
	int found;

	*out = (struct state_figures){ 0 };
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "");
	found = statement ? state_step(state, statement, f) : -1;
	if (found <= 0)
		return -1;
	out->rows = sqlite3_column_int64(statement, 0);
	out->bytes = sqlite3_column_int64(statement, 1);
	out->holds = sqlite3_column_int64(statement, 2);
	(void)snprintf(out->oldest, sizeof(out->oldest), "%s",
		(const char *)sqlite3_column_text(statement, 3));
	out->debts = sqlite3_column_int64(statement, 4);
	state_done(statement);
	return 0;
}
