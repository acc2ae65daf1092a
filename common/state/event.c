/* The outbox: events that wait for their receivers. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/state/sql.h"

int64_t state_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int message_id(char id[40], struct fault *f)
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fault_set(f, FAULT_ADMIN, "no random numbers");
	(void)snprintf(id, 40, "msg_");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(id + 4 + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

int state_event_add(struct state *state, const struct event *event, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO event (id, type, created, body, webhook, due, changed, awaits, status)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?3, ?3, ?6, iif(?6, 'waiting', 'queued'))";
	char id[40];

	if (state_needs_transaction(state, f) < 0 || message_id(id, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "ttnttn", id, event->type, state_now(), event->body,
			event->webhook, event->awaits),
		f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct event_row *event = row;
	const char **const texts[] = { &event->id, &event->event.type, &event->event.body,
		&event->event.webhook, &event->status, &event->answer };

	event->seq = sqlite3_column_int64(statement, 0);
	event->created = sqlite3_column_int64(statement, 1);
	event->due = sqlite3_column_int64(statement, 2);
	event->changed = sqlite3_column_int64(statement, 3);
	event->tries = sqlite3_column_int64(statement, 4);
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
		*texts[i] = state_text(arena, statement, i + 5);
		if (!*texts[i])
			return -1;
	}
	return 0;
}

#define COLUMNS "seq, created, due, changed, tries, id, type, body, webhook, status, answer"

int state_events(struct state *state, int64_t after,
	int (*each)(void *context, const struct event_row *event), void *context, struct fault *f)
{
	static const char sql[] = "SELECT " COLUMNS " FROM event WHERE seq > ? ORDER BY seq";
	struct state_batch batch = STATE_BATCH_INIT(struct event_row, row_read);
	int result = 0;

	if (state_is_empty(state))
		return 0;
	do {
		const struct event_row *rows;

		result = state_batch_read(&batch, state, state_query(state, f, sql, "n", after), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			after = rows[i].seq;
			result = each(context, &rows[i]);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

int state_events_due(struct state *state, struct state_due *due,
	int (*each)(void *context, const struct event_row *event), void *context, struct fault *f)
{
	/* none waits for more than six hours: what does is from before the clock was set back */
	static const char sql[] = "SELECT " COLUMNS " FROM event WHERE status = 'queued'"
				  " AND (due <= ?1 OR due > ?1 + 25200000)"
				  " AND (due, seq) > (?2, ?3)"
				  " ORDER BY due, seq LIMIT ?4";
	struct state_batch batch = STATE_BATCH_INIT(struct event_row, row_read);
	const struct event_row *rows;
	int result = 0;

	if (state_is_empty(state))
		return 0;
	result = state_batch_read(&batch, state,
		state_query(state, f, sql, "nnnn", due->now, due->after, due->after_seq, due->most),
		f);
	rows = batch.rows;
	for (size_t i = 0; result == 0 && i < batch.count; i++) {
		due->after = rows[i].due;
		due->after_seq = rows[i].seq;
		result = each(context, &rows[i]);
	}
	state_batch_release(&batch);
	return result;
}

int state_event_set(struct state *state, const struct event_row *event, struct fault *f)
{
	static const char sql[] =
		"UPDATE event SET status = ?1, tries = ?2, due = ?3, changed = ?4, answer = ?5"
		" WHERE seq = ?6";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state,
		state_query(state, f, sql, "tnnntn", event->status, event->tries, event->due,
			event->changed, event->answer, event->seq),
		f);
}

int state_events_retry(struct state *state, const char *id, int64_t *count, struct fault *f)
{
	static const char sql[] =
		"UPDATE event SET status = 'queued', tries = 0, due = ?1, changed = ?1"
		" WHERE status NOT IN ('delivered', 'waiting') AND (?2 = '' OR id = ?2"
		" OR (length(?2) >= 8 AND substr(id, 1, length(?2)) = ?2))";

	*count = 0;
	if (state_needs_transaction(state, f) < 0 ||
		state_run(state, state_query(state, f, sql, "nt", state_now(), id), f) < 0)
		return -1;
	*count = sqlite3_changes(state->db);
	return 0;
}

int state_events_forget(struct state *state, struct events_old *old, struct fault *f)
{
	static const char sql[] =
		"DELETE FROM event WHERE seq IN (SELECT seq FROM event"
		" WHERE status = 'delivered' AND changed < ?1 UNION ALL SELECT seq FROM event"
		" WHERE status = 'dead' AND changed < ?2 LIMIT ?3)";

	if (state_needs_transaction(state, f) < 0 ||
		state_run(state,
			state_query(state, f, sql, "nnn", old->delivered, old->dead, old->most),
			f) < 0)
		return -1;
	old->gone = sqlite3_changes(state->db);
	return 0;
}

int state_events_count(struct state *state, struct event_counts *counts, struct fault *f)
{
	static const char sql[] = "SELECT count(*) FILTER (WHERE status = 'queued'),"
				  " count(*) FILTER (WHERE status = 'dead'),"
				  " coalesce(min(created) FILTER (WHERE status = 'queued'), 0),"
				  " coalesce(min(due) FILTER (WHERE status = 'queued'), 0)"
				  " FROM event WHERE status IN ('queued', 'dead')";
	sqlite3_stmt *statement;
	int found;

	*counts = (struct event_counts){ 0 };
	if (state_is_empty(state))
		return 0;
	statement = state_query(state, f, sql, "");
	found = statement ? state_step(state, statement, f) : -1;
	if (found <= 0)
		return -1;
	counts->queued = sqlite3_column_int64(statement, 0);
	counts->dead = sqlite3_column_int64(statement, 1);
	counts->oldest = sqlite3_column_int64(statement, 2);
	counts->due = sqlite3_column_int64(statement, 3);
	state_done(statement);
	return 0;
}
