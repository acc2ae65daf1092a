#include "common/state/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/base/file.h"
#include "common/facts/stops.h"
#include "common/state/cut.h"
#include "common/state/shared.h"
#include "test/state_place.h"

static int count_stopped(void *context, const struct stopped *who)
{
	(void)who;
	++*(int *)context;
	return 0;
}

static void stop(struct state *state, const char *kind, const char *name)
{
	struct fault f = { 0 };
	struct stopped who = { .kind = kind,
		.name = name,
		.since = "2026-11-25T10:00:00.000Z",
		.by = "root",
		.reason = "broken" };

	if (state_stop(state, &who, &f) < 0)
		fail_msg("%s", f.text);
}

static void who_is_stopped_stays_so_until_resumed(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct fault f = { 0 };
	int count = 0;
	bool was;

	assert_int_equal(state_stopped(state, count_stopped, &count, &f), 0);
	begin(state);
	for (int i = 0; i < 600; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "bot-%d", i);
		stop(state, "agent", name);
	}
	stop(state, "account", "bot-1");
	stop(state, "agent", "bot-1");
	assert_int_equal(state_resume(state, "agent", "bot-2", &was, &f), 0);
	assert_true(was);
	assert_int_equal(state_resume(state, "account", "bot-2", &was, &f), 0);
	assert_false(was);
	commit(state);
	assert_int_equal(state_stopped(state, count_stopped, &count, &f), 0);
	assert_int_equal(count, 600);
	state_close(state);
}

/*
 * Read strictly, before the policy is asked: a stop that is understood in part would be lifted in
 * part.
 */
static void what_a_stopped_agent_was_known_by_is_whole_or_a_fault(void **context)
{
	static const char *const wrong[] = { "", "{", "[]", "{\"bot\":5}", "{\"bot\":{}}",
		"{\"bot\":{\"accounts\":[1],\"emails\":[],\"trailers\":[],\"keys\":[]}}",
		"{\"bot\":{\"accounts\":[],\"emails\":[],\"trailers\":[],\"keys\":[],\"x\":[]}}",
		"{\"bot\":{\"accounts\":[],\"emails\":[],\"trailers\":[],\"keys\":{}}}" };
	struct state *state = opened(*context, STATE_WRITE);
	struct policy policy = { 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fault f = { 0 };
		struct stops stops;

		begin(state);
		stop(state, "agent", "bot");
		assert_int_equal(state_value_set(state, "stopped-agent:bot", wrong[i], &f), 0);
		commit(state);
		assert_int_equal(stops_read(&stops, "/nonexistent", state, &f), 0);
		assert_int_equal(stops_revive(&stops, state, &policy, &f), -1);
		assert_string_equal(
			f.text, "state: what stopped agent bot was known by is unreadable");
		stops_release(&stops);
	}
	state_close(state);
}

/* A state.db as a program of that version left it. */
static void place_old_state(const struct place *place, int version)
{
	struct buf sql = BUF_INIT((size_t)1 << 20);
	struct fault f = { 0 };
	char path[512];

	(void)snprintf(path, sizeof(path), SOURCE_DIR "/test/data/state/version-%d.sql", version);
	if (file_read(path, &sql, &f) < 0)
		fail_msg("%s", f.text);
	(void)snprintf(path, sizeof(path), "%s/countersign", place->git_dir);
	assert_int_equal(mkdir(path, 0755), 0);
	tamper(place, sql.data);
	buf_release(&sql);
}

static int64_t version_of(const struct place *place)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	int64_t version;

	assert_int_equal(sqlite3_open(place->database, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	version = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return version;
}

static int count_hold(void *context, const struct hold_row *hold)
{
	(void)hold;
	++*(int *)context;
	return 0;
}

/* What version-1.sql holds, whoever looks at it. */
static void expect_old_contents(struct state *state)
{
	struct fault f = { 0 };
	struct log_check check;
	char id[33];
	int holds = 0;

	assert_int_equal(state_log_verify(state, NULL, &check, &f), 0);
	assert_int_equal(check.state, LOG_WHOLE);
	assert_true(check.rows >= 7);
	assert_int_equal(state_repository_id(state, id, &f), 0);
	assert_int_equal(strlen(id), 32);
	assert_int_equal(state_holds(state, NULL, NULL, count_hold, &holds, &f), 0);
	assert_int_equal(holds, 3);
}

static void an_earlier_state_is_read_as_it_is(void **context)
{
	const struct place *place = *context;
	struct state *state;
	struct fault f = { 0 };
	int count = 0;

	place_old_state(place, 1);
	state = opened(place, STATE_READ);
	expect_old_contents(state);
	assert_int_equal(state_stopped(state, count_stopped, &count, &f), 0);
	assert_int_equal(count, 0);
	state_close(state);
	assert_int_equal(version_of(place), 1);
}

/* What later versions have: version 8, what agents made. */
static void expect_new_tables(struct state *state)
{
	struct made made = { .key = "00", .agent = "claude-code" };
	struct fault f = { 0 };
	int64_t many = 0;

	begin(state);
	assert_int_equal(state_made_add(state, &made, &f), 0);
	commit(state);
	assert_int_equal(state_made_count(state, &many, &f), 0);
	assert_int_equal(many, 1);
}

static void the_next_writer_brings_an_earlier_state_up_to_date(void **context)
{
	const struct place *place = *context;
	struct state *reader, *state;
	struct fault f = { 0 };
	char hash[65];
	int count = 0;

	place_old_state(place, 1);
	reader = opened(place, STATE_READ);
	state = opened(place, STATE_WRITE);
	begin(state);
	stop(state, "agent", "claude-code");
	append(state, "refs/heads/main", hash);
	commit(state);
	expect_old_contents(state);
	expect_old_contents(reader);
	state_close(reader);
	assert_int_equal(state_stopped(state, count_stopped, &count, &f), 0);
	assert_int_equal(count, 1);
	assert_true(version_of(place) > 1);
	expect_new_tables(state);
	state_close(state);
	assert_int_equal(verified(place, hash).rows, 8);
}

static int count_pending(void *context, const struct pending *pending)
{
	assert_int_equal(strlen(pending->set), 64);
	++*(int *)context;
	return 0;
}

/* How many are pending on main. */
static int pending_on_main(struct state *state)
{
	struct fault f = { 0 };
	int count = 0;

	if (state_pending(state, "refs/heads/main", count_pending, &count, &f) != 0)
		fail_msg("%s", f.text);
	return count;
}

/* Of version 3, which had a ticket for each ref, and nothing else told of it. */
static void what_was_pending_before_an_upgrade_stays_so(void **context)
{
	const struct place *place = *context;
	struct state *state;
	char hash[65], set[65];
	char *sql = NULL;
	sqlite3 *db;

	memset(set, 'a', 64);
	set[64] = '\0';
	place_old_state(place, 1);
	assert_int_equal(sqlite3_open(place->database, &db), SQLITE_OK);
	assert_true(asprintf(&sql, "UPDATE ticket SET set_digest = '%s'", set) > 0);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	free(sql);
	state = opened(place, STATE_READ);
	assert_int_equal(pending_on_main(state), 1);
	state_close(state);
	state = opened(place, STATE_WRITE);
	begin(state);
	append(state, "refs/heads/main", hash);
	commit(state);
	assert_int_equal(pending_on_main(state), 1);
	state_close(state);
}

static void each_push_of_a_ref_is_pending(void **context)
{
	static const char ref[] = "refs/heads/main";
	struct state *state = opened(*context, STATE_WRITE);
	struct fault f = { 0 };
	struct pending pending = { .hold = "" };
	char set[65];

	memset(set, 'a', 64);
	set[64] = '\0';
	memcpy(pending.set, set, sizeof(set));
	begin(state);
	for (int i = 0; i < 600; i++) { /* more than are read at once */
		(void)snprintf((char *)pending.new.hash, OID_SHA1, "%d", i);
		assert_int_equal(state_pending_put(state, ref, &pending, &f), 0);
		assert_int_equal(state_pending_put(state, ref, &pending, &f), 0);
	}
	memset(pending.set, 'b', 64);
	assert_int_equal(state_pending_put(state, ref, &pending, &f), 0);
	assert_int_equal(state_pending_forget(state, ref, &f), 0);
	commit(state);
	assert_int_equal(pending_on_main(state), 601);
	begin(state);
	assert_int_equal(state_pending_drop(state, ref, set, &f), 0);
	commit(state);
	assert_int_equal(pending_on_main(state), 1);
	assert_int_equal(state_pending_drop(state, ref, pending.set, &f), -1);
	state_close(state);
}

static void what_was_pending_for_days_is_forgotten(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	struct pending pending = { .hold = "" };
	sqlite3 *db;

	memset(pending.set, 'a', 64);
	begin(state);
	assert_int_equal(state_pending_put(state, "refs/heads/main", &pending, &f), 0);
	commit(state);
	assert_int_equal(sqlite3_open(place->database, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "UPDATE pending SET time = time - 90000", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(pending_on_main(state), 1);
	begin(state);
	assert_int_equal(state_pending_forget(state, "refs/heads/main", &f), 0);
	commit(state);
	assert_int_equal(pending_on_main(state), 0);
	state_close(state);
}

static int count_noted(void *context, const char *agent)
{
	assert_string_equal(agent, "claude-code");
	++*(int *)context;
	return 0;
}

/* Steps 6 and 7: what notes said of commits; what replaces what, and by what rows are found. */
static void what_later_steps_add_is_there_after_the_next_writer(void **context)
{
	const struct place *place = *context;
	struct note_word word = { .agent = "claude-code", .account = "dev1" };
	struct state *state;
	struct fault f = { 0 };
	int noted = 0;

	place_old_state(place, 1);
	state = opened(place, STATE_READ);
	assert_int_equal(state_noted(state, &word, count_noted, &noted, &f), 0);
	expect_old_contents(state);
	state_close(state);
	state = opened(place, STATE_WRITE);
	begin(state);
	assert_int_equal(state_note(state, &word, &f), 0);
	commit(state);
	assert_int_equal(state_noted(state, &word, count_noted, &noted, &f), 0);
	assert_int_equal(noted, 1);
	expect_old_contents(state);
	state_close(state);
}

static int see_counter(void *context, const struct counted *what)
{
	assert_string_equal(what->name, "decisions");
	*(int64_t *)context += what->value;
	return 0;
}

/* Step 9: counters; without them there are none to see, and the next writer counts. */
static void an_earlier_state_has_no_counters_until_somebody_counts(void **context)
{
	const struct place *place = *context;
	struct counted one = { "decisions", "deny", 2 };
	struct state *state;
	struct fault f = { 0 };
	int64_t seen = 0;

	place_old_state(place, 1);
	state = opened(place, STATE_READ);
	assert_int_equal(state_counts(state, see_counter, &seen, &f), 0);
	assert_int_equal(seen, 0);
	state_close(state);
	state = opened(place, STATE_WRITE);
	begin(state);
	assert_int_equal(state_count(state, &one, &f), 0);
	assert_int_equal(state_count(state, &one, &f), 0);
	commit(state);
	assert_int_equal(state_counts(state, see_counter, &seen, &f), 0);
	assert_int_equal(seen, 4);
	expect_old_contents(state);
	state_close(state);
}

static int keep_id(void *context, const struct hold_row *hold)
{
	(void)snprintf(context, 17, "%s", hold->id);
	return 1;
}

/* Step 10: what was there is bound when the tables are brought up to date, and guarded from then. */
static void what_an_earlier_state_had_is_bound_from_then_on(void **context)
{
	const struct place *place = *context;
	struct state *state;
	struct fault f = { 0 };
	char hash[65], id[17] = "", sql[96];
	int holds = 0;

	place_old_state(place, 1);
	state = opened(place, STATE_READ);
	assert_int_equal(state_bound_verify(state, &f), 0);
	assert_int_equal(state_holds(state, NULL, NULL, keep_id, id, &f), 1);
	state_close(state);
	state = opened(place, STATE_WRITE);
	begin(state);
	append(state, "refs/heads/main", hash);
	commit(state);
	assert_int_equal(state_bound_verify(state, &f), 0);
	assert_int_equal(state_holds(state, id, NULL, count_hold, &holds, &f), 0);
	assert_int_equal(holds, 1);
	state_close(state);
	(void)snprintf(sql, sizeof(sql), "UPDATE hold SET old = 'other' WHERE id = '%s'", id);
	tamper(place, sql);
	state = opened(place, STATE_READ);
	assert_int_equal(state_bound_verify(state, &f), -1);
	assert_int_equal(state_holds(state, id, NULL, count_hold, &holds, &f), -1);
	state_close(state);
}

/* Step 11: where the log was cut; of before it, nowhere. */
static void an_earlier_log_was_cut_nowhere(void **context)
{
	const struct place *place = *context;
	struct log_cut cut = { .walk = { .rows = 5 } };
	struct state *state;
	struct fault f = { 0 };
	int64_t gone = -1;
	char hash[65];

	place_old_state(place, 1);
	state = opened(place, STATE_READ);
	assert_int_equal(state_log_cut(state, &cut, &f), 0);
	assert_int_equal(cut.walk.rows, 0);
	assert_true(cut.told);
	state_close(state);
	state = opened(place, STATE_WRITE);
	begin(state);
	append(state, "refs/heads/main", hash);
	assert_int_equal(state_log_cut(state, &cut, &f), 0);
	assert_int_equal(cut.walk.rows, 0);
	assert_int_equal(state_log_shed(state, 100, &gone, &f), 0);
	assert_int_equal(gone, 0);
	commit(state);
	state_close(state);
	assert_int_equal(verified(place, hash).rows, 8);
}

static int count_shared(void *context, const struct shared_row *row)
{
	(void)row;
	++*(int *)context;
	return 0;
}

static int keep_remembered(void *context, const struct remembered *what)
{
	*(struct remembered *)context = *what;
	return 0;
}

/* Step 12: what servers of one repository tell each other; nothing was told before. */
static void what_is_told_to_other_servers_is_told_once_and_taken_once(void **context)
{
	const struct place *place = *context;
	static const char body[] = "c40:1234567890123456789012345678901234567890"
				   "11:claude-code1:14:bot1\n";
	const struct shared_row row = { .id = "00112233445566778899aabbccddeeff",
		.body = { body, sizeof(body) - 1 } };
	const struct shared_row bad = { .id = "00112233445566778899aabbccddee00",
		.body = { body, sizeof(body) - 2 } };
	struct remembered seen = { 0 };
	struct fault f = { 0 };
	struct state *state;
	struct oid id;
	int count = 0;

	place_old_state(place, 1);
	state = opened(place, STATE_READ);
	assert_int_equal(state_shared(state, "", count_shared, &count, &f), 0);
	state_close(state);
	state = opened(place, STATE_WRITE);
	begin(state);
	assert_int_equal(oid_parse(&id, span_of("1234567890123456789012345678901234567890")), 0);
	assert_int_equal(state_shared_take(state, &row, &f), 0);
	assert_int_equal(state_shared_take(state, &row, &f), 0);
	assert_int_equal(state_shared_take(state, &bad, &f), -1);
	assert_int_equal(state_remembered(state, &id, keep_remembered, &seen, &f), 0);
	assert_true(seen.elsewhere);
	assert_int_equal(state_shared(state, "", count_shared, &count, &f), 0);
	assert_int_equal(count, 0);
	state_share(state, true);
	assert_int_equal(state_remember(state, &id,
				 &(struct remembered){ .agent = "aider", .account = "dev1" }, &f),
		0);
	commit(state);
	assert_int_equal(state_shared(state, row.id, count_shared, &count, &f), 0);
	assert_int_equal(count, 1);
	state_close(state);
}

static void remember(struct state *state, int i)
{
	const struct remembered what = { .agent = "aider", .account = "dev1" };
	struct fault f = { 0 };
	char hex[41];
	struct oid id;

	(void)snprintf(hex, sizeof(hex), "%040x", i);
	assert_int_equal(oid_parse(&id, span_of(hex)), 0);
	assert_int_equal(state_remember(state, &id, &what, &f), 0);
	assert_int_equal(state_note(state, &(struct note_word){ id, "aider", "dev1" }, &f), 0);
}

static bool is_remembered(const struct place *place, int i)
{
	struct state *state = opened(place, STATE_READ);
	struct remembered seen = { 0 };
	struct fault f = { 0 };
	char hex[41];
	struct oid id;

	(void)snprintf(hex, sizeof(hex), "%040x", i);
	assert_int_equal(oid_parse(&id, span_of(hex)), 0);
	assert_int_equal(state_remembered(state, &id, keep_remembered, &seen, &f), 0);
	state_close(state);
	return seen.agent != NULL;
}

static int64_t forgotten(const struct place *place, int64_t most)
{
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	int64_t gone = -1;

	begin(state);
	assert_int_equal(state_memory_forget(state, most, &gone, &f), 0);
	commit(state);
	assert_int_equal(state_bound_verify(state, &f), 0);
	state_close(state);
	return gone;
}

/* Step 13: what is remembered has a bound, beyond which the oldest goes, but nothing that is new. */
static void of_too_much_that_is_remembered_the_oldest_is_forgotten(void **context)
{
	const struct place *place = *context;
	struct state *state;

	place_old_state(place, 1);
	state = opened(place, STATE_WRITE);
	begin(state);
	for (int i = 1; i <= 8; i++)
		remember(state, i);
	commit(state);
	state_close(state);
	assert_int_equal(forgotten(place, 100), 0);
	tamper(place, "UPDATE counter SET value = 500005 WHERE name = 'remembered'");
	tamper(place, "UPDATE counter SET value = 100002 WHERE name = 'noted'");
	assert_int_equal(forgotten(place, 100), 0); /* all of it is young */
	tamper(place, "UPDATE remembered SET time = unicode(substr(id, 20)) WHERE agent = 'aider'"
		      " AND substr(hex(id), 39) <> '07'");
	tamper(place, "UPDATE noted SET time = 1");
	tamper(place, "INSERT INTO spent VALUES (1, 'aider', 0, 1, 'dev1', 1, 1)");
	tamper(place, "INSERT INTO value VALUES ('came 1234', '1'), ('came', '1')");
	assert_int_equal(forgotten(place, 3), 3 + 2 + 1 + 1);
	assert_int_equal(forgotten(place, 100), 2);
	assert_int_equal(forgotten(place, 100), 0);
	for (int i = 1; i <= 8; i++)
		assert_int_equal(is_remembered(place, i), i > 5);
	tamper(place, "UPDATE counter SET value = 600000 WHERE name = 'remembered'");
	assert_int_equal(forgotten(place, 100), 2);
	assert_true(is_remembered(place, 7));
}

static void two_who_come_at_once_bring_it_up_to_date_once(void **context)
{
	const struct place *place = *context;
	struct state *first, *second;
	char hash[65];

	place_old_state(place, 1);
	first = opened(place, STATE_WRITE);
	second = opened(place, STATE_WRITE);
	begin(first);
	append(first, "refs/heads/a", hash);
	commit(first);
	begin(second);
	append(second, "refs/heads/b", hash);
	stop(second, "agent", "claude-code");
	commit(second);
	state_close(first);
	state_close(second);
	assert_int_equal(verified(place, hash).rows, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(who_is_stopped_stays_so_until_resumed),
		WITH_PLACE(what_a_stopped_agent_was_known_by_is_whole_or_a_fault),
		WITH_PLACE(an_earlier_state_is_read_as_it_is),
		WITH_PLACE(the_next_writer_brings_an_earlier_state_up_to_date),
		WITH_PLACE(what_was_pending_before_an_upgrade_stays_so),
		WITH_PLACE(each_push_of_a_ref_is_pending),
		WITH_PLACE(what_was_pending_for_days_is_forgotten),
		WITH_PLACE(what_later_steps_add_is_there_after_the_next_writer),
		WITH_PLACE(an_earlier_state_has_no_counters_until_somebody_counts),
		WITH_PLACE(what_an_earlier_state_had_is_bound_from_then_on),
		WITH_PLACE(an_earlier_log_was_cut_nowhere),
		WITH_PLACE(what_is_told_to_other_servers_is_told_once_and_taken_once),
		WITH_PLACE(of_too_much_that_is_remembered_the_oldest_is_forgotten),
		WITH_PLACE(two_who_come_at_once_bring_it_up_to_date_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
