/*
 * Seconds of processor time that the credential detector takes for ten megabytes of the worst
 * inputs we can think of, and how many times the time of a quarter of it that is (linear: 4).
 *
 *	detect_floods [-i MOST]
 *
 * With -i, instructions a byte over a quarter of a megabyte instead: they do not depend on what else
 * the machine does.  Exit status 1 when an input takes more than MOST, 77 when they cannot be counted.
 */
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "rules/credential/credentials.h"
#include "rules/credential/kind.h"

#define SIZE (10 << 20)

static char text[SIZE];

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

static double seconds(size_t size)
{
	struct credentials *c;
	struct fault f = { 0 };
	double start = now();

	if (credentials_new(&c, &f) < 0 ||
		credentials_scan(c, span_of(""), (struct span){ text, size }, ignore, NULL, &f) < 0)
		exit(2);
	credentials_free(c);
	return now() - start;
}

static int counter = -1; /* of instructions */
static double allowed, worst;

static void count(const char *name)
{
	unsigned long long before = 0, after = 0;
	double each;

	if (read(counter, &before, sizeof(before)) != sizeof(before))
		exit(77);
	(void)seconds(SIZE / 40);
	if (read(counter, &after, sizeof(after)) != sizeof(after))
		exit(77);
	each = (double)(after - before) / (SIZE / 40);
	worst = each > worst ? each : worst;
	if (each > allowed)
		printf("%8.1f instructions a byte  %.40s\n", each, name);
}

static void measure(const char *name)
{
	if (counter >= 0) {
		count(name);
		return;
	}
	double whole = seconds(SIZE);

	printf("%6.2f s %5.1f  %.40s\n", whole, whole / seconds(SIZE / 4), name);
}

static void repeat(const char *unit)
{
	size_t n = strlen(unit);

	for (size_t i = 0; i < SIZE; i++)
		text[i] = unit[i % n];
	measure(unit);
}

/* The examples of all kinds, or their beginnings, over and over. */
static void examples(const char *name, size_t most, bool joined)
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
	measure(name);
}

static int open_counter(void)
{
	struct perf_event_attr asked = { .type = PERF_TYPE_HARDWARE,
		.size = sizeof(asked),
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.exclude_kernel = 1,
		.exclude_hv = 1 };

	return (int)syscall(SYS_perf_event_open, &asked, 0, -1, -1, 0);
}

int main(int argc, char **argv)
{
	static const char *const units[] = { "A", "a", "0", "=", " ", "\"", "-",
		"password=", "password: ", "key", "secret_token_", "datadog ",
		"datadog_key aaaaaaaaaa ", "auth0", "sentry.io/token ", "key='a1b2c3d4e5f6a7b8' ",
		"://", "://a:b@", "a:b@", "eyJ", "eyJ.", "eyJhbGciOi.eyJ.", "-----BEGIN ",
		"-----BEGIN PRIVATE KEY-----\n", "LS0tLS1CRUdJTi", "curl -u a:b ", "curl ",
		"login(", "getconnection(a,", "psexec -p ", "bearer ",
		"basic QWxhZGRpbg== ", "AKIA", "AKIAIOSFODNN7EXAMPLE ", "ghp_", "sk-", "T3BlbkFJ",
		"glpat-", "xoxb-1-", "AAAA:", "6L", "EAA", "\\", "password=a;", "\"pass=a ",
		"strcmp(password, ", "password, ", "\"password\", ", "variable \"password\" { ",
		"auth=(", "auth=(a,", "a:b@tcp(", "echo a | chpasswd ", "echo a:b", "chpasswd ",
		"mysql -p ", "mysql -p1a2b3c4d ", "password: |\n", "pw", "password(default",
		"<key>password</key>", "const key = \"", "jwt.sign(((", "vault login ",
		"authorization: basic aaaaaaaaaaaaaaaa ", "authorization: a ", "insert into ",
		"insert into t(password,", "insert into t(password) values (\"",
		"insert into t(password) values ('a1b2c3d4'),", "('a1b2c3d4'),", "sqlplus a/b ",
		"htpasswd -b a b c1d2e3f4 ", "net use ", "credentials(", " connect(a,",
		".connect((((", "\"a1b2c3d4\"==password ", "==password", "cmp(\"a\",password",
		"#-#password\",'", "\"password:\")", "assword{", "password\"password\")",
		"createUser a SHA ", ":5432:a:b:", "<password>\n",
		"examplefoobarkey='example_example'" };

	if (argc == 3 && strcmp(argv[1], "-i") == 0) {
		allowed = strtod(argv[2], NULL);
		counter = open_counter();
		if (counter < 0)
			return 77;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		repeat(units[i]);
	examples("the examples of all kinds", 4096, false);
	examples("their first 8 bytes", 8, false);
	examples("their first 8 bytes, joined", 8, true);
	examples("their first 16 bytes, joined", 16, true);
	if (counter >= 0)
		printf("worst: %.1f instructions a byte\n", worst);
	return worst > allowed;
}
