/* What approvals have allowed, until it has landed and is settled. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/state/sql.h"

#define PENDING_SECONDS 86400 /* a pass's hour, and a push that takes its time */
#define PENDING_VERSION 4

int state_pending_put(
	struct state *state, const char *ref, const struct pending *pending, struct fault *f)
{
	static const char sql[] = "INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?, ?)";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "ttotn", ref, pending->set, &pending->new, pending->hold,
			(int64_t)time(NULL)),
		f);
}

/*
 * Copies a column's text into room for `size` bytes; what does not fit is not ours, and left empty.
 */
static void copy_text(char *out, size_t size, sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	(void)snprintf(out, size, "%s", text && strlen(text) < size ? text : "");
}

static int pending_row(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct pending *row = out;
	int len = sqlite3_column_bytes(statement, 0);

	(void)arena;
	*row = (struct pending){ 0 };
	if (len == OID_SHA1 || len == OID_SHA256)
		row->new = oid_of(sqlite3_column_blob(statement, 0), (size_t)len);
	copy_text(row->set, sizeof(row->set), statement, 1);
	copy_text(row->hold, sizeof(row->hold), statement, 2);
	return 0;
}

static sqlite3_stmt *pending_query(
	struct state *state, const char *ref, const struct pending *last, struct fault *f)
{
	static const char sql[] = "SELECT new, set_digest, hold FROM pending WHERE ref = ?"
				  " AND (set_digest, new) > (?, ?) ORDER BY set_digest, new",
			  before[] = "SELECT new, set_digest, hold FROM ticket WHERE ref = ?"
				     " AND (set_digest, new) > (?, ?) AND allowed = 1";

	return state_query(state, f, state_has(state, PENDING_VERSION) ? sql : before, "tto", ref,
		last->set, &last->new);
}

int state_pending(struct state *state, const char *ref,
	int (*each)(void *context, const struct pending *pending), void *context, struct fault *f)
{
	struct state_batch batch = STATE_BATCH_INIT(struct pending, pending_row);
	struct pending last = { 0 };
	int result = 0;

	if (state_is_empty(state))
		return 0;
	last.new.len = OID_MAX;
	memset(last.new.hash, 0xff, OID_MAX); /* behind all of no set */
	do {
		const struct pending *rows;

		result = state_batch_read(&batch, state, pending_query(state, ref, &last, f), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			last = rows[i];
			result = each(context, &last);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

int state_pending_drop(struct state *state, const char *ref, const char *set, struct fault *f)
{
	static const char sql[] = "DELETE FROM pending WHERE ref = ? AND set_digest = ?";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state, state_query(state, f, sql, "tt", ref, set), f);
}

int state_pending_forget(struct state *state, const char *ref, struct fault *f)
{
	static const char sql[] = "DELETE FROM pending WHERE ref = ? AND time < ?";
	int64_t since = time(NULL) - PENDING_SECONDS;

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state, state_query(state, f, sql, "tn", ref, since), f);
}

static int ref_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct awaited *row = out;

	*row = (struct awaited){ .ref = state_text(arena, statement, 0) };
	return row->ref ? 0 : -1;
}

int state_pending_old(struct state *state, int (*each)(void *context, const struct awaited *what),
	void *context, struct fault *f)
{
	static const char sql[] = "SELECT DISTINCT ref FROM pending WHERE time < ?";
	struct state_batch batch = STATE_BATCH_INIT(struct awaited, ref_read);
	int64_t since = time(NULL) - PENDING_SECONDS;
	int result = 0;

	if (state_has(state, PENDING_VERSION))
		result = state_batch_read(&batch, state, state_query(state, f, sql, "n", since), f);
	for (size_t i = 0; result == 0 && i < batch.count; i++)
		result = each(context, &((const struct awaited *)batch.rows)[i]);
	state_batch_release(&batch);
	return result;
}
