/*
 * Passkeys: an answer of a software authenticator is good for its statement, and for nothing else.
 * Each row of the matrix alters one thing, and is refused with the reason that belongs to it.
 */
#include "common/key/passkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <openssl/ec.h>

#include "common/facts/statement.h"
#include "common/key/cose.h"
#include "common/key/keyring.h"
#include "common/key/signature.h"
#include "test/authenticator.h"

#define NOW 1798761600 /* 2027-01-01 */
#define ORIGIN "https://review.example.com"
#define RP "review.example.com"
#define UP AUTHENTICATOR_PRESENT
#define UV AUTHENTICATOR_VERIFIED

static const struct key_owner owner = { .person = (const struct person *)"whose it is" };
static const struct passkey_site site = { ORIGIN, RP, false };
static EVP_PKEY *es256, *eddsa, *other;
static struct arena arena = ARENA_INIT(1 << 24);
static const struct person alice = { .name = "alice" };

static struct statement plain(void)
{
	return (struct statement){
		.digest = "7f3a91c2d4e5f607aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.person = "alice",
		.time = NOW,
		.repository = "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
		.ref = "refs/heads/main",
		.why = "Read it, fine.",
	};
}

static void add_statement(struct buf *out, const struct statement *s)
{
	struct fault f = { 0 };

	if (statement_write(out, s, &f) < 0)
		fail_msg("%s", f.text);
}

/* A tag: a statement, and an answer as asked to `answered`. */
static void add_tag(struct buf *out, const struct statement *s, const struct statement *answered,
	const struct authenticator_asked *asked)
{
	struct authenticator_answer answer = { BUF_INIT(AUTHENTICATOR_MAX),
		BUF_INIT(AUTHENTICATOR_MAX), BUF_INIT(AUTHENTICATOR_MAX) };
	struct buf text = BUF_INIT(AUTHENTICATOR_MAX);
	struct passkey_answer parts;

	add_statement(&text, answered);
	authenticator_answer(&answer, asked, buf_span(&text));
	parts = (struct passkey_answer){ span_of(asked->credential), buf_span(&answer.data),
		buf_span(&answer.client), buf_span(&answer.signature) };
	add_statement(out, s);
	assert_int_equal(passkey_write(out, &parts), 0);
	authenticator_release(&answer);
	buf_release(&text);
}

static struct authenticator_asked honest(EVP_PKEY *key)
{
	return (struct authenticator_asked){ .key = key,
		.origin = ORIGIN,
		.rp_id = RP,
		.credential = "credential-1",
		.flags = UP | UV,
		.counter = 7 };
}

/* What the policy says of `credential-1`. */
static struct key policy_key(EVP_PKEY *key, const char *options)
{
	struct buf line = BUF_INIT(4096);
	struct key out;
	const char *why;

	buf_adds(&line, options);
	authenticator_line(&line, key, "credential-1");
	buf_adds(&line, " alice's phone");
	if (key_parse(&out, &arena, buf_span(&line), NULL, &why) < 0)
		fail_msg("%s", why);
	buf_release(&line);
	return out;
}

static struct signature_check verify_at(
	const struct passkey_site *at, const struct key *key, struct span raw)
{
	struct signature_check check;
	struct keyring *ring;
	struct fault f = { 0 };
	struct tag tag;
	const char *why;

	if (tag_parse(&tag, OID_SHA1, raw, &why) < 0)
		fail_msg("%s", why);
	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(keyring_add(ring, key, owner, &f), 0);
	keyring_review_at(ring, at);
	assert_int_equal(signature_of_tag(ring, &tag, NOW, &check, &f), 0);
	keyring_free(ring);
	return check;
}

/* The verdict, and why, of an answer to this statement by the key of the policy. */
static void expect(EVP_PKEY *key, const struct authenticator_asked *asked, const char *why)
{
	struct statement s = plain();
	struct key known = policy_key(key, "");
	struct buf tag = BUF_INIT(AUTHENTICATOR_MAX);
	struct signature_check check;

	add_tag(&tag, &s, &s, asked);
	check = verify_at(&site, &known, buf_span(&tag));
	assert_string_equal(check.why, why);
	assert_int_equal(check.verdict, *why ? SIGNATURE_BAD : SIGNATURE_GOOD);
	buf_release(&tag);
}

static void an_honest_answer_is_good(void **state)
{
	EVP_PKEY *const keys[] = { es256, eddsa };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct authenticator_asked asked = honest(keys[i]);
		struct statement s = plain();
		struct key known = policy_key(keys[i], "");
		struct buf tag = BUF_INIT(AUTHENTICATOR_MAX);
		struct signature_check check;

		add_tag(&tag, &s, &s, &asked);
		check = verify_at(&site, &known, buf_span(&tag));
		assert_int_equal(check.verdict, SIGNATURE_GOOD);
		assert_ptr_equal(check.owner.person, owner.person);
		assert_true(check.passkey && check.touched && !check.hardware);
		assert_int_equal(check.counter, 7);
		assert_string_equal(check.fingerprint, known.fingerprint);
		asked.flags = UP;
		buf_clear(&tag);
		add_tag(&tag, &s, &s, &asked);
		check = verify_at(&site, &known, buf_span(&tag));
		assert_true(check.verdict == SIGNATURE_GOOD && !check.touched);
		buf_release(&tag);
	}
}

#define ANOTHER "the passkey signed another statement (challenge) than this"
#define FRAME "the passkey answered inside a frame of another page"
#define CLIENT(rest) \
	"{\"type\":\"webauthn.get\",\"challenge\":\"%s\",\"origin\":\"" ORIGIN "\"" rest

static void what_the_browser_says_must_be_as_expected(void **state)
{
	static const struct {
		const char *origin, *rp_id, *type, *challenge, *why;
	} rows[] = {
		{ "https://evil.example.com", RP, NULL, NULL,
			"the passkey answered at another origin than review.url" },
		{ "http://review.example.com", RP, NULL, NULL,
			"the passkey answered at another origin than review.url" },
		{ ORIGIN ":8443", RP, NULL, NULL,
			"the passkey answered at another origin than review.url" },
		{ ORIGIN "/", RP, NULL, NULL,
			"the passkey answered at another origin than review.url" },
		{ ORIGIN ".evil.org", RP, NULL, NULL,
			"the passkey answered at another origin than review.url" },
		{ "null", RP, NULL, NULL,
			"the passkey answered at another origin than review.url" },
		{ ORIGIN, "example.com", NULL, NULL,
			"the passkey answered for another site (rpId) than review.url" },
		{ ORIGIN, ORIGIN, NULL, NULL,
			"the passkey answered for another site (rpId) than review.url" },
		{ ORIGIN, RP, "webauthn.create", NULL,
			"the passkey's clientDataJSON is of another type" },
		{ ORIGIN, RP, "payment.get", NULL,
			"the passkey's clientDataJSON is of another type" },
		{ ORIGIN, RP, NULL, "", ANOTHER },
		{ ORIGIN, RP, NULL, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ANOTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authenticator_asked asked = honest(es256);

		asked.origin = rows[i].origin;
		asked.rp_id = rows[i].rp_id;
		asked.type = rows[i].type;
		asked.challenge = rows[i].challenge;
		expect(es256, &asked, rows[i].why);
	}
}

/* The whole clientDataJSON, in which %s is the challenge. */
static void client_data_must_be_strict(void **state)
{
	static const char not_json[] = "the passkey's clientDataJSON is not strict JSON";
	static const struct {
		const char *format, *why;
	} rows[] = {
		{ CLIENT("}"), "" },
		{ CLIENT(",\"other_keys_can_be_added_here\":\"x\"}"), "" },
		{ CLIENT(",\"crossOrigin\":false}"), "" },
		{ CLIENT(",\"crossOrigin\":true}"), FRAME },
		{ CLIENT(",\"crossOrigin\":\"false\"}"), FRAME },
		{ CLIENT(",\"topOrigin\":\"" ORIGIN "\"}"), FRAME },
		{ CLIENT(",\"origin\":\"" ORIGIN "\"}"), not_json },
		{ CLIENT("} "), "" },
		{ CLIENT("}{}"), not_json },
		{ CLIENT(""), not_json },
		{ CLIENT(",}"), not_json },
		{ "\xef\xbb\xbf" CLIENT("}"), not_json },
		{ CLIENT(",\"x\":\"\\u0000\"}"), not_json },
		{ CLIENT(",\"x\":\"\xff\"}"), not_json },
		{ "[%s]", not_json },
		{ "[]", "the passkey's clientDataJSON is not an object" },
		{ "{}", "the passkey's clientDataJSON is of another type" },
		{ "{\"type\":[\"webauthn.get\"]}",
			"the passkey's clientDataJSON is of another type" },
		{ "{\"type\":\"webauthn.get\",\"challenge\":null}", ANOTHER },
		{ "{\"type\":\"webauthn.get\",\"challenge\":\"%s=\",\"origin\":\"" ORIGIN "\"}",
			ANOTHER },
	};
	struct buf text = BUF_INIT(AUTHENTICATOR_MAX);
	struct statement s = plain();
	char challenge[PASSKEY_CHALLENGE_SIZE];
	struct fault f = { 0 };

	(void)state;
	add_statement(&text, &s);
	assert_int_equal(passkey_challenge(challenge, buf_span(&text), &f), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authenticator_asked asked = honest(es256);
		const char *at = strstr(rows[i].format, "%s");

		buf_clear(&text);
		if (at) {
			buf_add(&text, rows[i].format, (size_t)(at - rows[i].format));
			buf_addf(&text, "%s%s", challenge, at + 2);
		} else {
			buf_adds(&text, rows[i].format);
		}
		asked.client_data = text.data;
		expect(es256, &asked, rows[i].why);
	}
	buf_release(&text);
}

static void the_user_must_be_there(void **state)
{
	static const char flags_odd[] =
		"the passkey's authenticatorData has flags that mean nothing";
	static const char more[] = "the passkey's authenticatorData has more than was asked for";
	static const struct {
		unsigned int flags;
		const char *after, *why;
	} rows[] = {
		{ 0, "", "the user was not present: the passkey was not touched" },
		{ UV, "", "the user was not present: the passkey was not touched" },
		{ UP | UV | 0x08, "", "" },
		{ UP | UV | 0x18, "", "" },
		{ UP | UV | 0x10, "", flags_odd },
		{ UP | UV | 0x02, "", flags_odd },
		{ UP | UV | 0x20, "", flags_odd },
		{ UP | UV | AUTHENTICATOR_MADE, "", more },
		{ UP | UV | AUTHENTICATOR_EXTENSIONS, "\xa0", more },
		{ UP | UV, "\xa0", more },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authenticator_asked asked = honest(es256);

		asked.flags = rows[i].flags;
		asked.after = span_of(rows[i].after);
		expect(es256, &asked, rows[i].why);
	}
}

static void verified_where_the_policy_says_so(void **state)
{
	static const struct {
		struct passkey_site site;
		unsigned int flags;
		const char *why;
	} rows[] = {
		{ { ORIGIN, RP, true }, UP | UV, "" },
		{ { ORIGIN, RP, true }, UP,
			"the user was not verified, by a PIN or a finger, which the policy "
			"demands" },
		{ { NULL, NULL, false }, UP | UV,
			"no policy in force has a review.url, so no passkey counts" },
		{ { ORIGIN, NULL, false }, UP | UV,
			"review.url is a bare address, and passkeys need a name" },
		{ { "http://localhost:8460", "localhost", false }, UP | UV,
			"the passkey answered for another site (rpId) than review.url" },
	};
	struct key known = policy_key(es256, "");
	struct statement s = plain();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authenticator_asked asked = honest(es256);
		struct buf tag = BUF_INIT(AUTHENTICATOR_MAX);

		asked.flags = rows[i].flags;
		add_tag(&tag, &s, &s, &asked);
		assert_string_equal(
			verify_at(&rows[i].site, &known, buf_span(&tag)).why, rows[i].why);
		buf_release(&tag);
	}
}

/* An answer to one statement is none to any other. */
static void nothing_of_the_statement_can_be_altered(void **state)
{
	struct statement rows[9];
	struct key known = policy_key(es256, "");
	size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		rows[i] = plain();
	rows[0].commit = oid_of("another commit, 20 b", OID_SHA1);
	rows[1].digest = "8f3a91c2d4e5f607aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	rows[2].decision = APPROVAL_REJECT;
	rows[3].person = "bob";
	rows[4].time++;
	rows[5].repository = "1f1e2d3c4b5a69788796a5b4c3d2e1f0";
	rows[6].ref = "refs/heads/release";
	rows[7].why = "";
	rows[8].decision = APPROVAL_WITHDRAW;
	for (size_t i = 0; i < count; i++) {
		struct authenticator_asked asked = honest(es256);
		struct statement s = plain();
		struct buf tag = BUF_INIT(AUTHENTICATOR_MAX);
		struct signature_check check;

		add_tag(&tag, &rows[i], &s, &asked);
		check = verify_at(&site, &known, buf_span(&tag));
		assert_int_equal(check.verdict, SIGNATURE_BAD);
		assert_string_equal(check.why, ANOTHER);
		buf_release(&tag);
	}
}

static void only_the_keys_own_signature_counts(void **state)
{
	static const char not_by[] = "the signature is not by this passkey over this answer";
	struct authenticator_asked asked = honest(other);

	(void)state;
	expect(es256, &asked, not_by); /* another key of the same kind */
	expect(eddsa, &asked, not_by); /* another algorithm */
	asked.key = eddsa;
	expect(es256, &asked, not_by);
	expect(eddsa, &asked, "");
}

/* Each byte of an answer counts: altered, it is refused, and says why. */
static void no_byte_can_be_altered(void **state)
{
	struct key known = policy_key(es256, "");
	struct authenticator_asked asked = honest(es256);
	struct statement s = plain();
	struct buf tag = BUF_INIT(AUTHENTICATOR_MAX), odd = BUF_INIT(AUTHENTICATOR_MAX);

	(void)state;
	add_tag(&tag, &s, &s, &asked);
	for (size_t at = 0; at < tag.len; at++) {
		struct signature_check check = { 0 };
		struct tag ignored;
		const char *why;

		buf_clear(&odd);
		buf_addspan(&odd, buf_span(&tag));
		odd.data[at] ^= 1;
		if (tag_parse(&ignored, OID_SHA1, buf_span(&odd), &why) < 0)
			continue;
		check = verify_at(&site, &known, buf_span(&odd));
		assert_int_not_equal(check.verdict, SIGNATURE_GOOD);
		if (check.verdict != SIGNATURE_NONE)
			assert_true(*check.why);
	}
	buf_release(&odd);
	buf_release(&tag);
}

/* In a commit, and anywhere before the end of a tag, it is no signature. */
static void a_passkey_signs_no_commit(void **state)
{
	struct buf raw = BUF_INIT(AUTHENTICATOR_MAX);
	struct signature_check check;
	struct fault f = { 0 };
	struct keyring *ring;
	struct commit commit;
	const char *why;

	(void)state;
	buf_adds(&raw,
		"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a@b> 1 +0000\n"
		"committer a <a@b> 1 +0000\ngpgsig " PASSKEY_BEGIN "\n credential YQ==\n"
		" authenticatorData YQ==\n clientDataJSON YQ==\n signature YQ==\n " PASSKEY_END
		"\n\nx\n");
	assert_int_equal(commit_parse(&commit, OID_SHA1, buf_span(&raw), &why), 0);
	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(signature_of_commit(ring, &commit, NOW, &check, &f), 0);
	assert_int_equal(check.verdict, SIGNATURE_MALFORMED);
	assert_string_equal(check.why, "the signature is of an unknown kind");
	keyring_free(ring);
	buf_release(&raw);
}

static void keys_end(void **state)
{
	static const struct {
		const char *options, *why;
	} rows[] = {
		{ "", "" },
		{ "revoked ", "its key is revoked in the policy" },
		{ "valid-before=\"2026-12-31\" ", "its key is not valid any more" },
		{ "valid-after=\"2027-01-02\" ", "its key is not valid yet" },
	};
	struct authenticator_asked asked = honest(es256);
	struct statement s = plain();
	struct buf tag = BUF_INIT(AUTHENTICATOR_MAX);

	(void)state;
	add_tag(&tag, &s, &s, &asked);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct key known = policy_key(es256, rows[i].options);

		assert_string_equal(verify_at(&site, &known, buf_span(&tag)).why, rows[i].why);
	}
	buf_release(&tag);
}

#define CUT "the passkey's answer is not strict base64"
#define LINES "the passkey's answer has other lines, or in another order, than it must have"
#define ENDS "the passkey's answer does not end with its END line"
#define LONG "a part of the passkey's answer is longer than any can be"

static void the_text_has_one_form(void **state)
{
	static const char good[] =
		PASSKEY_BEGIN "\ncredential YQ==\nauthenticatorData YQ==\n"
			      "clientDataJSON YQ==\nsignature YQ==\n" PASSKEY_END "\n";
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ PASSKEY_BEGIN "\n", LINES },
		{ PASSKEY_BEGIN "\r\ncredential YQ==\n", "the signature is of an unknown kind" },
		{ PASSKEY_BEGIN "\nauthenticatorData YQ==\ncredential YQ==\n", LINES },
		{ PASSKEY_BEGIN "\ncredential  YQ==\n", CUT },
		{ PASSKEY_BEGIN "\ncredential \n", CUT },
		{ PASSKEY_BEGIN "\ncredential YQ\n", CUT },
		{ PASSKEY_BEGIN "\ncredential YR==\n", CUT },
		{ PASSKEY_BEGIN "\ncredential Y-==\n", CUT },
		{ PASSKEY_BEGIN "\ncredential YQ==\nauthenticatorData YQ==\nclientDataJSON YQ==\n"
				"signature YQ==\n" PASSKEY_END,
			ENDS },
		{ PASSKEY_BEGIN "\ncredential YQ==\nauthenticatorData YQ==\nclientDataJSON YQ==\n"
				"signature YQ==\nmore YQ==\n" PASSKEY_END "\n",
			ENDS },
		{ PASSKEY_BEGIN "\ncredential YQ==\nauthenticatorData YQ==\nclientDataJSON YQ==\n"
				"signature YQ==\n" PASSKEY_END "\n\n",
			ENDS },
	};
	struct passkey_text text = PASSKEY_TEXT_INIT;
	const char *why;

	(void)state;
	assert_int_equal(passkey_read(&text, span_of(good), &why), 0);
	assert_true(span_is(text.answer.signature, "a"));
	passkey_release(&text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct passkey_text odd = PASSKEY_TEXT_INIT;

		assert_int_equal(passkey_read(&odd, span_of(rows[i].text), &why), -1);
		assert_string_equal(why, rows[i].why);
		passkey_release(&odd);
	}
}

static void what_is_too_long_is_not_read(void **state)
{
	static char big[2 * PASSKEY_TEXT_MAX];
	static const size_t most[] = { PASSKEY_CREDENTIAL_MAX, PASSKEY_DATA_MAX, PASSKEY_CLIENT_MAX,
		PASSKEY_SIGNATURE_MAX };
	const struct span one = { "x", 1 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t extra = 0; extra < 2; extra++) {
			struct span parts[] = { one, one, one, one };
			struct passkey_text read = PASSKEY_TEXT_INIT;
			struct buf text = BUF_INIT(2 * sizeof(big));
			const char *why;
			const char *const lines[] = { "credential ", "authenticatorData ",
				"clientDataJSON ", "signature " };

			parts[i] = (struct span){ big, most[i] + extra };
			assert_int_equal(
				passkey_write(&text, &(struct passkey_answer){ parts[0], parts[1],
							     parts[2], parts[3] }),
				extra ? -1 : 0);
			buf_clear(&text);
			buf_adds(&text, PASSKEY_BEGIN "\n");
			for (size_t k = 0; k < 4; k++) {
				buf_adds(&text, lines[k]);
				base64_encode(&text, parts[k]);
				buf_addc(&text, '\n');
			}
			buf_adds(&text, PASSKEY_END "\n");
			assert_int_equal(
				passkey_read(&read, buf_span(&text), &why), extra ? -1 : 0);
			if (extra)
				assert_string_equal(why, LONG);
			passkey_release(&read);
			buf_release(&text);
		}
}

#define X "0123456789abcdef0123456789abcdef"

static void cose_keys_have_one_encoding(void **state)
{
	static const char canonical[] = "the COSE key is not in canonical CBOR";
	static const char order[] =
		"the COSE key has other members, or in another order, than WebAuthn wants";
	static const char cut[] = "the COSE key is cut short";
	static const struct {
		struct span bytes;
		const char *why;
	} rows[] = {
#define ROW(bytes) { bytes, sizeof(bytes) - 1 }
		{ ROW("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20" X), NULL },
		{ ROW(""), cut },
		{ ROW("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20"
		      "short"),
			cut },
		{ ROW("\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x1f" X),
			"a coordinate of the COSE key has another length than 32 bytes" },
		{ ROW("\xa4\x01\x01\x03\x27\x20\x06\x21\x18\x20" X),
			"the COSE key has no bytes where a coordinate has to be" },
		{ ROW("\xa4\x18\x01\x01\x03\x27\x20\x06\x21\x58\x20" X), canonical },
		{ ROW("\xa4\x01\x01\x03\x38\x07\x20\x06\x21\x58\x20" X), canonical },
		{ ROW("\xa4\x01\x01\x03\x39\x00\x07\x20\x06\x21\x58\x20" X), canonical },
		{ ROW("\xb8\x04\x01\x01\x03\x27\x20\x06\x21\x58\x20" X), canonical },
		{ ROW("\xbf\x01\x01\x03\x27\x20\x06\x21\x58\x20" X "\xff"),
			"the COSE key has an item that no key has" },
		{ ROW("\xa4\x03\x27\x01\x01\x20\x06\x21\x58\x20" X), order },
		{ ROW("\xa4\x01\x01\x01\x01\x03\x27\x20\x06\x21\x58\x20" X), order },
		{ ROW("\x84\x01\x01\x03\x27"), "it is not a COSE key: no CBOR map" },
		{ ROW("\xa4\x01\x61\x61\x03\x27"),
			"the COSE key has no number where one has to be" },
		{ ROW("\xa4\x01\x03\x03\x39\x01\x00\x20\x43\x01\x00\x01"),
			"the COSE key is for another algorithm than ES256 or EdDSA" }, /* RS256 */
		{ ROW("\xa5\x01\x02\x03\x38\x22\x20\x02\x21\x58\x20" X),
			"the COSE key is for another algorithm than ES256 or EdDSA" }, /* ES384 */
		{ ROW("\xa5\x01\x02\x03\x26\x20\x02\x21\x58\x20" X "\x22\x58\x20" X),
			"the COSE key is of another type or curve than its algorithm" },
		{ ROW("\xa5\x01\x02\x03\x27\x20\x01\x21\x58\x20" X "\x22\x58\x20" X),
			"the COSE key is of another type or curve than its algorithm" },
		{ ROW("\xa4\x01\x02\x03\x26\x20\x01\x21\x58\x20" X),
			"the COSE key is of another type or curve than its algorithm" },
		{ ROW("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" X), cut },
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cose_key key;
		const char *why;
		size_t used;

		assert_int_equal(
			cose_parse(&key, rows[i].bytes, &used, &why), rows[i].why ? -1 : 0);
		if (rows[i].why)
			assert_string_equal(why, rows[i].why);
		else
			assert_int_equal(used, rows[i].bytes.len);
	}
}

/* A point that is on no curve opens nothing, and so verifies nothing. */
static void a_key_off_the_curve_is_none(void **state)
{
	struct span x = { X, 32 };

	(void)state;
	assert_null(cose_open(&(struct cose_key){ COSE_ES256, x, x }));
}

static void statements_read_the_same_again(void **state)
{
	static const char *const bad[] = { "ends in a line\n", "ends in a blank ",
		"a \x1b[31m code", "-----BEGIN SSH SIGNATURE-----\n", ("x\n" PASSKEY_BEGIN),
		"\xff" };
	struct approval approval = { .person = &alice, .time = NOW };
	struct buf text = BUF_INIT(STATEMENT_MAX);
	struct statement s = plain();
	struct fault f = { 0 };

	(void)state;
	(void)snprintf(approval.digest, sizeof(approval.digest), "%s", s.digest);
	(void)snprintf(approval.repository, sizeof(approval.repository), "%s", s.repository);
	(void)snprintf(approval.ref, sizeof(approval.ref), "%s", s.ref);
	(void)snprintf(approval.why, sizeof(approval.why), "%s", s.why);
	add_statement(&text, &s);
	assert_true(statement_is(buf_span(&text), &approval));
	buf_addc(&text, '\n');
	assert_false(statement_is(buf_span(&text), &approval));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s.why = bad[i];
		fault_clear(&f);
		assert_int_equal(statement_write(&text, &s, &f), -1);
	}
	buf_release(&text);
}

static int keys_make(void **state)
{
	(void)state;
	es256 = EVP_EC_gen("P-256");
	other = EVP_EC_gen("P-256");
	eddsa = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return es256 && other && eddsa ? 0 : -1;
}

static int keys_free(void **state)
{
	(void)state;
	EVP_PKEY_free(es256);
	EVP_PKEY_free(other);
	EVP_PKEY_free(eddsa);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_answer_is_good),
		cmocka_unit_test(what_the_browser_says_must_be_as_expected),
		cmocka_unit_test(client_data_must_be_strict),
		cmocka_unit_test(the_user_must_be_there),
		cmocka_unit_test(verified_where_the_policy_says_so),
		cmocka_unit_test(nothing_of_the_statement_can_be_altered),
		cmocka_unit_test(only_the_keys_own_signature_counts),
		cmocka_unit_test(no_byte_can_be_altered),
		cmocka_unit_test(a_passkey_signs_no_commit),
		cmocka_unit_test(keys_end),
		cmocka_unit_test(the_text_has_one_form),
		cmocka_unit_test(what_is_too_long_is_not_read),
		cmocka_unit_test(cose_keys_have_one_encoding),
		cmocka_unit_test(a_key_off_the_curve_is_none),
		cmocka_unit_test(statements_read_the_same_again),
	};

	return cmocka_run_group_tests(tests, keys_make, keys_free);
}
