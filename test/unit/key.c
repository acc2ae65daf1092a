#include "common/key/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define AT 1798761600 /* 2027-01-01 */

static struct arena arena = ARENA_INIT(1 << 20);

static int parse(struct key *key, const char *text, const char **why)
{
	return key_parse(key, &arena, span_of(text), "/etc/countersign", why);
}

/* Runs over the lines `FIRST<TAB>SECOND` of a file. */
static void each_line(const char *path, void (*run)(const char *first, const char *second))
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0, count = 0;
	ssize_t len;

	assert_non_null(file);
	while ((len = getline(&line, &size, file)) > 0) {
		char *tab = strchr(line, '\t');

		assert_non_null(tab);
		line[len - 1] = '\0';
		*tab = '\0';
		run(line, tab + 1);
		count++;
	}
	assert_true(count > 0);
	free(line);
	fclose(file);
}

static void good_line(const char *fingerprint, const char *text)
{
	const char *why;
	struct key key;

	if (parse(&key, text, &why) < 0)
		fail_msg("%s: %s", text, why);
	assert_int_equal(key.kind, KEY_SSH);
	assert_string_equal(key.fingerprint, fingerprint);
	assert_int_equal(strncmp(key.type, text, strlen(key.type)), 0);
	assert_false(key.revoked);
}

static void bad_line(const char *expected, const char *text)
{
	const char *why;
	struct key key;

	if (parse(&key, text, &why) == 0)
		fail_msg("taken: %s", text);
	if (strcmp(why, expected) != 0)
		fail_msg("%s\nsays: %s\nnot:  %s", text, why, expected);
}

static void every_type_is_read_and_has_the_fingerprint_of_ssh_keygen(void **state)
{
	(void)state;
	each_line(SOURCE_DIR "/test/data/keys/good", good_line);
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	each_line(SOURCE_DIR "/test/data/keys/bad", bad_line);
}

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOaydb3pWqpDKtJXBxz6NB20YcbHOJpfk16rPI84/10z"

static void options_are_read(void **state)
{
	const char *why;
	struct key key;

	(void)state;
	assert_int_equal(parse(&key,
				 " revoked,valid-after=\"20270101\",valid-before=\"20280101Z\","
				 "namespaces=\"git\",no-touch-required \t" KEY " a comment",
				 &why),
		0);
	assert_true(key.revoked);
	assert_true(key.touch_optional);
	assert_int_equal(key.valid_after, AT);
	assert_int_equal(key.valid_before, AT + 365 * 86400);
	assert_false(key.authority);
	assert_int_equal(parse(&key, "cert-authority,principals=\"alice,al@x\" " KEY, &why), 0);
	assert_true(key.authority);
	assert_string_equal(key.principals[0], "alice");
	assert_string_equal(key.principals[1], "al@x");
	assert_null(key.principals[2]);
}

static void a_key_is_one_line(void **state)
{
	const char *why;
	struct key key;

	(void)state;
	assert_int_equal(parse(&key, KEY "\n" KEY, &why), -1);
	assert_string_equal(why, "a key is one line of text");
	assert_int_equal(key_parse(&key, &arena, (struct span){ "ssh\0", 4 }, "/", &why), -1);
	assert_string_equal(why, "a key is one line of text");
}

static void openpgp_files_are_relative_to_the_policy(void **state)
{
	const char *why;
	struct key key;

	(void)state;
	assert_int_equal(parse(&key, "openpgp:keys/alice smith.asc", &why), 0);
	assert_int_equal(key.kind, KEY_OPENPGP);
	assert_string_equal(key.file, "/etc/countersign/keys/alice smith.asc");
	assert_int_equal(parse(&key, "valid-before=\"20270101\" openpgp:/a=b,c.asc", &why), 0);
	assert_string_equal(key.file, "/a=b,c.asc");
	assert_int_equal(key.valid_before, AT);
	assert_int_equal(key_parse(&key, &arena, span_of("openpgp:a.asc"), NULL, &why), -1);
	assert_string_equal(why, "a policy inside the repository cannot name OpenPGP files");
}

static void times_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} rows[] = {
		{ "2027-01-01", AT },
		{ "20270101", AT },
		{ "20270101Z", AT },
		{ "2027-01-01T12:34:56Z", AT + 45296 },
		{ "202701011234", AT + 45240 },
		{ "202701011234Z", AT + 45240 },
		{ "20270101123456", AT + 45296 },
		{ "20270101123456Z", AT + 45296 },
		{ "2028-02-29", AT + 424 * 86400 },
		{ "9999-12-31", 253402214400 },
	};
	int64_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(key_time_parse(&time, span_of(rows[i].text)), 0);
		assert_int_equal(time, rows[i].time);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const rows[] = { "", "0", "2027", "2027-1-1", "2027-02-29", "2027-13-01",
		"2027-00-10", "2027-01-00", "2027-01-32", "2027-01-01T24:00:00Z",
		"2027-01-01T00:60:00Z", "2027-01-01T00:00:60Z", "2027-01-01T00:00:00",
		"2027-01-01T00:00:00+01:00", "2027-01-01 ", " 20270101", "2027010", "202701011",
		"20270101z", "+2270101", "1970-01-01", "1969-12-31", "0000-01-01", "99999-01-01" };
	int64_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (key_time_parse(&time, span_of(rows[i])) == 0)
			fail_msg("taken: '%s'", rows[i]);
}

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read_and_has_the_fingerprint_of_ssh_keygen),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(options_are_read),
		cmocka_unit_test(a_key_is_one_line),
		cmocka_unit_test(openpgp_files_are_relative_to_the_policy),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
