#include "common/state/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "test/state_place.h"

static void fill_log(const struct place *place, int count, char hash[65])
{
	struct state *state = opened(place, STATE_WRITE);

	for (int i = 0; i < count; i++) {
		char ref[32];

		(void)snprintf(ref, sizeof(ref), "refs/heads/%d", i);
		begin(state);
		append(state, ref, hash);
		commit(state);
	}
	state_close(state);
}

static void reading_makes_nothing(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_READ);
	struct fault f = { 0 };
	int64_t count = 7;
	char id[33];

	assert_int_equal(state_holds_open(state, "dev1", &count, &f), 0);
	assert_int_equal(count, 0);
	assert_int_equal(state_repository_id(state, id, &f), 0);
	assert_string_equal(id, "");
	assert_int_equal(state_begin(state, &f), -1);
	state_close(state);
	state_close(opened(place, STATE_WRITE));
	assert_int_equal(access(place->database, F_OK), -1);
}

static void what_is_not_committed_is_not_there(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	char hash[65];

	begin(state);
	append(state, "refs/heads/main", hash);
	state_rollback(state);
	begin(state);
	append(state, "refs/heads/main", hash);
	state_close(state);
	assert_int_equal(verified(place, NULL).rows, 0);
}

static void the_id_stays_once_it_is_written(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	char first[33], second[33];

	begin(state);
	assert_int_equal(state_repository_id(state, first, &f), 0);
	assert_int_equal(strlen(first), 32);
	state_rollback(state);
	assert_true(state_is_empty(state));
	begin(state);
	assert_int_equal(state_repository_id(state, second, &f), 0);
	assert_int_equal(strlen(second), 32);
	assert_string_not_equal(first, second);
	commit(state);
	assert_int_equal(state_repository_id(state, first, &f), 0);
	state_close(state);
	state = opened(place, STATE_READ);
	assert_int_equal(state_repository_id(state, second, &f), 0);
	assert_string_equal(first, second);
	state_close(state);
}

static int count_hold(void *context, const struct hold_row *hold)
{
	int *count = context;

	assert_string_equal(hold->ref, "refs/heads/main");
	return (*count)++ < 0;
}

static void holds_open_and_close(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	struct hold_row hold = { .ref = "refs/heads/main", .account = "dev1", .status = "open" };
	int64_t open = 0;
	int count = 0;

	begin(state);
	for (int i = 0; i < 700; i++) {
		char id[17];

		(void)snprintf(id, sizeof(id), "%016x", i);
		hold.id = id;
		assert_int_equal(state_hold_put(state, &hold, &f), 0);
		assert_int_equal(state_hold_put(state, &hold, &f), 0);
	}
	assert_int_equal(state_hold_set(state, "0000000000000003", "landed", &f), 0);
	commit(state);
	assert_int_equal(state_holds_open(state, "dev1", &open, &f), 0);
	assert_int_equal(open, 699);
	assert_int_equal(state_holds(state, NULL, "open", count_hold, &count, &f), 0);
	assert_int_equal(count, 699);
	assert_int_equal(state_holds(state, "0000000000000003", NULL, count_hold, &count, &f), 0);
	assert_int_equal(count, 700);
	state_close(state);
}

static int note_hold(void *context, const struct hold_row *hold)
{
	(void)snprintf(context, 64, "%s %s", hold->status, hold->replaces);
	return 0;
}

static int add_id(void *context, const struct hold_row *hold)
{
	char *ids = context;

	(void)snprintf(ids + strlen(ids), 64 - strlen(ids), "%s ", hold->id);
	return 0;
}

static void what_is_open_beside_a_hold_is_of_the_same_ref_and_account(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct hold_row hold = { .status = "open", .since = "2026-11-23T10:00:00.000Z" };
	static const struct {
		const char *id, *ref, *account;
	} rows[] = { { "00000000000000aa", "refs/heads/main", "dev1" },
		{ "00000000000000bb", "refs/heads/main", "dev1" },
		{ "00000000000000cc", "refs/heads/other", "dev1" },
		{ "00000000000000dd", "refs/heads/main", "dev2" },
		{ "00000000000000ee", "refs/heads/main", "dev1" } };
	struct fault f = { 0 };
	char ids[64] = "", found[64];
	int64_t open;

	begin(state);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		hold.id = rows[i].id;
		hold.ref = rows[i].ref;
		hold.account = rows[i].account;
		hold.replaces = i == 4 ? rows[0].id : "";
		assert_int_equal(state_hold_put(state, &hold, &f), 0);
	}
	assert_int_equal(state_holds_beside(state, &hold, add_id, ids, &f), 0);
	assert_string_equal(ids, "00000000000000bb 00000000000000aa ");
	assert_int_equal(state_hold_set(state, rows[0].id, "superseded", &f), 0);
	ids[0] = '\0';
	assert_int_equal(state_holds_beside(state, &hold, add_id, ids, &f), 0);
	assert_string_equal(ids, "00000000000000bb ");
	commit(state);
	assert_int_equal(state_holds(state, hold.id, "open", note_hold, found, &f), 0);
	assert_string_equal(found, "open 00000000000000aa");
	assert_int_equal(state_holds_open(state, "dev1", &open, &f), 0);
	assert_int_equal(open, 4);
	state_close(state);
}

static void landings_are_counted(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	int64_t count;

	begin(state);
	assert_int_equal(state_landed_add(state, "refs/heads/main", "s", &f), 0);
	assert_int_equal(state_landed_add(state, "refs/heads/main", "s", &f), 0);
	commit(state);
	assert_int_equal(state_landed(state, "refs/heads/main", "s", &count, &f), 0);
	assert_int_equal(count, 2);
	assert_int_equal(state_landed(state, "refs/heads/other", "s", &count, &f), 0);
	assert_int_equal(count, 0);
	state_close(state);
}

static int first_account(void *context, const struct remembered *what)
{
	(void)snprintf(context, 64, "%s %s %d", what->agent, what->account, what->by_account);
	return 0;
}

static void the_first_memory_stays(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	const struct oid id = { .hash = { 9 } };
	const struct remembered first = { .agent = "bot", .by_account = true, .account = "bot" };
	const struct remembered later = { .agent = "bot", .account = "dev1" };
	char seen[64] = "";

	begin(state);
	assert_int_equal(state_remember(state, &id, &first, &f), 0);
	assert_int_equal(state_remember(state, &id, &later, &f), 0);
	commit(state);
	assert_int_equal(state_remembered(state, &id, first_account, seen, &f), 0);
	assert_string_equal(seen, "bot bot 1");
	state_close(state);
}

static void values_are_kept(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	char *value = NULL;

	begin(state);
	assert_int_equal(state_value_set(state, "key", "1", &f), 0);
	assert_int_equal(state_value_set(state, "key", "2", &f), 0);
	commit(state);
	assert_int_equal(state_value(state, "key", &value, &f), 0);
	assert_string_equal(value, "2");
	free(value);
	assert_int_equal(state_value(state, "none", &value, &f), 0);
	assert_null(value);
	state_close(state);
}

static void a_whole_log_is_whole(void **context)
{
	const struct place *place = *context;
	struct log_check check;
	char hash[65];

	fill_log(place, 600, hash);
	check = verified(place, NULL);
	assert_int_equal(check.state, LOG_WHOLE);
	assert_int_equal(check.rows, 600);
	assert_string_equal(check.tip, hash);
	assert_int_equal(verified(place, hash).state, LOG_WHOLE);
}

/* What is done to a log of 9 rows, and what must be found at which of them. */
static const struct {
	const char *sql;
	enum log_state state;
	int64_t broken;
} tamperings[] = {
	{ "UPDATE log SET account = 'dev2' WHERE seq = 4", LOG_ALTERED, 4 },
	{ "UPDATE log SET account = 'dev1r', ref = substr(ref, 2) WHERE seq = 4", LOG_ALTERED, 4 },
	{ "UPDATE log SET time = '' WHERE seq = 1", LOG_ALTERED, 1 },
	{ "UPDATE log SET kind = 'approval' WHERE seq = 9", LOG_ALTERED, 9 },
	{ "UPDATE log SET decision = 'allow' WHERE seq = 9", LOG_ALTERED, 9 },
	{ "UPDATE log SET verdict = '{ }' WHERE seq = 9", LOG_ALTERED, 9 },
	{ "UPDATE log SET policy = '' WHERE seq = 9", LOG_ALTERED, 9 },
	{ "UPDATE log SET old = '1', new = '' WHERE seq = 9", LOG_ALTERED, 9 },
	{ "UPDATE log SET new = '1' WHERE seq = 9", LOG_ALTERED, 9 },
	{ "UPDATE log SET hash = previous WHERE seq = 5", LOG_ALTERED, 5 },
	{ "UPDATE log SET previous = hash WHERE seq = 5", LOG_ALTERED, 5 },
	{ "DELETE FROM log WHERE seq = 5", LOG_REMOVED, 5 },
	{ "DELETE FROM log WHERE seq < 3", LOG_REMOVED, 1 },
	{ "DELETE FROM log WHERE seq > 7", LOG_TRUNCATED, 8 },
	{ "DELETE FROM log", LOG_TRUNCATED, 1 },
	{ "DELETE FROM log WHERE seq = 5; UPDATE log SET seq = seq - 1 WHERE seq > 5", LOG_REMOVED,
		5 },
	{ "UPDATE log SET seq = 100 WHERE seq = 2; UPDATE log SET seq = 2 WHERE seq = 3;"
	  "UPDATE log SET seq = 3 WHERE seq = 100",
		LOG_REORDERED, 2 },
	{ "UPDATE log SET seq = seq + 100; UPDATE log SET seq = 110 - seq", LOG_REORDERED, 1 },
	{ "UPDATE log SET seq = 100 WHERE seq = 2; UPDATE log SET seq = 2 WHERE seq = 3;"
	  "UPDATE log SET seq = 3, account = 'x' WHERE seq = 100",
		LOG_REORDERED, 2 },
};

static void tampering_is_found_at_its_first_row(void **context)
{
	for (size_t i = 0; i < sizeof(tamperings) / sizeof(tamperings[0]); i++) {
		struct log_check check;
		char hash[65];

		place_remove(context);
		place_make(context);
		fill_log(*context, 9, hash);
		tamper(*context, tamperings[i].sql);
		check = verified(*context, NULL);
		if (check.state != tamperings[i].state || check.broken != tamperings[i].broken)
			fail_msg("%s: %d at %d", tamperings[i].sql, check.state, (int)check.broken);
	}
}

static void only_a_tip_shows_a_chain_made_anew(void **context)
{
	const struct place *place = *context;
	char tip[65], other[65];

	fill_log(place, 9, tip);
	tamper(place, "DELETE FROM log; DELETE FROM sqlite_sequence");
	fill_log(place, 3, other);
	assert_int_equal(verified(place, NULL).state, LOG_WHOLE);
	assert_int_equal(verified(place, tip).state, LOG_TRUNCATED);
	assert_int_equal(verified(place, tip).broken, 4);
}

/*
 * Rows whose texts run into each other must not hash alike: the hash of the same bytes split
 * differently.
 */
static void fields_do_not_run_together(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	const struct log_row a = { .account = "ab", .ref = "c" },
			     b = { .account = "a", .ref = "bc" };
	char first[65], second[65];

	begin(state);
	assert_int_equal(state_log_append(state, &a, first, &f), 0);
	state_rollback(state);
	begin(state);
	assert_int_equal(state_log_append(state, &b, second, &f), 0);
	state_rollback(state);
	assert_string_not_equal(first, second);
	state_close(state);
}

static void two_writers_take_turns(void **context)
{
	const struct place *place = *context;
	const int each = 25;
	char hash[65];

	for (int child = 0; child < 3; child++) {
		if (fork() == 0) {
			fill_log(place, each, hash);
			_exit(0);
		}
	}
	for (int child = 0; child < 3; child++) {
		int status = -1;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(verified(place, NULL).rows, 3 * each);
	assert_int_equal(verified(place, NULL).state, LOG_WHOLE);
}

static void refused(const struct place *place, const char *words)
{
	struct state *state = NULL;
	struct fault f = { 0 };

	for (int mode = STATE_READ; mode <= STATE_WRITE; mode++) {
		fault_clear(&f);
		assert_int_equal(state_open(&state, place->git_dir, mode, &f), -1);
		assert_null(state);
		assert_int_equal(f.class, FAULT_ADMIN);
		if (!strstr(f.text, words) || !strstr(f.text, place->database))
			fail_msg("%s", f.text);
	}
}

static void strange_databases_are_refused(void **context)
{
	const struct place *place = *context;
	char hash[65];
	FILE *file;

	fill_log(place, 1, hash);
	tamper(place, "PRAGMA user_version=99");
	refused(place, "later Countersign");
	tamper(place, "PRAGMA application_id=99");
	refused(place, "not a database of Countersign's");
	assert_int_equal(truncate(place->database, 5000), 0);
	refused(place, "damaged");
	file = fopen(place->database, "w");
	fprintf(file,
		"this is no database, and it is long enough to be looked at as one, is it not?");
	fclose(file);
	refused(place, "damaged");
	assert_int_equal(unlink(place->database), 0);
	tamper(place, "CREATE TABLE stranger (a)");
	refused(place, "not a database of Countersign's");
}

static void what_was_there_is_not_begun_anew_unasked(void **context)
{
	const struct place *place = *context;
	struct state *state;
	char hash[65];

	fill_log(place, 1, hash);
	assert_int_equal(truncate(place->database, 0), 0);
	refused(place, "was there and is empty");
	assert_int_equal(unlink(place->database), 0);
	refused(place, "was there and is missing");
	state = opened(place, STATE_ANEW);
	begin(state);
	commit(state);
	state_close(state);
	assert_int_equal(verified(place, NULL).rows, 0);
	fill_log(place, 2, hash);
	assert_int_equal(verified(place, NULL).rows, 2);
}

/* Objects' mode, and what folder and file must have. */
static void sharing_is_taken_over(void **context)
{
	static const struct {
		mode_t objects, folder, file;
	} cases[] = {
		{ 0755, 0700, 0600 },
		{ 0700, 0700, 0600 },
		{ 02775, 02770, 0660 },
		{ 0770, 02770, 0660 },
		{ 02777, 02777, 0666 },
		{ 02750, 0700, 0600 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct place *place;
		char path[128], hash[65];
		struct stat folder, file;
		mode_t mask = umask(i % 2 ? 0 : 0077);

		place_remove(context);
		place_make(context);
		place = *context;
		(void)snprintf(path, sizeof(path), "%s/objects", place->git_dir);
		assert_int_equal(chmod(path, cases[i].objects), 0);
		fill_log(place, 1, hash);
		(void)umask(mask);
		(void)snprintf(path, sizeof(path), "%s/countersign", place->git_dir);
		assert_int_equal(stat(path, &folder), 0);
		assert_int_equal(stat(place->database, &file), 0);
		assert_int_equal(folder.st_mode & 07777, cases[i].folder);
		assert_int_equal(file.st_mode & 07777, cases[i].file);
	}
}

/* A writer is killed while its pages are half on the disk: the journal is hot. */
static void crash_in_commit(const struct place *place)
{
	if (fork() == 0) {
		sqlite3 *db = NULL;

		(void)sqlite3_open(place->database, &db);
		(void)sqlite3_exec(db,
			"PRAGMA journal_mode=TRUNCATE; PRAGMA cache_size=1; PRAGMA cache_spill=1;"
			"BEGIN IMMEDIATE; UPDATE log SET account = 'half';"
			"CREATE TABLE junk (a); INSERT INTO junk WITH RECURSIVE n(i) AS"
			" (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
			" SELECT hex(randomblob(500)) FROM n",
			NULL, NULL, NULL);
		_exit(0);
	}
	(void)wait(NULL);
}

static void what_a_killed_writer_left_is_undone(void **context)
{
	const struct place *place = *context;
	char hash[65], journal[128];
	struct stat left;

	fill_log(place, 50, hash);
	crash_in_commit(place);
	(void)snprintf(journal, sizeof(journal), "%s-journal", place->database);
	assert_int_equal(stat(journal, &left), 0);
	assert_true(left.st_size > 0);
	assert_int_equal(verified(place, hash).state, LOG_WHOLE);
}

/* The same for a reader who may not write: it sees the state before, and changes nothing. */
static void a_reader_without_rights_sees_the_state_before(void **context)
{
	const struct place *place = *context;
	char hash[65], journal[128], command[256];
	struct stat before, after;
	int status = -1;

	if (geteuid() != 0)
		skip();
	fill_log(place, 50, hash);
	crash_in_commit(place);
	(void)snprintf(journal, sizeof(journal), "%s-journal", place->database);
	(void)snprintf(command, sizeof(command), "chmod -R a+rX '%s'", place->git_dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(stat(journal, &before), 0);
	if (fork() == 0) {
		struct state *state = NULL;
		struct log_check check = { .state = LOG_ALTERED };
		struct fault f = { 0 };

		if (setgid(65534) == 0 && setuid(65534) == 0 &&
			state_open(&state, place->git_dir, STATE_READ, &f) == 0 &&
			state_log_verify(state, &(struct log_known){ .tip = hash }, &check, &f) ==
				0)
			state_close(state);
		else
			fprintf(stderr, "%s\n", f.text);
		_exit(check.state == LOG_WHOLE && check.rows == 50 ? 0 : 1);
	}
	(void)wait(&status);
	assert_int_equal(status, 0);
	assert_int_equal(stat(journal, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
}

static char event_id[40]; /* of the one that was seen last */

static int note_event(void *context, const struct event_row *event)
{
	struct event_row *seen = context;

	seen->seq = event->seq;
	seen->tries = event->tries;
	seen->created++;
	assert_int_equal(strlen(event->id), 36);
	(void)snprintf(event_id, sizeof(event_id), "%s", event->id);
	assert_string_equal(event->event.type, "held");
	return 0;
}

static void events_wait_until_they_are_due(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	struct event_row seen = { 0 };
	struct state_due due = { .now = state_now() + 60000, .most = 100 };
	struct event_counts counts;
	int64_t count;

	begin(state);
	assert_int_equal(state_event_add(state, &(struct event){ "held", "{}", "{}", 0 }, &f), 0);
	commit(state);
	assert_int_equal(state_events_due(state, &due, note_event, &seen, &f), 0);
	assert_int_equal(seen.created, 1);
	assert_int_equal(state_events_due(state, &due, note_event, &seen, &f), 0);
	assert_int_equal(seen.created, 1);
	begin(state);
	seen.status = "dead";
	seen.answer = "no";
	assert_int_equal(state_event_set(state, &seen, &f), 0);
	commit(state);
	assert_int_equal(state_events_count(state, &counts, &f), 0);
	assert_int_equal(counts.dead, 1);
	assert_int_equal(counts.queued, 0);
	/* by the beginning of its id, if that is long enough */
	for (size_t len = 0; len < strlen(event_id); len++) {
		char part[40];

		(void)snprintf(part, sizeof(part), "%.*s", (int)len, event_id);
		begin(state);
		assert_int_equal(state_events_retry(state, part, &count, &f), 0);
		state_rollback(state);
		assert_int_equal(count, len == 0 || len >= 8);
	}
	begin(state);
	assert_int_equal(state_events_retry(state, "msg_0000000000z", &count, &f), 0);
	assert_int_equal(count, 0);
	assert_int_equal(state_events_retry(state, NULL, &count, &f), 0);
	commit(state);
	assert_int_equal(count, 1);
	due = (struct state_due){ .now = state_now() + 60000, .most = 100 };
	assert_int_equal(state_events_due(state, &due, note_event, &seen, &f), 0);
	assert_int_equal(seen.created, 2);
	assert_int_equal(seen.tries, 0);
	state_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(reading_makes_nothing),
		WITH_PLACE(what_is_not_committed_is_not_there),
		WITH_PLACE(the_id_stays_once_it_is_written),
		WITH_PLACE(holds_open_and_close),
		WITH_PLACE(what_is_open_beside_a_hold_is_of_the_same_ref_and_account),
		WITH_PLACE(landings_are_counted),
		WITH_PLACE(the_first_memory_stays),
		WITH_PLACE(values_are_kept),
		WITH_PLACE(a_whole_log_is_whole),
		WITH_PLACE(tampering_is_found_at_its_first_row),
		WITH_PLACE(only_a_tip_shows_a_chain_made_anew),
		WITH_PLACE(fields_do_not_run_together),
		WITH_PLACE(two_writers_take_turns),
		WITH_PLACE(strange_databases_are_refused),
		WITH_PLACE(what_was_there_is_not_begun_anew_unasked),
		WITH_PLACE(sharing_is_taken_over),
		WITH_PLACE(what_a_killed_writer_left_is_undone),
		WITH_PLACE(a_reader_without_rights_sees_the_state_before),
		WITH_PLACE(events_wait_until_they_are_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
