/* Who is stopped in this repository. */
#include <string.h>

#include "common/base/buf.h"
#include "common/base/digest.h"
#include "common/state/sql.h"

#define SINCE_VERSION 2

int state_stop(struct state *state, const struct stopped *who, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO stopped VALUES (?, ?, ?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state,
		    state_query(state, f, sql, "ttttt", who->kind, who->name, who->since, who->by,
			    who->reason),
		    f) < 0)
		return -1;
	return state_bind(state, BOUND_STOPPED, "", f);
}

int state_resume(
	struct state *state, const char *kind, const char *name, bool *was, struct fault *f)
{
	static const char sql[] = "DELETE FROM stopped WHERE kind = ? AND name = ?";

	*was = false;
	if (state_needs_transaction(state, f) < 0 ||
		state_run(state, state_query(state, f, sql, "tt", kind, name), f) < 0)
		return -1;
	*was = sqlite3_changes(state->db) > 0;
	return state_bind(state, BOUND_STOPPED, "", f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct stopped *who = row;
	const char **const texts[] = { &who->kind, &who->name, &who->since, &who->by,
		&who->reason };

	who->everywhere = false;
	who->agent = NULL;
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
		*texts[i] = state_text(arena, statement, i);
		if (!*texts[i])
			return -1;
	}
	return 0;
}

int state_stopped(struct state *state, int (*each)(void *context, const struct stopped *who),
	void *context, struct fault *f)
{
	static const char sql[] = "SELECT kind, name, since, by, reason FROM stopped"
				  " WHERE (kind, name) > (?, ?) ORDER BY kind, name";
	struct state_batch batch = STATE_BATCH_INIT(struct stopped, row_read);
	struct arena last = ARENA_INIT((size_t)1 << 20);
	const char *kind = "", *name = "";
	int result = 0;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	if (state_bound(state, BOUND_STOPPED, "", f) < 0)
		return -1;
	do {
		const struct stopped *rows;

		result = state_batch_read(
			&batch, state, state_query(state, f, sql, "tt", kind, name), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++)
			result = each(context, &rows[i]);
		if (result == 0 && batch.count) {
			kind = arena_strdup(&last, rows[batch.count - 1].kind);
			name = arena_strdup(&last, rows[batch.count - 1].name);
		}
		if (!kind || !name)
			result = fault_memory(f);
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	arena_release(&last);
	return result;
}

static int add_row(void *context, const struct stopped *who)
{
	struct buf *text = context;

	(void)buf_addf(
		text, "\n%s\n%zu %s\n%s", who->kind, strlen(who->name), who->name, who->since);
	return 0;
}

int state_stopped_tie(struct state *state, char digest[65], struct fault *f)
{
	struct buf text = BUF_INIT((size_t)64 << 20);
	struct digest_text tied;
	size_t alone;
	int result;

	(void)buf_adds(&text, digest);
	alone = text.len;
	result = state_stopped(state, add_row, &text, f);
	if (result == 0 && text.failed)
		result = fault_memory(f);
	if (result == 0 && text.len > alone)
		result = digest_of(buf_span(&text), &tied, f);
	if (result == 0 && text.len > alone)
		memcpy(digest, tied.hex, sizeof(tied.hex));
	buf_release(&text);
	return result;
}
