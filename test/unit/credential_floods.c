/*
 * No input costs the credential detector more than some 30 ms of processor time a megabyte,
 * whoever wrote it.
 *
 * Each of the worst inputs that we can think of is searched, and measured against a loop over the
 * same bytes whose steps wait for each other (four cycles a byte on any machine), so that neither the
 * machine nor what else runs on it counts.  Prints the table: ctest -R credential_floods -V.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rules/credential/credentials.h"
#include "rules/credential/kind.h"

#define SIZE ((size_t)4 << 20)
#define MOST 25.0 /* times the loop's time, which takes some 1.2 ms a megabyte */
#define TRIES 4

static char text[SIZE + 64];

/* Each over and over; `{N}` is a number that grows. */
static const char *const units[] = { "A", "a", "0", "=", " ", "\"", "-",
	"password=", "password: ", "key", "secret_token_", "datadog ", "datadog_key aaaaaaaaaa ",
	"auth0", "sentry.io/token ", "key='a1b2c3d4e5f6a7b8' ", "://", "://a:b@", "a:b@", "eyJ",
	"eyJ.", "eyJhbGciOi.eyJ.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----\n", "LS0tLS1CRUdJTi",
	"curl -u a:b ", "curl ", "login(", "getconnection(a,", "psexec -p ", "bearer ",
	"basic QWxhZGRpbg== ", "AKIA", "AKIAIOSFODNN7EXAMPLE ", "ghp_", "sk-", "T3BlbkFJ", "glpat-",
	"xoxb-1-", "AAAA:", "6L", "EAA", "\\", "password=a;", "\"pass=a ", "strcmp(password, ",
	"password, ", "\"password\", ", "variable \"password\" { ", "auth=(", "auth=(a,",
	"a:b@tcp(", "echo a | chpasswd ", "echo a:b", "chpasswd ", "mysql -p ", "mysql -p1a2b3c4d ",
	"password: |\n", "pw", "password(default", "<key>password</key>", "const key = \"",
	"jwt.sign(((", "vault login ", "authorization: basic aaaaaaaaaaaaaaaa ",
	"authorization: a ", "insert into ", "insert into t(password,",
	"insert into t(password) values (\"", "insert into t(password) values ('a1b2c3d4'),",
	"('a1b2c3d4'),", "sqlplus a/b ", "htpasswd -b a b c1d2e3f4 ", "net use ", "credentials(",
	" connect(a,", ".connect((((", "\"a1b2c3d4\"==password ", "==password",
	"cmp(\"a\",password", "#-#password\",'", "\"password:\")", "assword{",
	"password\"password\")", "createUser a SHA ", ":5432:a:b:", "<password>\n",
	"examplefoobarkey='example_example'", "https://a{N}:b@", "https://a{N}:b@c/ ",
	"https://u{N}:p4ss{N}w@h{N}.io/ ", "//a{N}:b{N}@", "password{N}=a{N}\n",
	"export DB_PASSWORD_{N}=x{N}y; ", "api_key_{N} = 'k{N}v'\n", "\"token\": \"the{N}\",",
	"{\"key\":\"{N}\"},", "secret: a{N}b\n", "eyJ{N}.eyJ{N}.{N} ",
	"-----BEGIN PRIVATE KEY-----\n{N}", "-----BEGIN RSA PRIVATE KEY-----{N}-----END ",
	"sk-{N}-", "AKIA{N}ABCDEFGH ", "xoxb-{N}-", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA{N}/",
	"'{N}', \"{N}\" ", "AC{N}abcdef ", "login('u{N}', 'p{N}w')\n", "curl -u a{N}:b{N}c x\n",
	"insert into t{N}(password) values ('a{N}b');", "bearer a{N}b.c{N}.d ",
	"auth0{N}secret{N}=", "<password>{N}a</password>", "password for x{N} is y{N} ",
	"pw{N}:", "glpat-{N}_", "the password:\n{N}abcdefghijklm\n", "s.", "-b.", "-b_", "0.", "sk",
	"6L6L.b_", "<a b=\"c{N}d\" key=\"e{N}f\">", "{key: {token: [", "key:\r\n  - {N}\r\n",
	"token\r\n" };

static int ignore(void *context, const struct credential_hit *hit)
{
	(void)context;
	(void)hit;
	return 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double searched(const char *path)
{
	struct credentials *c;
	struct fault f = { 0 };
	double start, took;

	assert_int_equal(credentials_new(&c, &f), 0);
	/* What is loaded once for all texts is no part of it. */
	assert_int_equal(credentials_scan(c, span_of("a"), span_of("a"), ignore, NULL, &f), 0);
	start = now();
	assert_int_equal(
		credentials_scan(c, span_of(path), (struct span){ text, SIZE }, ignore, NULL, &f),
		0);
	took = now() - start;
	credentials_free(c);
	return took;
}

static double looped(void)
{
	static volatile uint32_t result;
	uint32_t hash = 2166136261u;
	double start = now();

	for (size_t i = 0; i < SIZE; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	result = hash;
	(void)result;
	return now() - start;
}

/* Whether the text cost too much; what else the machine does makes some tries slow. */
static int measure(const char *name, const char *path)
{
	double best = 1e9;

	for (int i = 0; i < TRIES && best > MOST; i++) {
		double took = searched(path) / looped();

		best = took < best ? took : best;
	}
	if (best > MOST / 2)
		print_message("%6.1f  %-8s %.60s\n", best, path, name);
	return best > MOST;
}

static void repeat(const char *unit)
{
	char number[24];
	size_t at = 0, left;

	for (unsigned n = 0; at < SIZE; n++)
		for (const char *c = unit; *c && at < SIZE;) {
			const char *put = strncmp(c, "{N}", 3) == 0 ? number : c;

			(void)snprintf(number, sizeof(number), "%u", n * 7919 % 1000003);
			left = put == number ? strlen(number) : 1;
			memcpy(text + at, put, left);
			at += left;
			c += put == number ? 3 : 1;
		}
}

/* The examples of all kinds, or their beginnings, over and over. */
static void examples(size_t most, bool joined)
{
	size_t at = 0;

	for (size_t i = 0; at < SIZE; i = (i + 1) % credential_data.kind_count) {
		size_t n = strnlen(credential_data.kinds[i].match, most);

		n = n < SIZE - at ? n : SIZE - at;
		memcpy(text + at, credential_data.kinds[i].match, n);
		at += n;
		if (at < SIZE && !joined)
			text[at++] = ' ';
	}
}

/* Letters of base64 that no pattern has, in lines or in one. */
static void wall(size_t line)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t seed = 1;

	for (size_t i = 0; i < SIZE; i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = line && i % line == line - 1 ? '\n' : letters[seed >> 26];
	}
}

static void no_flood_costs_more(void **state)
{
	static const char *const paths[] = { "", "a.py", "a.env" };
	int dear = 0;

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
	skip(); /* it measures the program that people run */
#endif
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		repeat(units[i]);
		dear += measure(units[i], paths[i % 3]);
	}
	examples(4096, false);
	dear += measure("the examples of all kinds", "");
	for (size_t most = 8; most <= 16; most += 8) {
		examples(most, most == 16);
		dear += measure("their beginnings", "");
	}
	for (size_t line = 0; line < 100; line += 77) {
		wall(line);
		dear += measure("letters of base64", "a.pem");
	}
	assert_int_equal(dear, 0);
}

/* A harmless flood is judged to its end; what is hidden behind a flood of candidates refuses. */
static int worst(void *context, const struct credential_hit *hit)
{
	int *confidence = context;

	*confidence = (int)hit->confidence > *confidence ? (int)hit->confidence : *confidence;
	return 0;
}

static int surest(void)
{
	struct credentials *c;
	struct fault f = { 0 };
	int confidence = -1;

	assert_int_equal(credentials_new(&c, &f), 0);
	assert_int_equal(credentials_scan(c, span_of("a.txt"), (struct span){ text, SIZE }, worst,
				 &confidence, &f),
		0);
	credentials_free(c);
	return confidence;
}

static void what_a_flood_hides_is_not_let_through(void **state)
{
	static const char token[] = "\npassword = \"q7Rw2mKz9pLx4\"\n";

	(void)state;
	repeat("\"token\": \"the\", ");
	assert_int_equal(surest(), -1);
	memcpy(text + SIZE - sizeof(token), token, sizeof(token) - 1);
	assert_true(surest() >= CONFIDENCE_MEDIUM);
	repeat("password: a{N}b ");
	assert_int_equal(surest(), CONFIDENCE_CERTAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_flood_costs_more),
		cmocka_unit_test(what_a_flood_hides_is_not_let_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
