/* The copy for syslog: one line a row, that no text of the pusher's can make look like more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "hooks/gate/syslog_copy.h"

/*
 * What was sent: syslog(3) itself is replaced here, under both names that the C library calls it
 * by.
 */
static char sent[8][4096];
static size_t sent_count;

void __syslog_chk(int priority, int flag, const char *format, ...);

static void keep(const char *format, va_list args)
{
	assert_string_equal(format, "%s");
	assert_true(sent_count < sizeof(sent) / sizeof(sent[0]));
	(void)snprintf(sent[sent_count++], sizeof(sent[0]), "%s", va_arg(args, const char *));
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list args;

	(void)priority;
	(void)flag;
	va_start(args, format);
	keep(format, args);
	va_end(args);
}

#undef syslog
void(syslog)(int priority, const char *format, ...);
void(syslog)(int priority, const char *format, ...)
{
	va_list args;

	(void)priority;
	va_start(args, format);
	keep(format, args);
	va_end(args);
}

static void test_a_row_is_a_line(void **state)
{
	const struct log_row row = { .time = "2026-11-23T10:00:00.000Z",
		.kind = "decision",
		.account = "dev1",
		.ref = "refs/heads/main",
		.decision = "hold",
		.verdict = "{}" };
	struct buf lines = BUF_INIT(SYSLOG_COPY_MAX);

	(void)state;
	sent_count = 0;
	syslog_copy_add(&lines, &row, "abcd");
	syslog_copy_add(&lines, &row, "ef01");
	assert_int_equal(sent_count, 0);
	syslog_copy_send(&lines);
	assert_int_equal(sent_count, 2);
	assert_string_equal(sent[0],
		"time=\"2026-11-23T10:00:00.000Z\" kind=\"decision\" decision=\"hold\" "
		"account=\"dev1\" ref=\"refs/heads/main\" hash=\"abcd\"");
	syslog_copy_send(&lines);
	assert_int_equal(sent_count, 2);
	buf_release(&lines);
}

static void test_values_stay_values(void **state)
{
	char ref[5000];
	const struct log_row row = { .kind = "decision",
		.account = "x\" decision=\"allow",
		.ref = ref,
		.decision = "deny\nNov 23 root: all is well %n%s",
		.old = "\\" };
	struct buf lines = BUF_INIT(SYSLOG_COPY_MAX);

	(void)state;
	sent_count = 0;
	memset(ref, 'r', sizeof(ref) - 1);
	ref[sizeof(ref) - 1] = '\0';
	syslog_copy_add(&lines, &row, "abcd");
	syslog_copy_send(&lines);
	assert_int_equal(sent_count, 1);
	assert_non_null(strstr(sent[0], " account=\"x\\x22 decision=\\x22allow\" "));
	assert_non_null(strstr(sent[0], " decision=\"deny\\nNov 23 root: all is well %n%s\" "));
	assert_non_null(strstr(sent[0], " old=\"\\\\\" "));
	assert_true(strlen(sent[0]) < 1024);
	buf_release(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_row_is_a_line),
		cmocka_unit_test(test_values_stay_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
