/* What servers of one repository tell each other: rows of facts, each a kind and its fields. */
#include "common/state/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/state/clock.h"
#include "common/state/sql.h"

#define SINCE_VERSION 12
#define KEPT 50000 /* rows */
#define FIELDS_MOST 5
#define FIELD_MOST 4096 /* bytes */

void state_share(struct state *state, bool on)
{
	state->shares = on;
}

static int write_row(
	struct state *state, const char *id, int64_t time, const char *body, struct fault *f)
{
	static const char add[] = "INSERT INTO shared (id, time, body) VALUES (?, ?, ?)",
			  drop[] = "DELETE FROM shared WHERE seq <= (SELECT max(seq) FROM shared)"
				   " - ?";

	if (state_run(state, state_query(state, f, add, "tnt", id, time, body), f) < 0)
		return -1;
	return state_run(state, state_query(state, f, drop, "n", (int64_t)KEPT), f);
}

static int write_told(struct state *state, struct fault *f)
{
	unsigned char bytes[(SHARED_ID - 1) / 2];
	char id[SHARED_ID];
	struct clock clock;

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return fault_set(f, FAULT_ADMIN, "no random numbers");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	if (clock_read(state, &clock, f) < 0)
		return -1;
	return write_row(state, id, clock.passed * 1000, state->told.data, f);
}

int state_tell_end(struct state *state, bool commit, struct fault *f)
{
	int status = commit && state->told.len ? write_told(state, f) : 0;

	buf_clear(&state->told);
	return status;
}

int state_tell(struct state *state, char kind, const char *const fields[], struct fault *f)
{
	if (!state->shares)
		return 0;
	state->told.max = SHARED_MOST;
	if (state->told.len > SHARED_MOST / 2 && state_tell_end(state, true, f) < 0)
		return -1;
	buf_addc(&state->told, kind);
	for (; *fields; fields++)
		buf_addf(&state->told, "%zu:%s", strlen(*fields), *fields);
	return buf_addc(&state->told, '\n') < 0 ? fault_memory(f) : 0;
}

/* ---- what was told here */

struct told_row {
	struct shared_row row;
	int64_t seq;
};

static int row_read(struct arena *arena, sqlite3_stmt *statement, void *out)
{
	struct told_row *told = out;
	const char *body = state_text(arena, statement, 3);

	told->seq = sqlite3_column_int64(statement, 0);
	told->row = (struct shared_row){ .id = state_text(arena, statement, 1),
		.time = sqlite3_column_int64(statement, 2),
		.body = { body, (size_t)sqlite3_column_bytes(statement, 3) } };
	return told->row.id && body ? 0 : -1;
}

int state_shared(struct state *state, const char *after,
	int (*each)(void *context, const struct shared_row *row), void *context, struct fault *f)
{
	static const char sql[] =
		"SELECT seq, id, time, body FROM shared WHERE body <> '' AND seq > max(?, coalesce("
		"(SELECT seq FROM shared WHERE id = ?), 0)) ORDER BY seq";
	struct state_batch batch = STATE_BATCH_INIT(struct told_row, row_read);
	int64_t seq = 0;
	int result = 0;

	if (!state_has(state, SINCE_VERSION))
		return 0;
	do {
		const struct told_row *rows;

		result = state_batch_read(
			&batch, state, state_query(state, f, sql, "nt", seq, after), f);
		rows = batch.rows;
		for (size_t i = 0; result == 0 && i < batch.count; i++) {
			seq = rows[i].seq;
			result = each(context, &rows[i].row);
		}
	} while (result == 0 && batch.count);
	state_batch_release(&batch);
	return result;
}

/* ---- what was told elsewhere */

struct fact {
	char kind;
	char fields[FIELDS_MOST][FIELD_MOST];
	size_t count;
};

/* Takes the next fact off the body.  Whether there is one, whole. */
static bool fact_read(struct span *body, struct fact *fact)
{
	const char *at = body->data, *end = body->data + body->len;

	fact->kind = at < end ? *at++ : '\0';
	for (fact->count = 0; at < end && *at != '\n'; fact->count++) {
		size_t len = 0;

		while (at < end && *at >= '0' && *at <= '9' && len < FIELD_MOST)
			len = len * 10 + (size_t)(*at++ - '0');
		if (fact->count == FIELDS_MOST || len >= FIELD_MOST || at == end || *at++ != ':' ||
			len > (size_t)(end - at) || memchr(at, '\0', len))
			return false;
		memcpy(fact->fields[fact->count], at, len);
		fact->fields[fact->count][len] = '\0';
		at += len;
	}
	if (at == end)
		return false;
	at++;
	*body = (struct span){ at, (size_t)(end - at) };
	return true;
}

static int no_fact(struct fault *f)
{
	return fault_set(f, FAULT_ADMIN, "what another host remembers is unreadable");
}

static int take_commit(struct state *state, const struct fact *fact, struct fault *f)
{
	const struct remembered what = { .agent = fact->fields[1],
		.by_account = fact->fields[2][0] != '\0',
		.account = fact->fields[3],
		.elsewhere = true };
	struct oid id;

	if (fact->count != 4 || !*what.agent || oid_parse(&id, span_of(fact->fields[0])) < 0)
		return no_fact(f);
	return state_remember(state, &id, &what, f);
}

static int take_made(struct state *state, const struct fact *fact, struct fault *f)
{
	struct made what = {
		.agent = fact->fields[1], .protected = fact->fields[2][0] != '\0', .elsewhere = true
	};

	if (fact->count != 3 || !*what.agent || strlen(fact->fields[0]) != MADE_KEY)
		return no_fact(f);
	memcpy(what.key, fact->fields[0], sizeof(what.key));
	return state_made_add(state, &what, f);
}

static int take_spent(struct state *state, const struct fact *fact, int64_t time, struct fault *f)
{
	const struct spent what = { .agent = fact->fields[0],
		.claimed = fact->fields[1][0] != '\0',
		.time = time,
		.account = fact->fields[2],
		.pushes = strtoll(fact->fields[3], NULL, 10),
		.commits = strtoll(fact->fields[4], NULL, 10) };
	const int64_t most = INT64_C(1) << 40;

	if (fact->count != 5 || what.pushes < 0 || what.commits < 0 || what.pushes > most ||
		what.commits > most)
		return no_fact(f);
	return state_spend(state, &what, 0, f);
}

static int take_all(struct state *state, const struct shared_row *row, struct fault *f)
{
	struct span left = row->body;
	struct fact fact = { 0 };

	while (left.len) {
		int status;

		if (!fact_read(&left, &fact))
			return no_fact(f);
		if (fact.kind == SHARED_COMMIT)
			status = take_commit(state, &fact, f);
		else if (fact.kind == SHARED_MADE)
			status = take_made(state, &fact, f);
		else
			status = fact.kind == SHARED_SPENT ? take_spent(state, &fact, row->time, f)
							   : no_fact(f);
		if (status < 0)
			return -1;
	}
	return 0;
}

static int is_known(struct state *state, const char *id, bool *known, struct fault *f)
{
	sqlite3_stmt *statement =
		state_query(state, f, "SELECT 1 FROM shared WHERE id = ?", "t", id);
	int more = statement ? state_step(state, statement, f) : -1;

	*known = more > 0;
	if (more > 0)
		state_done(statement);
	return more < 0 ? -1 : 0;
}

int state_shared_take(struct state *state, const struct shared_row *row, struct fault *f)
{
	bool known = false;

	if (state_needs_transaction(state, f) < 0 || is_known(state, row->id, &known, f) < 0)
		return -1;
	if (known)
		return 0;
	if (take_all(state, row, f) < 0 || state_made_bound(state, f) < 0)
		return -1;
	return write_row(state, row->id, row->time, "", f);
}
