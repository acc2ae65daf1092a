/*
 * What is said of odd policies: those that somebody wrote who knows another program, or who slipped.
 *
 * data/policies/odd is the table.  A row is a policy (`| `, as many lines as it has), and what is said
 * of it (`> `): place and words.  A row without `> ` is good, and nothing is said of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/policy/policy.h"

#define FILE_NAME "p.json"

struct row {
	struct buf policy, said;
	size_t line;
};

static void write_file(const struct buf *text)
{
	FILE *out = fopen(FILE_NAME, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text->data, 1, text->len, out), text->len);
	assert_return_code(fclose(out), 0);
}

/* Whether each line is a warning. */
static bool is_good(const char *said)
{
	for (; *said; said = strchr(said, '\n') + 1) {
		const char *warning = strstr(said, ": warning: ");

		if (!warning || warning > strchr(said, '\n'))
			return false;
	}
	return true;
}

static void try_row(struct row *row)
{
	struct buf errors = BUF_INIT(65536);
	struct fault f = { 0 };
	const char *wanted = row->said.len ? row->said.data : "", *got;
	int outcome;

	write_file(&row->policy);
	outcome = policy_check_file(FILE_NAME, LAYER_REPOSITORY, &errors, &f);
	got = errors.len ? errors.data : "";
	if (strcmp(got, wanted) != 0)
		fail_msg("data/policies/odd:%zu: wanted\n%sand was told\n%s", row->line, wanted,
			got);
	if (outcome != !is_good(wanted))
		fail_msg("data/policies/odd:%zu: the outcome is %d", row->line, outcome);
	buf_release(&errors);
	buf_clear(&row->policy);
	buf_clear(&row->said);
}

static void each_odd_policy_is_told_what_was_probably_meant(void **state)
{
	FILE *in = fopen(SOURCE_DIR "/test/data/policies/odd", "r");
	char folder[] = "/tmp/countersign-odd-XXXXXX", line[8192];
	struct row row = { BUF_INIT(65536), BUF_INIT(65536), 0 };
	size_t rows = 0, number = 0;

	(void)state;
	assert_non_null(in);
	assert_non_null(mkdtemp(folder));
	assert_return_code(chdir(folder), 0);
	while (fgets(line, sizeof(line), in)) {
		bool policy = strncmp(line, "| ", 2) == 0;

		number++;
		if (policy && !row.policy.len)
			row.line = number;
		if (policy && row.policy.len)
			(void)buf_addc(&row.policy, '\n');
		line[strlen(line) - policy] = '\0';
		if (policy)
			(void)buf_adds(&row.policy, line + 2);
		else if (strncmp(line, "> ", 2) == 0)
			(void)buf_addf(&row.said, FILE_NAME ":%s", line + 2);
		else if (row.policy.len) {
			try_row(&row);
			rows++;
		}
	}
	assert_int_equal(row.policy.len, 0);
	assert_true(rows > 700);
	fclose(in);
	buf_release(&row.policy);
	buf_release(&row.said);
	assert_return_code(unlink(FILE_NAME), 0);
	assert_return_code(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_odd_policy_is_told_what_was_probably_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
