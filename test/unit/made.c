/* What agents made of paths, as the state keeps it. */
#include "common/state/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/state_place.h"

static void add(struct state *state, int number, const char *agent, bool protected)
{
	struct made made = { .agent = agent, .verified = number % 2, .protected = protected };
	struct fault f = { 0 };

	(void)snprintf(made.key, sizeof(made.key), "%032d", number);
	if (state_made_add(state, &made, &f) < 0)
		fail_msg("%s", f.text);
}

struct said {
	int count;
	char agents[256];
	bool verified;
};

static int on_made(void *context, const struct made *made)
{
	struct said *said = context;

	said->count++;
	strcat(strcat(said->agents, made->agent), " ");
	said->verified = made->verified;
	return 0;
}

static struct said made(struct state *state, int number)
{
	struct fault f = { 0 };
	struct said said = { 0 };
	char key[64];

	(void)snprintf(key, sizeof(key), "%032d", number);
	assert_int_equal(state_made(state, key, on_made, &said, &f), 0);
	return said;
}

static void who_was_first_stays_and_each_is_told_by_name(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct fault f = { 0 };
	int64_t count = 7;
	bool any = true;

	assert_int_equal(state_made_count(state, &count, &f), 0);
	assert_int_equal(count, 0);
	assert_int_equal(state_made_any(state, &any, &f), 0);
	assert_false(any);
	begin(state);
	add(state, 1, "b", false);
	add(state, 1, "a", false);
	add(state, 1, "a", true);
	add(state, 2, "c", false);
	commit(state);
	assert_string_equal(made(state, 1).agents, "a b ");
	assert_true(made(state, 1).verified);
	assert_string_equal(made(state, 2).agents, "c ");
	assert_false(made(state, 2).verified);
	assert_int_equal(made(state, 3).count, 0);
	assert_int_equal(state_made_count(state, &count, &f), 0);
	assert_int_equal(count, 3);
	assert_int_equal(state_made_any(state, &any, &f), 0);
	assert_true(any);
	state_close(state);
}

static void too_much_forgets_what_no_rule_protects_first(void **context)
{
	struct state *state = opened(*context, STATE_WRITE);
	struct fault f = { 0 };
	int64_t count = 0;

	begin(state);
	for (int i = 0; i < 100020; i++)
		add(state, i, "a", i < 10);
	assert_int_equal(state_made_bound(state, &f), 0);
	commit(state);
	assert_int_equal(state_made_count(state, &count, &f), 0);
	assert_int_equal(count, 100000);
	assert_int_equal(made(state, 0).count, 1);
	assert_int_equal(made(state, 9).count, 1);
	assert_int_equal(made(state, 100019).count, 1);
	state_close(state);
}

static void what_is_old_is_forgotten(void **context)
{
	const struct place *place = *context;
	struct state *state = opened(place, STATE_WRITE);
	struct fault f = { 0 };
	int64_t count = 0;
	sqlite3 *db;

	begin(state);
	add(state, 1, "a", true);
	commit(state);
	assert_int_equal(sqlite3_open(place->database, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "UPDATE made SET time = time - 34646400000", NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	begin(state);
	add(state, 2, "a", false);
	assert_int_equal(state_made_bound(state, &f), 0);
	commit(state);
	assert_int_equal(state_made_count(state, &count, &f), 0);
	assert_int_equal(count, 1);
	assert_int_equal(made(state, 1).count, 0);
	state_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			who_was_first_stays_and_each_is_told_by_name, place_make, place_remove),
		cmocka_unit_test_setup_teardown(
			too_much_forgets_what_no_rule_protects_first, place_make, place_remove),
		cmocka_unit_test_setup_teardown(what_is_old_is_forgotten, place_make, place_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
