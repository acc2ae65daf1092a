#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "common/base/run.h"

static char *const nothing[] = { NULL };

static int run_shell(const char *script, struct span input, struct buf *output, int *status)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };
	struct run what = { .argv = argv, .env = nothing, .input = input, .seconds = 10 };
	struct fault f = { 0 };

	return run(&what, output, status, &f);
}

static void output_and_status_come_back(void **state)
{
	struct buf output = BUF_INIT(1000);
	int status;

	(void)state;
	assert_int_equal(
		run_shell("cat; echo err >&2; exit 3", span_of("in\n"), &output, &status), 0);
	assert_int_equal(status, 3);
	assert_string_equal(output.data, "in\nerr\n");
	buf_release(&output);
}

static void much_input_and_output_do_not_block(void **state)
{
	static char big[1 << 20];
	struct buf output = BUF_INIT(2 << 20);
	int status;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_int_equal(run_shell("cat", (struct span){ big, sizeof(big) }, &output, &status), 0);
	assert_int_equal(output.len, sizeof(big));
	buf_release(&output);
}

static void input_that_nobody_reads_does_no_harm(void **state)
{
	static char big[1 << 20];
	int status;

	(void)state;
	assert_int_equal(run_shell("exit 0", (struct span){ big, sizeof(big) }, NULL, &status), 0);
	assert_int_equal(status, 0);
}

static void who_does_not_end_is_killed(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "while :; do :; done", NULL };
	struct run what = { .argv = argv, .env = nothing, .seconds = 1 };
	struct fault f = { 0 };
	int status;

	(void)state;
	assert_int_equal(run(&what, NULL, &status, &f), -1);
	assert_int_equal(f.class, FAULT_ADMIN);
}

static void what_is_not_there_is_a_fault(void **state)
{
	const char *argv[] = { "/nonexistent/program", NULL };
	struct run what = { .argv = argv, .env = nothing };
	struct fault f = { 0 };
	int status;

	(void)state;
	assert_int_equal(run(&what, NULL, &status, &f), -1);
}

/* What it leaves behind may keep its output open: that is not waited for where nobody reads it. */
static void who_has_ended_is_not_waited_for(void **state)
{
	int ends[2];
	char path[100];
	const char *argv[] = { "/bin/sh", "-c", "cat >/dev/null; cat \"$0\" & exit 3", path, NULL };
	struct run what = { .argv = argv,
		.env = run_bare_env,
		.input = span_of("text"),
		.seconds = 20,
		.output = RUN_DROP };
	struct fault f = { 0 };
	int status;

	(void)state;
	assert_int_equal(pipe2(ends, 0), 0);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), ends[0]);
	assert_int_equal(run(&what, NULL, &status, &f), 0);
	assert_int_equal(status, 3);
	close(ends[0]); /* what was left behind reads its end of file */
	close(ends[1]);
}

static void who_does_not_end_is_killed_though_its_output_is_closed(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "exec >&- 2>&-; while :; do :; done", NULL };
	struct run what = { .argv = argv, .env = nothing, .seconds = 1 };
	struct fault f = { 0 };
	int status;

	(void)state;
	assert_int_equal(run(&what, NULL, &status, &f), -1);
}

static void what_runs_apart_has_nothing_of_ours(void **state)
{
	int ends[2];
	char path[100], text[2] = "";
	const char *argv[] = { "told", "-c", "echo 1 >\"$0\"", path, NULL };
	struct run what = {
		.argv = argv, .program = "/bin/sh", .env = run_bare_env, .folder = "/"
	};
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(pipe2(ends, 0), 0);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), ends[1]);
	assert_int_equal(run_apart(&what, &f), 0);
	assert_int_equal(read(ends[0], text, 1), 1);
	assert_string_equal(text, "1");
	what.program = "/nonexistent/program";
	assert_int_equal(run_apart(&what, &f), -1);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_and_status_come_back),
		cmocka_unit_test(much_input_and_output_do_not_block),
		cmocka_unit_test(input_that_nobody_reads_does_no_harm),
		cmocka_unit_test(who_does_not_end_is_killed),
		cmocka_unit_test(who_has_ended_is_not_waited_for),
		cmocka_unit_test(who_does_not_end_is_killed_though_its_output_is_closed),
		cmocka_unit_test(what_runs_apart_has_nothing_of_ours),
		cmocka_unit_test(what_is_not_there_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
