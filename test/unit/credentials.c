/*
 * The credential detector: every row of its data with its own examples, structure checks against
 * vectors of other projects, encodings, and what must stay quiet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "rules/credential/scan.h"

struct result {
	int count;
	char kind[64], kinds[512];
	enum confidence confidence;
	size_t line, column;
};

static int hit(void *context, const struct credential_hit *h)
{
	struct result *r = context;

	if (!r->count++) {
		(void)snprintf(r->kind, sizeof(r->kind), "%s", h->kind);
		r->confidence = h->confidence;
		r->line = h->line;
		r->column = h->column;
	}
	strncat(r->kinds, " ", sizeof(r->kinds) - strlen(r->kinds) - 1);
	strncat(r->kinds, h->kind, sizeof(r->kinds) - strlen(r->kinds) - 1);
	return 0;
}

static struct result scan(const char *path, const void *bytes, size_t len)
{
	struct credentials *c;
	struct fault f = { 0 };
	struct result r = { 0 };

	assert_int_equal(credentials_new(&c, &f), 0);
	assert_int_equal(
		credentials_scan(c, span_of(path), (struct span){ bytes, len }, hit, &r, &f), 0);
	credentials_free(c);
	return r;
}

static struct result scan_text(const char *text)
{
	return scan("", text, strlen(text));
}

static void every_example_is_found(void **state)
{
	int missing = 0;

	(void)state;
	for (size_t i = 0; i < credential_data.kind_count; i++) {
		const struct credential_kind *kind = &credential_data.kinds[i];
		struct result r = scan_text(kind->match);

		if (!r.count) {
			print_error("%s does not match its example\n", kind->id);
			missing++;
		}
		r = scan_text(kind->nomatch);
		if (strstr(r.kinds, kind->id)) {
			print_error("%s matches what it must not\n", kind->id);
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

static void there_are_enough_kinds(void **state)
{
	(void)state;
	assert_true(credential_data.kind_count >= 300);
}

/* Tokens of test suites of other projects, in parts so that no scanner takes them for a leak. */
static void checksums_confirm(void **state)
{
	static const char *const tokens[][3] = {
		{ "ghp", "_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx", "github-token" },
		{ "npm", "_F9vPyNezaajB1AMQfXJX2kOIUlVtgv4dsqMI", "npm-token" },
		{ "AGE", "-SECRET-KEY-1Y5JDPF0K03KJV5ZPVMGESWF8JQZR8AU7ZWPMRQMM2D9Y8G0QRNZSZVU0ZN",
			"age-secret-key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		char token[200];
		struct result r;

		(void)snprintf(token, sizeof(token), "%s%s", tokens[i][0], tokens[i][1]);
		r = scan_text(token);
		assert_int_equal(r.count, 1);
		assert_string_equal(r.kind, tokens[i][2]);
		assert_int_equal(r.confidence, CONFIDENCE_CERTAIN);
		token[12] = token[12] == 'a' ? 'b' : 'a';
		r = scan_text(token);
		assert_int_not_equal(r.confidence, CONFIDENCE_CERTAIN);
	}
}

static void wide_encodings_are_read(void **state)
{
	static const char text[] = "\nkey = ghp"
				   "_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n";
	char wide[4 * sizeof(text)];

	(void)state;
	for (int width = 2; width <= 4; width += 2)
		for (int big = 0; big < 2; big++) {
			struct result r;

			memset(wide, 0, sizeof(wide));
			for (size_t i = 0; i + 1 < sizeof(text); i++)
				wide[i * (size_t)width + (big ? (size_t)width - 1 : 0)] = text[i];
			r = scan("", wide, (sizeof(text) - 1) * (size_t)width);
			assert_int_equal(r.count, 1);
			assert_int_equal(r.line, 2);
			assert_int_equal(r.column, 7);
		}
}

/* `token = ` and a token, with `zeros` between its letters. */
static size_t widen(char *out, unsigned zeros)
{
	static const char text[] = "\ntoken = gh"
				   "p_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n";
	size_t n = 0;

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		out[n++] = text[i];
		memset(out + n, 0, zeros);
		n += zeros;
	}
	return n;
}

static void what_stands_in_front_does_not_say_what_follows(void **state)
{
	static const struct {
		const char *front;
		size_t len;
	} fronts[] = { { "\xff\xfe", 2 }, { "\xfe\xff", 2 }, { "\xff\xfe\0\0", 4 },
		{ "\0\0\xfe\xff", 4 }, { "\x01\x02\x03", 3 }, { "plain text\n", 11 },
		{ "\xff\xfe"
		  "a",
			3 },
		{ "a\0b\0c\0d\0e\0f\0g\0h\0i\0", 18 } };
	static const unsigned zeros[] = { 0, 1, 3 };
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		for (size_t k = 0; k < sizeof(zeros) / sizeof(zeros[0]); k++) {
			struct result r;

			memset(text, 0x80, sizeof(text));
			memcpy(text, fronts[i].front, fronts[i].len);
			r = scan("a.bin", text,
				fronts[i].len + widen(text + fronts[i].len, zeros[k]) +
					(zeros[k] ? 400 : 0));
			if (r.count != 1 || r.confidence != CONFIDENCE_CERTAIN)
				print_error("front %zu, %u zeros: %d\n", i, zeros[k], r.count);
			assert_int_equal(r.count, 1);
			assert_string_equal(r.kind, "github-token");
		}
}

static void encoded_pairs_are_opened(void **state)
{
	static const char docker[] = "{\"auths\":{\"r.io\":{\"auth\":\"Y2k6S3g3"
				     "bVBxMlR6OQ==\"}}}";
	static const char sample[] =
		"{\"auths\":{\"r.io\":{\"auth\":\"dXNlcm5hbWU6cGFzc3dvcmQ=\"}}}";
	struct result r = scan("config.json", docker, sizeof(docker) - 1);

	(void)state;
	assert_int_equal(r.count, 1);
	assert_string_equal(r.kind, "basic-authorization");
	assert_int_equal(r.confidence, CONFIDENCE_MEDIUM);
	r = scan("config.json", sample, sizeof(sample) - 1);
	assert_true(r.count == 0 || r.confidence == CONFIDENCE_LOW);
}

static int surest(void *context, const struct credential_hit *h)
{
	enum confidence *found = context;

	*found = h->confidence > *found ? h->confidence : *found;
	return 0;
}

static int count_surplus(void *context, const struct credential_hit *h)
{
	*(int *)context += strcmp(h->kind, "surplus") == 0;
	return 0;
}

static void too_many_hide_nothing(void **state)
{
	static const size_t counts[] = { CREDENTIAL_HITS_MAX + 1, 9 * CREDENTIAL_HITS_MAX };
	struct buf text = BUF_INIT(16 << 20);
	struct credentials *c;
	struct fault f = { 0 };

	(void)state;
	assert_int_equal(credentials_new(&c, &f), 0);
	for (size_t k = 0; k < 2; k++) {
		enum confidence found = CONFIDENCE_LOW;
		int told = 0;

		buf_clear(&text);
		for (size_t i = 0; i < counts[k]; i++)
			buf_adds(&text, "password = \"Kx7mPq2Tz9\"\n");
		buf_adds(&text, "token = gh"
				"p_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx\n");
		assert_false(text.failed);
		assert_int_equal(
			credentials_scan(c, span_of("a.py"), buf_span(&text), surest, &found, &f),
			0);
		assert_int_equal(found, CONFIDENCE_CERTAIN);
		assert_int_equal(credentials_scan(c, span_of("a.py"), buf_span(&text),
					 count_surplus, &told, &f),
			0);
		assert_int_equal(told, 1);
	}
	buf_release(&text);
	credentials_free(c);
}

static void assignments_are_judged(void **state)
{
	static const struct {
		const char *path, *text;
		bool found;
	} cases[] = {
		{ "a.py", "password = \"kq8wmzr5\"", true },
		{ "a.yml", "db_password: kq8wmzr5", true },
		{ "a.json", "{\"client_secret\": \"9f2c1b7a4e8d6035b1c2d3e4f5a69788\"}", true },
		{ ".env", "API_TOKEN=9f2c1b7a4e8d6035b1c2d3e4f5a69788", true },
		{ "a.xml", "<password>kq8wmzr5</password>", true },
		{ "a.java", "String password = \"zp!4kd0q\";", true },
		{ "a.sh", "curl -u admin:kq8wmzr5x https://h.invalid/", true },
		{ "a.conf", "url = postgres://app:kq8wmzr5x@db.corp/app", true },
		{ "a.py", "password = get_password()", false },
		{ "a.py", "password = os.environ[\"DB_PASSWORD\"]", false },
		{ "a.yml", "password: ${DB_PASSWORD}", false },
		{ "a.yml", "password: {{ vault_password }}", false },
		{ "a.yml", "password: <your password>", false },
		{ "a.js", "passwordLabel: \"kq8wmzr5\"", false },
		{ "a.py", "token_url = \"https://h.invalid/oauth/token\"", false },
		{ "a.json", "\"integrity\": \"sha512-9f2c1b7a4e8d6035b1c2d3e4f5a69788==\"", false },
		{ "a.py", "password = \"changeme\"", false },
		{ "a.yml", "password: ENC[AES256_GCM,data:9f2c1b7a4e8d,iv:x]", false },
		{ "a.c", "key = value;", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result r = scan(cases[i].path, cases[i].text, strlen(cases[i].text));

		if ((r.count > 0) != cases[i].found)
			fail_msg("%s: %s", cases[i].text, r.kind);
		assert_true(r.count <= 1);
	}
}

static void keys_are_found_in_every_wrapping(void **state)
{
	static const char *const texts[] = {
		"-----BEGIN EC PRIVATE "
		"KEY-----\nMHcCAQEEIBkg8F0xN1Oq9vdk1V5V3y0aKjR1r8m1zq3yQxw0v7o5oAoGCCqGSM49\n"
		"AwEHoUQDQgAEaF4vXKZL8m3nVb1c2x7y9Wl5oJ4pQ6rT8uI0sD1fG2hJ3kL4zX5c\n-----END EC "
		"PRIVATE KEY-----\n",
		"{\"key\": \"-----BEGIN EC PRIVATE "
		"KEY-----\\nMHcCAQEEIBkg8F0xN1Oq9vdk1V5V3y0aKjR1r8m1zq3yQxw0v7o5oAoGCCqGSM49"
		"\\n-----END EC PRIVATE KEY-----\\n\"}",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct result r = scan_text(texts[i]);

		assert_int_equal(r.count, 1);
		assert_string_equal(r.kind, "private-key");
	}
	assert_int_equal(
		scan_text("-----BEGIN PRIVATE KEY-----\nxxx\n-----END PRIVATE KEY-----\n").count,
		0);
	assert_int_equal(scan_text("-----BEGIN PUBLIC "
				   "KEY-----\nMHcCAQEEIBkg8F0xN1Oq9vdk1V5V3y0aKjR1r8m1zq3yQxw0\n")
				 .count,
		0);
}

static void fingerprints_are_keyed(void **state)
{
	char a[CREDENTIAL_FINGERPRINT + 1], b[CREDENTIAL_FINGERPRINT + 1];

	(void)state;
	credentials_fingerprint(span_of("k"), "password", span_of("one two"), a);
	credentials_fingerprint(span_of("k"), "password", span_of("one\r\ntwo"), b);
	assert_string_equal(a, b);
	credentials_fingerprint(span_of("l"), "password", span_of("one two"), b);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), CREDENTIAL_FINGERPRINT);
}

/* Whether exactly one finding of the kind and the confidence comes of a text. */
static void expect(const char *text, const char *kind, enum confidence confidence)
{
	struct result r = scan_text(text);

	if (r.count != 1 || strcmp(r.kind, kind) != 0 || r.confidence != confidence)
		fail_msg("%s: %d, %s, confidence %d", text, r.count, r.kind, (int)r.confidence);
}

/* As between the strings of a program, or the variables of a process. */
static void what_stands_behind_a_nul_is_found(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
#define TEXT(text) { text, sizeof(text) - 1 }
		TEXT("\0postgres://app:kq8wmzr5x@db.corp/app\0"),
		TEXT("Use this password to go on:\nwJ8rXUtnFE3Ik7MDENGbPxRf\n"),
		TEXT("Use this \0password to go on:\nwJ8rXUtnFE3Ik7MDENGbPxRf\n"),
#undef TEXT
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (scan("a.dat", cases[i].text, cases[i].len).count != 1)
			fail_msg("%zu", i);
}

static void weak_passwords_are_told_softly(void **state)
{
	(void)state;
	expect("password = 'open sesame'", "password", CONFIDENCE_LOW);
	expect("Server=db;User Id=app;Password=summer;", "password", CONFIDENCE_LOW);
	expect("the password is \"centipede\", press on", "password", CONFIDENCE_LOW);
	expect("psexec \\\\10.0.94.120 -u Administrator -p braksha cmd", "password",
		CONFIDENCE_LOW);
	expect("smtp.login(user, \"s3cr-Hq7!\")", "password", CONFIDENCE_MEDIUM);
	expect("new DirectoryEntry(\"LDAP://db\", \"ADMIN\",\n  \"Rrhh1234\");", "password",
		CONFIDENCE_MEDIUM);
	expect("postgresql://app:secret@localhost/db", "url-password", CONFIDENCE_LOW);
	expect("https://Ua9vWx4yAz0BcDeFgHiJ:@npm.fury.io/team", "url-password", CONFIDENCE_MEDIUM);
	expect("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."
	       "eyJuYW1lIjoiSm9lIiwKInN0YXR1cyI6ImVtcGxveWVlIgp9",
		"jwt", CONFIDENCE_LOW);
}

static void sentences_and_templates_are_quiet(void **state)
{
	static const char *const texts[] = { "password: 'Please enter it again'",
		"password = 'must not be empty'", "password: 'too short'",
		"Password=${DB_PASSWORD};Server=db",
		"psexec \\\\host -u Administrator -p %PASS% cmd",
		"psexec \\\\host -u Administrator -p $Password cmd",
		"https://user:pass@example.com/", "https://git:@example.com/",
		"login(\"admin\", get(\"Kq7!xx\"))", "login(name, \"Sign in\")",
		"FUNCTION_PASS(\"opt-phis1\", X)", "Basic SFNT/TrueType tables",
		"eyJhbGciOiJIUzI1NiJ9.html" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (scan_text(texts[i]).count)
			fail_msg("%s", texts[i]);
}

/* What was typed along the alphabet has the shape of a token, and is none. */
static void samples_are_told_softly(void **state)
{
	struct result r;

	(void)state;
	r = scan_text("FIGMA_TOKEN=figd"
		      "_aBcDeFgHiJkLmNoPqRsT1234567890abcdefghijklmnopqrstuvwxyz");
	assert_true(r.count && r.confidence == CONFIDENCE_LOW);
	r = scan_text("tskey-api"
		      "-AAAAAAAAAAAA-BBBBBBBBBBBBBBBBBBBBBBBB");
	assert_true(r.confidence == CONFIDENCE_LOW);
	r = scan_text("AWS_SECRET_ACCESS_KEY = wJalrXUtnFEMI/K7MDENG/"
		      "bPxRfiCYSECRETSKEY");
	assert_true(r.count && r.confidence == CONFIDENCE_LOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_is_found),
		cmocka_unit_test(there_are_enough_kinds),
		cmocka_unit_test(checksums_confirm),
		cmocka_unit_test(wide_encodings_are_read),
		cmocka_unit_test(what_stands_in_front_does_not_say_what_follows),
		cmocka_unit_test(too_many_hide_nothing),
		cmocka_unit_test(encoded_pairs_are_opened),
		cmocka_unit_test(assignments_are_judged),
		cmocka_unit_test(keys_are_found_in_every_wrapping),
		cmocka_unit_test(what_stands_behind_a_nul_is_found),
		cmocka_unit_test(weak_passwords_are_told_softly),
		cmocka_unit_test(sentences_and_templates_are_quiet),
		cmocka_unit_test(samples_are_told_softly),
		cmocka_unit_test(fingerprints_are_keyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
