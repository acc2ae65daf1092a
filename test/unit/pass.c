/*
 * A pass lets exactly what was decided on through, for an hour, and whatever is no pass lets
 * nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/state/pass.h"

static char place[100];

static const struct pass pass = {
	.ref = "refs/heads/main",
	.target = "refs/heads/main",
	.old = { .hash = { 1 } },
	.new = { .hash = { 2 } },
	.policy = "p",
};

static int make_place(void **state)
{
	char path[200];

	(void)state;
	snprintf(place, sizeof(place), "/tmp/pass.XXXXXX");
	if (!mkdtemp(place))
		return -1;
	snprintf(path, sizeof(path), "%s/countersign", place);
	if (mkdir(path, 0700) < 0)
		return -1;
	passes_begin(place);
	return 0;
}

/* The only pass that there is. */
static void path_of_pass(char out[600])
{
	char folder[200];
	DIR *entries;
	struct dirent *entry;

	snprintf(folder, sizeof(folder), "%s/countersign/passes", place);
	entries = opendir(folder);
	assert_non_null(entries);
	*out = '\0';
	while ((entry = readdir(entries)))
		if (entry->d_name[0] != '.')
			snprintf(out, 600, "%s/%s", folder, entry->d_name);
	closedir(entries);
	assert_true(*out);
}

static int remove_place(void **state)
{
	char path[200];
	struct fault f = { 0 };

	(void)state;
	if (passes_take_back(place, pass.target, NULL, &f) < 0)
		return -1;
	passes_end(place);
	snprintf(path, sizeof(path), "%s/countersign", place);
	return rmdir(path) < 0 || rmdir(place) < 0 ? -1 : 0;
}

static enum pass_answer found(struct pass asked)
{
	char hold[PASS_HOLD_MAX + 1];

	return pass_find(place, &asked, hold);
}

static void it_fits_only_what_it_names(void **state)
{
	struct pass other = pass;

	(void)state;
	assert_int_equal(found(pass), PASS_NONE);
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	assert_int_equal(found(pass), PASS_ALLOWED);
	other.ref = "refs/heads/mai";
	assert_int_equal(found(other), PASS_NONE);
	other = pass;
	other.target = "refs/heads/other";
	assert_int_equal(found(other), PASS_NONE);
	other = pass;
	other.old.hash[19] = 1;
	assert_int_equal(found(other), PASS_NONE);
	other = pass;
	other.new.hash[0] = 3;
	assert_int_equal(found(other), PASS_NONE);
	other = pass;
	other.policy = "q";
	assert_int_equal(found(other), PASS_NONE);
	assert_int_equal(pass_drop(place, &pass), 0);
	assert_int_equal(found(pass), PASS_NONE);
	assert_int_equal(pass_drop(place, &pass), 0);
}

static void the_last_word_counts(void **state)
{
	char hold[PASS_HOLD_MAX + 1];

	(void)state;
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	assert_int_equal(pass_put(place, &pass, PASS_HELD, "0123456789abcdef"), 0);
	assert_int_equal(pass_find(place, &pass, hold), PASS_HELD);
	assert_string_equal(hold, "0123456789abcdef");
	assert_int_equal(found(pass), PASS_NONE); /* it was told */
	passes_begin(place);
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, "0123456789abcdef"), 0);
	assert_int_equal(pass_find(place, &pass, hold), PASS_ALLOWED);
	assert_string_equal(hold, "0123456789abcdef");
}

static void it_lasts_an_hour_by_a_sane_clock(void **state)
{
	static const struct {
		time_t age;
		enum pass_answer answer;
	} rows[] = { { 3590, PASS_ALLOWED }, { 3610, PASS_NONE }, { -100, PASS_NONE } };
	char path[600];

	(void)state;
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	path_of_pass(path);
	for (size_t i = 0; i < 3; i++) {
		struct timespec times[2] = { { .tv_sec = time(NULL) - rows[i].age } };

		times[1] = times[0];
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
		assert_int_equal(found(pass), rows[i].answer);
	}
	passes_begin(place);
	assert_int_equal(access(path, F_OK), -1);
}

static void what_is_no_pass_lets_nothing_through(void **state)
{
	static const char *const texts[] = { "", "allowed", "allowed ", "allowed\n", "Allowed \n",
		"allowed 0123456789abcdef0\n", "yes\n", "held", "\n", "allowed 0123456789abcdef" };
	char path[600], aside[700];

	(void)state;
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	path_of_pass(path);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(texts[i], file);
		assert_int_equal(fclose(file), 0);
		if (found(pass) != PASS_NONE)
			fail_msg("it takes: %s", texts[i]);
	}
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	snprintf(aside, sizeof(aside), "%s.aside", path);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(aside, path), 0);
	assert_int_equal(found(pass), PASS_NONE);
	assert_int_equal(unlink(aside), 0);
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	assert_int_equal(found(pass), PASS_ALLOWED);
}

static void those_of_a_ref_or_a_hold_are_taken_back(void **state)
{
	struct pass other = pass;
	struct fault f = { 0 };

	(void)state;
	other.ref = other.target = "refs/heads/other";
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, "0123456789abcdef"), 0);
	assert_int_equal(pass_put(place, &other, PASS_HELD, "fedcba9876543210"), 0);
	assert_int_equal(passes_take_back(place, "refs/heads/none", NULL, &f), 0);
	assert_int_equal(passes_take_back(place, NULL, "0000000000000000", &f), 0);
	assert_int_equal(found(pass), PASS_ALLOWED);
	assert_int_equal(passes_take_back(place, NULL, "0123456789abcdef", &f), 0);
	assert_int_equal(found(pass), PASS_NONE);
	assert_int_equal(passes_take_back(place, other.target, NULL, &f), 0);
	assert_int_equal(found(other), PASS_NONE);
}

static void what_cannot_be_taken_away_lets_nothing_through(void **state)
{
	char path[600], below[700];
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	path_of_pass(path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0); /* not to be unlinked, whoever we are */
	snprintf(below, sizeof(below), "%s/x", path);
	assert_int_equal(mkdir(below, 0700), 0);
	assert_int_equal(pass_put(place, &pass, PASS_ALLOWED, ""), 0);
	assert_int_equal(found(pass), PASS_NONE);
	assert_int_equal(pass_drop(place, &pass), 0);
	assert_int_equal(passes_take_back(place, pass.target, NULL, &f), -1);
	assert_int_equal(found(pass), PASS_NONE);
	assert_int_equal(rmdir(below), 0);
	assert_int_equal(rmdir(path), 0);
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PLACE(it_fits_only_what_it_names),
		WITH_PLACE(the_last_word_counts),
		WITH_PLACE(it_lasts_an_hour_by_a_sane_clock),
		WITH_PLACE(what_is_no_pass_lets_nothing_through),
		WITH_PLACE(those_of_a_ref_or_a_hold_are_taken_back),
		WITH_PLACE(what_cannot_be_taken_away_lets_nothing_through),
	};

	return cmocka_run_group_tests_name("pass", tests, NULL, NULL);
}
