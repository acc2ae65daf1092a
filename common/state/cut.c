#include "common/state/cut.h"

#include <stdio.h>
#include <string.h>

#include "common/state/sql.h"

#define SINCE_VERSION 11

static void hash_write(char *out, const struct merkle_hash *hash)
{
	for (size_t i = 0; i < MERKLE_SIZE; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", hash->bytes[i]);
}

static int hash_read(const char *text, struct merkle_hash *out)
{
	for (size_t i = 0; i < MERKLE_SIZE; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -1;
		out->bytes[i] = (unsigned char)byte;
	}
	return 0;
}

int log_tree_text_read(struct merkle_frontier *out, int64_t rows, const char *text)
{
	*out = (struct merkle_frontier){ .size = (uint64_t)rows };
	for (uint64_t rest = (uint64_t)rows; rest; rest &= rest - 1)
		out->count++;
	if (rows <= 0 || out->count > MERKLE_DEPTH ||
		strlen(text) != (size_t)2 * MERKLE_SIZE * out->count)
		return -1;
	for (unsigned i = 0; i < out->count; i++)
		if (hash_read(text + (size_t)2 * MERKLE_SIZE * i, &out->roots[i]) < 0)
			return -1;
	return 0;
}

struct log_tree_text log_tree_text_of(const struct merkle_frontier *tree)
{
	struct log_tree_text text = { "" };

	for (unsigned i = 0; i < tree->count; i++)
		hash_write(text.hex + (size_t)2 * MERKLE_SIZE * i, &tree->roots[i]);
	return text;
}

/* What the row says that tells of it, as one text. */
static void root_write(char out[2 * MERKLE_SIZE + 1], const struct log_walk *walk)
{
	struct merkle_hash root;

	merkle_frontier_root(&walk->tree, &root);
	hash_write(out, &root);
}

static int is_told(struct state *state, struct log_cut *cut, int64_t row, struct fault *f)
{
	static const char sql[] =
		"SELECT 1 FROM log WHERE seq = ? AND kind = 'cut' AND json_valid(verdict)"
		" AND json_extract(verdict, '$.rows') = ? AND json_extract(verdict, '$.tip') = ?"
		" AND json_extract(verdict, '$.root') = ?";
	char root[2 * MERKLE_SIZE + 1];
	sqlite3_stmt *statement;
	int found;

	root_write(root, &cut->walk);
	statement = state_query(
		state, f, sql, "nntt", row, cut->walk.rows, cut->walk.tip, (const char *)root);
	found = statement ? state_step(state, statement, f) : -1;
	cut->told = found > 0 && row > cut->walk.rows;
	state_done(statement);
	return found < 0 ? -1 : 0;
}

int state_log_cut(struct state *state, struct log_cut *out, struct fault *f)
{
	static const char sql[] =
		"SELECT rows, tip, tree, told FROM cut ORDER BY rows DESC LIMIT 1";
	sqlite3_stmt *statement;
	bool good;
	int64_t row;
	int found;

	*out = (struct log_cut){ .told = true };
	log_walk_begin(&out->walk);
	if (!state_has(state, SINCE_VERSION))
		return 0;
	statement = state_query(state, f, sql, "");
	found = statement ? state_step(state, statement, f) : -1;
	if (found <= 0) {
		state_done(statement);
		return found;
	}
	out->walk.rows = sqlite3_column_int64(statement, 0);
	(void)snprintf(out->walk.tip, sizeof(out->walk.tip), "%s",
		(const char *)sqlite3_column_text(statement, 1));
	good = log_tree_text_read(&out->walk.tree, out->walk.rows,
		       (const char *)sqlite3_column_text(statement, 2)) == 0;
	row = sqlite3_column_int64(statement, 3);
	state_done(statement);
	out->told = false;
	return good ? is_told(state, out, row, f) : 0;
}

int state_log_cut_set(struct state *state, const struct log_walk *at, struct fault *f)
{
	static const char forget[] = "DELETE FROM cut WHERE rows < ?",
			  add[] = "INSERT OR REPLACE INTO cut VALUES (?, ?, ?, ?)";
	struct log_tree_text tree = log_tree_text_of(&at->tree);

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state, state_query(state, f, forget, "n", at->rows), f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, add, "nttn", at->rows, (const char *)at->tip,
			(const char *)tree.hex, state_log_last(state)),
		f);
}

/* What is beside the rows up to that one, which go with them. */
static int shed_beside(struct state *state, int64_t last, struct fault *f)
{
	static const char again[] = "DELETE FROM again WHERE seq <= ?",
			  outcome[] = "DELETE FROM outcome WHERE seq <= ?",
			  agents[] =
				  "WITH RECURSIVE a(agent) AS (SELECT min(agent) FROM log_agent"
				  " UNION ALL SELECT (SELECT min(agent) FROM log_agent WHERE agent"
				  " > a.agent) FROM a WHERE a.agent IS NOT NULL)"
				  " DELETE FROM log_agent WHERE (agent, seq) IN (SELECT l.agent,"
				  " l.seq FROM a CROSS JOIN log_agent l WHERE l.agent = a.agent"
				  " AND l.seq <= ?)";

	return state_run(state, state_query(state, f, again, "n", last), f) < 0 ||
			       state_run(state, state_query(state, f, outcome, "n", last), f) < 0 ||
			       state_run(state, state_query(state, f, agents, "n", last), f) < 0
		       ? -1
		       : 0;
}

int state_log_shed(struct state *state, int64_t most, int64_t *gone, struct fault *f)
{
	static const char first[] = "SELECT min(seq) FROM log",
			  rows[] = "DELETE FROM log WHERE seq <= ?";
	sqlite3_stmt *statement;
	struct log_cut cut;
	int64_t from = 0, last;
	int found;

	*gone = 0;
	if (state_needs_transaction(state, f) < 0 || state_log_cut(state, &cut, f) < 0)
		return -1;
	if (!cut.told)
		return fault_set(f, FAULT_ADMIN, "no row of the log tells where it was cut");
	statement = state_query(state, f, first, "");
	found = statement ? state_step(state, statement, f) : -1;
	if (found > 0)
		from = sqlite3_column_int64(statement, 0);
	state_done(statement);
	if (found < 0 || from == 0 || from > cut.walk.rows)
		return found < 0 ? -1 : 0;
	last = from + most - 1 < cut.walk.rows ? from + most - 1 : cut.walk.rows;
	if (state_run(state, state_query(state, f, rows, "n", last), f) < 0)
		return -1;
	*gone = last - from + 1;
	return shed_beside(state, last, f);
}

static int id_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	const char **id = out;

	*id = state_text(arena, statement, 0);
	return *id ? 0 : -1;
}

int state_holds_forget(
	struct state *state, const struct holds_old *old, int64_t *gone, struct fault *f)
{
	static const char ended[] =
		"SELECT id FROM hold WHERE status <> 'open' AND ((cleared = 1 AND since < ?)"
		" OR (status = 'denied' AND since < ?)) ORDER BY since LIMIT ?",
			  drop[] = "DELETE FROM hold WHERE id = ?";
	struct state_batch batch = STATE_BATCH_INIT(const char *, id_read);
	int status = state_needs_transaction(state, f);

	*gone = 0;
	if (status == 0 && state_has(state, SINCE_VERSION))
		status = state_batch_read(&batch, state,
			state_query(state, f, ended, "ttn", old->before, old->denied, old->most),
			f);
	for (size_t i = 0; status == 0 && i < batch.count; i++) {
		const char *id = ((const char **)batch.rows)[i];
		char part[4];

		(void)snprintf(part, sizeof(part), "%.3s", id);
		status = state_bound(state, BOUND_HOLD, part, f);
		if (status == 0)
			status = state_run(state, state_query(state, f, drop, "t", id), f);
		if (status == 0)
			status = state_bind(state, BOUND_HOLD, part, f);
		*gone += status == 0;
	}
	state_batch_release(&batch);
	return status;
}
