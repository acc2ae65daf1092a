/*
 * The credential detector over test/data/credentials/forms: ways of writing a credential down, each
 * with values made here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "rules/credential/credentials.h"

/* In parts, so that no scanner takes this file for a leak. */
static const char *const passwords[] = { "Kx7mP"
					 "q2Tz9",
	"Fal"
	"con481!",
	"vh3.Lq"
	"_80Ws" };
static const char token[] = "q7Zt2LwXb9"
			    "RkP4vNs8Yc"
			    "Gh3MdJ5eUa6F";
static const char hex[] = "4b1c9e07d2"
			  "a8f36510ce7b94d83f2a61"
			  "5bd9e0c7481fa26d93b58e07c4fa1d62";
static const char pair[] = "YWRtaW46S3"
			   "g3bVBxMlR6OQ==";

static void substitute(struct buf *out, const char *text, const char *password)
{
	for (; *text; text++) {
		if (strncmp(text, "\\n", 2) == 0)
			buf_addc(out, '\n'), text++;
		else if (strncmp(text, "{P}", 3) == 0)
			buf_add(out, password, strlen(password)), text += 2;
		else if (strncmp(text, "{T}", 3) == 0)
			buf_add(out, token, strlen(token)), text += 2;
		else if (strncmp(text, "{H}", 3) == 0)
			buf_add(out, hex, strlen(hex)), text += 2;
		else if (strncmp(text, "{B}", 3) == 0)
			buf_add(out, pair, strlen(pair)), text += 2;
		else if (strncmp(text, "{N}", 3) == 0)
			buf_add(out, "\\n", 2), text += 2;
		else if (strncmp(text, "{I}", 3) == 0)
			buf_addc(out, '\t'), text += 2;
		else
			buf_addc(out, *text);
	}
	buf_addc(out, '\n');
}

static int count_hit(void *context, const struct credential_hit *hit)
{
	(void)hit;
	++*(int *)context;
	return 0;
}

static int hits(struct credentials *c, const char *path, const char *text, const char *password)
{
	struct buf bytes = BUF_INIT(65536);
	struct fault f = { 0 };
	int count = 0;

	substitute(&bytes, text, password);
	assert_false(bytes.failed);
	assert_int_equal(
		credentials_scan(c, span_of(path), buf_span(&bytes), count_hit, &count, &f), 0);
	buf_release(&bytes);
	return count;
}

/* Holds every line of the sign against the detector; returns how many lines there were. */
static int each_line(char sign, const char *password)
{
	struct credentials *c;
	struct fault f = { 0 };
	char line[1024];
	int lines = 0, wrong = 0;
	FILE *in = fopen(SOURCE_DIR "/test/data/credentials/forms", "r");

	assert_non_null(in);
	assert_int_equal(credentials_new(&c, &f), 0);
	while (fgets(line, sizeof(line), in)) {
		char *text = strchr(line, '\t');

		if (line[0] != sign || !text)
			continue;
		line[strcspn(line, "\n")] = *text++ = 0;
		lines++;
		if ((hits(c, line + 2, text, password) > 0) != (sign == '+'))
			print_error("%s: %s\n", line, text), wrong++;
	}
	fclose(in);
	credentials_free(c);
	assert_int_equal(wrong, 0);
	return lines;
}

static void every_form_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++)
		assert_true(each_line('+', passwords[i]) > 300);
}

static void what_only_looks_like_it_is_not(void **state)
{
	(void)state;
	assert_true(each_line('-', "") > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_found),
		cmocka_unit_test(what_only_looks_like_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
