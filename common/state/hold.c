/* Holds: opened, listed, and done with. */
#include <stdio.h>
#include <string.h>

#include "common/state/sql.h"

/* The part of the table that the hold is in. */
static struct bound_part part_of(const char *id)
{
	struct bound_part part;

	(void)snprintf(part.text, sizeof(part.text), "%.3s", id);
	return part;
}

static int bind_hold(struct state *state, const char *id, struct fault *f)
{
	return state_bind(state, BOUND_HOLD, part_of(id).text, f);
}

bool state_hold_waits(const char *status)
{
	return strcmp(status, "open") == 0 || strcmp(status, "owed") == 0;
}

int state_hold_put(struct state *state, const struct hold_row *hold, struct fault *f)
{
	static const char sql[] =
		"INSERT INTO hold (id, digest, set_digest, ref, account, old, new, since, status,"
		" agents, verdict, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (id) DO UPDATE SET"
		" since = iif(status = excluded.status, since, excluded.since),"
		" account = iif(status = excluded.status, account, excluded.account),"
		" old = excluded.old, new = excluded.new, status = excluded.status,"
		" agents = excluded.agents, verdict = excluded.verdict,"
		" replaces = iif(excluded.replaces = '', replaces, excluded.replaces),"
		" cleared = 0";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state,
		    state_query(state, f, sql, "tttttttttttt", hold->id, hold->digest, hold->set,
			    hold->ref, hold->account, hold->old, hold->new, hold->since,
			    hold->status, hold->agents, hold->verdict, hold->replaces),
		    f) < 0)
		return -1;
	return bind_hold(state, hold->id, f);
}

int state_hold_set(struct state *state, const char *id, const char *status, struct fault *f)
{
	static const char sql[] = "UPDATE hold SET status = ? WHERE id = ?";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	if (state_run(state, state_query(state, f, sql, "tt", status, id), f) < 0)
		return -1;
	return bind_hold(state, id, f);
}

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *row)
{
	struct hold_row *hold = row;
	const char **const texts[] = { &hold->id, &hold->digest, &hold->set, &hold->ref,
		&hold->account, &hold->old, &hold->new, &hold->since, &hold->status, &hold->agents,
		&hold->verdict, &hold->replaces };

	hold->seq = sqlite3_column_int64(statement, 0);
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++) {
		*texts[i] = state_text(arena, statement, i + 1);
		if (!*texts[i])
			return -1;
	}
	hold->cleared = sqlite3_column_int(statement, 13) != 0;
	return 0;
}

#define COLUMNS                                                                               \
	"SELECT seq, id, digest, set_digest, ref, account, old, new, since, status, agents, " \
	"verdict, "
#define SINCE_VERSION 7 /* that a hold replaces another */

/* Which holds are read, and who is told of them; NULL: any. */
struct reading {
	const char *id, *status;
	const struct hold_row *beside; /* open ones of the same ref and account */
	bool over;                     /* those whose refs are there yet */
	int64_t at;                    /* the number of the last one; where to begin */
	hold_each *each;
	void *context;
};

/* The statement for the next holds: by the index that it asks for. */
static sqlite3_stmt *hold_query(struct state *state, const struct reading *r, struct fault *f)
{
	static const char by_id[] =
		COLUMNS "replaces, cleared FROM hold WHERE seq < ?1 AND id = ?2",
			  by_status[] = COLUMNS
			  "replaces, cleared FROM hold WHERE seq < ?1 AND status = ?2"
			  " ORDER BY seq DESC",
			  all[] = COLUMNS
			  "replaces, cleared FROM hold WHERE seq < ?1 ORDER BY seq DESC",
			  beside[] = COLUMNS
			  "replaces, cleared FROM hold WHERE seq < ?1 AND status = 'open' AND"
			  " ref = ?2 AND account = ?3 AND id <> ?4 ORDER BY seq DESC",
			  over[] = COLUMNS
			  "replaces, cleared FROM hold INDEXED BY hold_over"
			  " WHERE status <> 'open' AND cleared = 0 AND"
			  " status IN ('landed', 'superseded', 'dropped', 'expired', 'paid', "
			  "'lapsed') AND +seq > ? ORDER BY seq",
			  earlier[] =
				  COLUMNS "'', 0 FROM hold WHERE seq < ?1 AND (?2 = '' OR id = ?2)"
					  " AND (?3 = '' OR status = ?3) ORDER BY seq DESC";

	if (r->over)
		return state_query(state, f, over, "n", r->at);
	if (r->beside)
		return state_query(state, f, beside, "nttt", r->at, r->beside->ref,
			r->beside->account, r->beside->id);
	if (!state_has(state, SINCE_VERSION))
		return state_query(state, f, earlier, "ntt", r->at, r->id, r->status);
	if (r->id && r->status)
		return state_query(state, f,
			COLUMNS
			"replaces, cleared FROM hold WHERE seq < ?1 AND id = ?2 AND status = ?3",
			"ntt", r->at, r->id, r->status);
	if (r->id)
		return state_query(state, f, by_id, "nt", r->at, r->id);
	return r->status ? state_query(state, f, by_status, "nt", r->at, r->status)
			 : state_query(state, f, all, "n", r->at);
}

static int read_all(struct state *state, struct reading *r, struct fault *f)
{
	struct state_batch batch = STATE_BATCH_INIT(struct hold_row, row_read);
	int result = 0;

	do {
		const struct hold_row *rows;

		result = state_batch_read(&batch, state, hold_query(state, r, f), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			r->at = rows[i].seq;
			result = r->each(r->context, &rows[i]);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

int state_holds(struct state *state, const char *id, const char *status, hold_each *each,
	void *context, struct fault *f)
{
	struct reading reading = {
		.id = id, .status = status, .at = INT64_MAX, .each = each, .context = context
	};

	if (state_is_empty(state))
		return 0;
	if (id && strlen(id) == 16 && state_bound(state, BOUND_HOLD, part_of(id).text, f) < 0)
		return -1;
	return read_all(state, &reading, f);
}

int state_holds_waiting(struct state *state, hold_each *each, void *context, struct fault *f)
{
	int result = state_holds(state, NULL, "open", each, context, f);

	return result == 0 ? state_holds(state, NULL, "owed", each, context, f) : result;
}

int state_holds_over(
	struct state *state, int64_t after, hold_each *each, void *context, struct fault *f)
{
	struct reading reading = { .over = true, .at = after, .each = each, .context = context };

	return state_has(state, SINCE_VERSION) ? read_all(state, &reading, f) : 0;
}

int state_hold_cleared(struct state *state, const char *id, struct fault *f)
{
	static const char sql[] = "UPDATE hold SET cleared = 1 WHERE id = ? AND status <> 'open'";

	if (state_needs_transaction(state, f) < 0)
		return -1;
	return state_run(state, state_query(state, f, sql, "t", id), f);
}

int state_holds_beside(struct state *state, const struct hold_row *of, hold_each *each,
	void *context, struct fault *f)
{
	struct reading reading = {
		.beside = of, .at = INT64_MAX, .each = each, .context = context
	};

	return state_has(state, SINCE_VERSION) ? read_all(state, &reading, f) : 0;
}

/* The one number that the statement gives, 0 when it gives none. */
static int number(struct state *state, sqlite3_stmt *statement, int64_t *out, struct fault *f)
{
	int found = statement ? state_step(state, statement, f) : -1;

	*out = found > 0 ? sqlite3_column_int64(statement, 0) : 0;
	state_done(statement);
	return found < 0 ? -1 : 0;
}

int state_holds_open(struct state *state, const char *account, int64_t *count, struct fault *f)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM hold WHERE status = 'open' AND account = ?1) +"
		" (SELECT count(*) FROM hold WHERE status <> 'open' AND cleared = 0"
		" AND status = 'superseded' AND account = ?1)",
			  earlier[] = "SELECT count(*) FROM hold WHERE status = 'open'"
				      " AND account = ?1";

	*count = 0;
	if (state_is_empty(state))
		return 0;
	return number(state,
		state_query(
			state, f, state_has(state, SINCE_VERSION) ? sql : earlier, "t", account),
		count, f);
}

/* The part of a set's rows. */
static struct bound_part part_of_set(const char *set)
{
	struct bound_part part;

	(void)snprintf(part.text, sizeof(part.text), "%.3s", set);
	return part;
}

int state_landed(
	struct state *state, const char *ref, const char *set, int64_t *count, struct fault *f)
{
	static const char sql[] = "SELECT count FROM landed WHERE ref = ? AND set_digest = ?";

	*count = 0;
	if (state_is_empty(state))
		return 0;
	if (state_bound(state, BOUND_LANDED, part_of_set(set).text, f) < 0)
		return -1;
	return number(state, state_query(state, f, sql, "tt", ref, set), count, f);
}

int state_landed_add(struct state *state, const char *ref, const char *set, struct fault *f)
{
	static const char sql[] = "INSERT INTO landed VALUES (?, ?, 1)"
				  " ON CONFLICT DO UPDATE SET count = count + 1";
	const struct bound_part part = part_of_set(set);

	if (state_needs_transaction(state, f) < 0 ||
		state_bound(state, BOUND_LANDED, part.text, f) < 0 ||
		state_run(state, state_query(state, f, sql, "tt", ref, set), f) < 0)
		return -1;
	return state_bind(state, BOUND_LANDED, part.text, f);
}
