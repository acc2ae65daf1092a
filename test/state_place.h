/*
 * For unit tests of the state: a made-up repository, and what is done to its database.  Included
 * behind cmocka.h.
 */
#ifndef TEST_STATE_PLACE_H
#define TEST_STATE_PLACE_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/state/state.h"

/* A made-up repository: a git directory in a folder of its own. */
struct place {
	char git_dir[64];
	char database[96];
};

__attribute__((unused)) static int place_make(void **context)
{
	struct place *place = calloc(1, sizeof(*place));
	char objects[96];

	strcpy(place->git_dir, "/tmp/countersign-unit-XXXXXX");
	assert_non_null(mkdtemp(place->git_dir));
	(void)snprintf(objects, sizeof(objects), "%s/objects", place->git_dir);
	assert_int_equal(mkdir(objects, 0755), 0);
	(void)snprintf(place->database, sizeof(place->database), "%s/countersign/state.db",
		place->git_dir);
	*context = place;
	return 0;
}

__attribute__((unused)) static int place_remove(void **context)
{
	struct place *place = *context;
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", place->git_dir);
	assert_int_equal(system(command), 0);
	free(place);
	return 0;
}

__attribute__((unused)) static struct state *opened(const struct place *place, enum state_mode mode)
{
	struct fault f = { 0 };
	struct state *state = NULL;

	if (state_open(&state, place->git_dir, mode, &f) < 0)
		fail_msg("%s", f.text);
	return state;
}

__attribute__((unused)) static void begin(struct state *state)
{
	struct fault f = { 0 };

	if (state_begin(state, &f) < 0)
		fail_msg("%s", f.text);
}

__attribute__((unused)) static void commit(struct state *state)
{
	struct fault f = { 0 };

	if (state_commit(state, &f) < 0)
		fail_msg("%s", f.text);
}

__attribute__((unused)) static void append(struct state *state, const char *ref, char hash[65])
{
	struct fault f = { 0 };
	const struct log_row row = { .time = "2026-11-23T10:00:00.000Z",
		.kind = "decision",
		.account = "dev1",
		.ref = ref,
		.old = "",
		.new = "",
		.decision = "hold",
		.policy = "p",
		.verdict = "{}" };

	if (state_log_append(state, &row, hash, &f) < 0)
		fail_msg("%s", f.text);
}

/* Writes `count` rows, one transaction each. */
/* What somebody does who can write the file. */
__attribute__((unused)) static void tamper(const struct place *place, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(place->database, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

__attribute__((unused)) static struct log_check verified(const struct place *place, const char *tip)
{
	struct state *state = opened(place, STATE_READ);
	struct fault f = { 0 };
	struct log_check check;

	assert_int_equal(state_log_verify(state, &(struct log_known){ .tip = tip }, &check, &f), 0);
	state_close(state);
	return check;
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

#endif
