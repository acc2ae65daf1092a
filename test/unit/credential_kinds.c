/*
 * The credential detector over test/data/credentials/kinds: kinds of credentials and of what only
 * looks like one, each with several of its members.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "rules/credential/credentials.h"

struct found {
	int count, surest; /* -1: nothing */
	char kinds[512];
	const char *want;
	bool other; /* a kind that is not the wanted one */
};

static int hit(void *context, const struct credential_hit *h)
{
	struct found *f = context;
	size_t n = strlen(f->kinds);

	f->count++;
	f->surest = (int)h->confidence > f->surest ? (int)h->confidence : f->surest;
	f->other |= strncmp(h->kind, f->want, strcspn(f->want, "*")) != 0;
	(void)snprintf(f->kinds + n, sizeof(f->kinds) - n, " %s/%d@%zu", h->kind,
		(int)h->confidence, h->line);
	return 0;
}

/* `want` as the file's head says. */
static bool as_wanted(const struct found *f)
{
	const char *want = f->want;

	if (want[0] >= '1' && want[0] <= '9') {
		if (f->count != want[0] - '0')
			return false;
		want += 2;
	}
	if (strcmp(want, "quiet") == 0)
		return f->surest < CONFIDENCE_MEDIUM;
	if (strcmp(want, "low") == 0)
		return f->surest == CONFIDENCE_LOW;
	if (strcmp(want, "medium") == 0)
		return f->surest >= CONFIDENCE_MEDIUM;
	if (strcmp(want, "high") == 0)
		return f->surest >= CONFIDENCE_HIGH;
	return f->count > 0 && !f->other && f->surest >= CONFIDENCE_MEDIUM;
}

/* One case: the first line is `= WANT PATH`. */
static int judge(struct credentials *c, char *head, const struct buf *text)
{
	char *path = strchr(head + 2, ' ');
	struct found found = { .surest = -1, .want = head + 2 };
	struct fault f = { 0 };

	assert_non_null(path);
	*path++ = 0;
	assert_int_equal(credentials_scan(c, span_of(path), buf_span(text), hit, &found, &f), 0);
	if (as_wanted(&found))
		return 0;
	print_error("%s %s:%s\n%.*s", found.want, path, found.count ? found.kinds : " nothing",
		(int)text->len, text->data);
	return 1;
}

/* Adds the line without what keeps scanners from it. */
static void add_line(struct buf *text, const char *line)
{
	const char *mark;

	while ((mark = strstr(line, "{-}"))) {
		buf_add(text, line, (size_t)(mark - line));
		line = mark + 3;
	}
	buf_add(text, line, strlen(line));
}

static void every_kind_is_judged(void **state)
{
	struct buf text = BUF_INIT(65536);
	struct credentials *c;
	struct fault f = { 0 };
	char line[4096], head[256] = "";
	int cases = 0, wrong = 0;
	FILE *in = fopen(SOURCE_DIR "/test/data/credentials/kinds", "r");

	(void)state;
	assert_non_null(in);
	assert_int_equal(credentials_new(&c, &f), 0);
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, "= ", 2) == 0) {
			wrong += head[0] ? judge(c, head, &text) : 0;
			cases++;
			buf_clear(&text);
			line[strcspn(line, "\n")] = 0;
			(void)snprintf(head, sizeof(head), "%.250s", line);
		} else if (head[0]) {
			add_line(&text, line);
		}
	}
	wrong += judge(c, head, &text);
	(void)fclose(in);
	credentials_free(c);
	buf_release(&text);
	print_message("%d cases, %d wrong\n", cases, wrong);
	assert_true(cases > 400);
	assert_int_equal(wrong, 0);
}

/* 64 letters of base64 and a line's end, the same at each run. */
static void add_base64(struct buf *text, uint64_t *state)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";

	for (int i = 0; i < 64; i++) {
		*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		buf_addc(text, letters[*state >> 58]);
	}
	buf_addc(text, '\n');
}

/* In so many signatures some lines end in `pw`, and what follows them looks like a password. */
static void signatures_hold_no_password(void **state)
{
	struct buf text = BUF_INIT(1 << 21);
	struct found found = { .surest = -1, .want = "" };
	struct credentials *c;
	struct fault f = { 0 };
	uint64_t number = 1;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		buf_add(&text, "-----BEGIN PGP SIGNATURE-----\n\n", 31);
		for (int line = 0; line < 12; line++)
			add_base64(&text, &number);
		buf_add(&text, "=p4Tz\n-----END PGP SIGNATURE-----\n", 34);
	}
	assert_false(text.failed);
	assert_int_equal(credentials_new(&c, &f), 0);
	assert_int_equal(
		credentials_scan(c, span_of("(commit header)"), buf_span(&text), hit, &found, &f),
		0);
	if (found.surest >= CONFIDENCE_MEDIUM)
		print_error("%s\n", found.kinds);
	assert_true(found.surest < CONFIDENCE_MEDIUM);
	credentials_free(c);
	buf_release(&text);
}

/* How sure the text of a program makes it. */
static int surest(struct span text)
{
	struct found found = { .surest = -1, .want = "" };
	struct credentials *c;
	struct fault f = { 0 };

	assert_int_equal(credentials_new(&c, &f), 0);
	assert_int_equal(credentials_scan(c, span_of("bin/tool"), text, hit, &found, &f), 0);
	credentials_free(c);
	return found.surest;
}

/* A key behind a zero byte is a key; the names of the format in a program that was compiled are not. */
static void zero_bytes_hide_no_key(void **state)
{
	static const char key[] = "text\0-----BEGIN"
				  " PRIVATE KEY-----\0"
				  "MC4CAQAwBQYDK2VwBCIEINt7Zq2LwXb9RkP4"
				  "vNs8YcGh3MdJ5eUa6FtV1oKi0Bn4"
				  "\0-----END PRIVATE KEY-----\0";
	static const char none[] = "text\0-----BEGIN"
				   " PRIVATE KEY-----\0"
				   "tool_reads_a_key_of_whom_nobody_knows_it\0its_other_functions"
				   "\0-----END PRIVATE KEY-----\0";

	(void)state;
	assert_int_equal(surest((struct span){ key, sizeof(key) - 1 }), CONFIDENCE_CERTAIN);
	assert_true(surest((struct span){ none, sizeof(none) - 1 }) < CONFIDENCE_MEDIUM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_judged),
		cmocka_unit_test(signatures_hold_no_password),
		cmocka_unit_test(zero_bytes_hide_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
