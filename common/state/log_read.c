/* Rows of the log as they are read: all, or those that are asked for, by an index. */
#include <stdio.h>
#include <string.h>

#include "common/state/sql.h"

#define SINCE_VERSION 7 /* that there are indexes, counts and outcomes */

#define COLUMNS                                                                               \
	"SELECT l.seq, l.time, l.kind, l.account, l.ref, l.old, l.new, l.decision, l.policy," \
	" l.verdict, l.previous, l.hash"
#define BESIDE                                                                             \
	COLUMNS ", coalesce(a.count, 0), coalesce(a.last, ''), o.seq, o.landed FROM log l" \
		" LEFT JOIN again a ON a.seq = l.seq LEFT JOIN outcome o ON o.seq = l.seq"

static enum fate fate_of(sqlite3_stmt *statement)
{
	if (sqlite3_column_type(statement, 14) == SQLITE_NULL)
		return FATE_NONE;
	if (sqlite3_column_type(statement, 15) == SQLITE_NULL)
		return FATE_AWAITED;
	return sqlite3_column_int(statement, 15) ? FATE_LANDED : FATE_NOT_LANDED;
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct log_entry *entry = out;
	struct log_row *row = &entry->row;
	const char **const texts[] = { &row->time, &row->kind, &row->account, &row->ref, &row->old,
		&row->new, &row->decision, &row->policy, &row->verdict, &entry->previous,
		&entry->hash };

	*entry = (struct log_entry){ .seq = sqlite3_column_int64(statement, 0), .last = "" };
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
		*texts[i] = state_text(arena, statement, i + 1);
		if (!*texts[i])
			return -1;
	}
	if (sqlite3_column_count(statement) < 16)
		return 0;
	entry->again = sqlite3_column_int64(statement, 12);
	entry->last = state_text(arena, statement, 13);
	entry->fate = fate_of(statement);
	return entry->last ? 0 : -1;
}

/* The number that the statement gives, or that one when it gives none. */
static int number(
	struct state *state, sqlite3_stmt *statement, int64_t other, int64_t *out, struct fault *f)
{
	int found = statement ? state_step(state, statement, f) : -1;

	*out = found > 0 && sqlite3_column_type(statement, 0) != SQLITE_NULL
		       ? sqlite3_column_int64(statement, 0)
		       : other;
	state_done(statement);
	return found < 0 ? -1 : 0;
}

/* Where to read: the filter with its times as numbers of rows. */
struct place {
	int64_t after, last;
	const char *agent;
	char ref[1024]; /* in full; "": by no ref */
};

/* The full name of the one ref that ends so; "" when there are several, or none. */
static int find_ref(struct state *state, const char *asked, struct place *place, struct fault *f)
{
	static const char sql[] =
		"WITH RECURSIVE r(ref) AS (SELECT min(ref) FROM log UNION ALL SELECT (SELECT min"
		"(ref) FROM log WHERE ref > r.ref) FROM r WHERE r.ref IS NOT NULL) SELECT ref FROM"
		" r WHERE ref = ?1 OR substr(ref, -length(?1) - 1) = '/' || ?1 LIMIT 2";
	sqlite3_stmt *statement = state_query(state, f, sql, "t", asked);
	int found = statement ? state_step(state, statement, f) : -1;

	if (found > 0)
		(void)snprintf(place->ref, sizeof(place->ref), "%s",
			(const char *)sqlite3_column_text(statement, 0));
	if (found > 0 && (strlen(place->ref) + 1 == sizeof(place->ref) ||
				 state_step(state, statement, f) > 0))
		place->ref[0] = '\0';
	state_done(statement);
	return found < 0 ? -1 : 0;
}

static int find_place(
	struct state *state, const struct log_filter *filter, struct place *place, struct fault *f)
{
	/* without the signs SQLite would go through the rows in order until one fits */
	static const char
		since[] = "SELECT min(+seq) - 1 FROM log INDEXED BY log_time WHERE time >= ?",
		until[] = "SELECT max(+seq) FROM log INDEXED BY log_time WHERE time <= ? || '~'";
	int64_t found;

	*place = (struct place){ filter->after, INT64_MAX, filter->agent, "" };
	if (!state_has(state, SINCE_VERSION)) {
		place->agent = NULL;
		return 0;
	}
	if (filter->since && *filter->since) {
		if (number(state, state_query(state, f, since, "t", filter->since), INT64_MAX - 1,
			    &found, f) < 0)
			return -1;
		place->after = found > place->after ? found : place->after;
	}
	if (filter->until && *filter->until &&
		number(state, state_query(state, f, until, "t", filter->until), 0, &place->last,
			f) < 0)
		return -1;
	return filter->ref && !filter->agent ? find_ref(state, filter->ref, place, f) : 0;
}

static sqlite3_stmt *next_rows(struct state *state, const struct place *place, struct fault *f)
{
	static const char
		earlier[] = COLUMNS " FROM log l WHERE l.seq > ? AND l.seq <= ?"
				    " ORDER BY l.seq",
		all[] = BESIDE " WHERE l.seq > ? AND l.seq <= ? ORDER BY l.seq",
		of_ref[] = BESIDE " WHERE l.seq > ? AND l.seq <= ? AND l.ref = ?"
				  " ORDER BY l.seq",
		of_agent[] = BESIDE
		" WHERE l.seq IN (SELECT seq FROM log_agent WHERE agent = ?3 AND seq > ?1"
		" AND seq <= ?2 UNION SELECT seq FROM log_agent WHERE agent = ',' AND seq > ?1"
		" AND seq <= ?2 ORDER BY 1 LIMIT 256) ORDER BY l.seq";

	if (!state_has(state, SINCE_VERSION))
		return state_query(state, f, earlier, "nn", place->after, place->last);
	if (place->agent)
		return state_query(
			state, f, of_agent, "nnt", place->after, place->last, place->agent);
	if (place->ref[0])
		return state_query(state, f, of_ref, "nnt", place->after, place->last, place->ref);
	return state_query(state, f, all, "nn", place->after, place->last);
}

int state_log_read(struct state *state, const struct log_filter *filter,
	int (*each)(void *context, const struct log_entry *entry), void *context, struct fault *f)
{
	struct state_batch batch = STATE_BATCH_INIT(struct log_entry, row_read);
	struct place place;
	int result = 0;

	if (state_is_empty(state))
		return 0;
	if (find_place(state, filter, &place, f) < 0)
		return -1;
	do {
		const struct log_entry *rows;

		result = state_batch_read(&batch, state, next_rows(state, &place, f), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			place.after = rows[i].seq;
			result = each(context, &rows[i]);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

int state_log_time(struct state *state, const struct log_row *same, char **time, struct fault *f)
{
	static const char sql[] = "SELECT time FROM log INDEXED BY log_ref WHERE ref = ? AND kind"
				  " = ? AND new = ? AND decision = ? ORDER BY seq DESC LIMIT 1";
	sqlite3_stmt *statement = state_query(
		state, f, sql, "tttt", same->ref, same->kind, same->new, same->decision);
	int found = statement ? state_step(state, statement, f) : -1;

	*time = found > 0 ? strdup((const char *)sqlite3_column_text(statement, 0)) : NULL;
	state_done(statement);
	return found > 0 && !*time ? fault_memory(f) : found < 0 ? -1 : 0;
}
