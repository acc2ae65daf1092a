/* How many rows a log has, beside what the mark of its state says that it had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "common/state/backup.h"
#include "test/state_place.h"

static const struct place *writing; /* where a row comes as a mark is read; or NULL */

static void add_row(const struct place *place)
{
	struct state *state = opened(place, STATE_WRITE);
	char hash[65];

	begin(state);
	append(state, "refs/heads/main", hash);
	commit(state);
	state_close(state);
}

/* In the place of libc's, which is asked for nothing but marks here. */
ssize_t pread(int file, void *into, size_t len, off_t at)
{
	const struct place *place = writing;

	writing = NULL;
	if (place)
		add_row(place);
	return syscall(SYS_pread64, file, into, len, at);
}

/* How many more it has than it had. */
static int64_t more_than_it_had(const struct place *place, int64_t rows)
{
	struct state *state = opened(place, STATE_READ);
	struct fault f = { 0 };
	int64_t now = -1, had = -1;

	assert_int_equal(state_rows_had(state, &now, &had, &f), 0);
	state_close(state);
	assert_int_equal(now, rows);
	return now - had;
}

static void a_row_that_comes_meanwhile_makes_no_older_copy(void **context)
{
	const struct place *place = *context;

	add_row(place);
	assert_int_equal(more_than_it_had(place, 1), 0);
	writing = place;
	assert_int_equal(more_than_it_had(place, 2), 0);
	assert_null(writing);
}

static void a_row_that_was_taken_back_was_never_there(void **context)
{
	const struct place *place = *context;
	struct state *state;
	struct fault f = { 0 };
	char hash[65];

	add_row(place);
	state = opened(place, STATE_WRITE);
	begin(state);
	append(state, "refs/heads/main", hash);
	state_rollback(state);
	begin(state);
	assert_int_equal(state_value_set(state, "name", "value", &f), 0);
	commit(state);
	state_close(state);
	assert_int_equal(more_than_it_had(place, 1), 0);
	add_row(place);
	assert_int_equal(more_than_it_had(place, 2), 0);
}

static void an_older_copy_has_less_than_it_had(void **context)
{
	const struct place *place = *context;
	char command[256];

	add_row(place);
	(void)snprintf(
		command, sizeof(command), "cp '%s' '%s.old'", place->database, place->database);
	assert_int_equal(system(command), 0);
	add_row(place);
	(void)snprintf(
		command, sizeof(command), "cp '%s.old' '%s'", place->database, place->database);
	assert_int_equal(system(command), 0);
	assert_int_equal(more_than_it_had(place, 1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_row_that_comes_meanwhile_makes_no_older_copy, place_make, place_remove),
		cmocka_unit_test_setup_teardown(
			a_row_that_was_taken_back_was_never_there, place_make, place_remove),
		cmocka_unit_test_setup_teardown(
			an_older_copy_has_less_than_it_had, place_make, place_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
