/*
 * SSH signatures against ssh-keygen -Y verify: key types × what can be wrong.
 */
#include "common/key/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/base/base64.h"
#include "common/key/armour.h"
#include "test/sandbox.h"

static const struct key_owner owner = { .person = (const struct person *)"whose it is" };

#define NOW 1798761600 /* 2027-01-01 */

static const char payload_text[] = "tree 0\n\na payload\n";

static const struct {
	const char *name, *generate;
} types[] = {
	{ "ed25519", "-t ed25519" },
	{ "p256", "-t ecdsa -b 256" },
	{ "p384", "-t ecdsa -b 384" },
	{ "p521", "-t ecdsa -b 521" },
	{ "rsa", "-t rsa -b 2048" },
};

#define TYPES (sizeof(types) / sizeof(types[0]))

static struct arena arena = ARENA_INIT(1 << 22);
static char output[65536];

static int run(const char *command)
{
	return sandbox_run(output, sizeof(output), "%s", command);
}

/* What the file holds, for free(). */
static char *slurp(const char *name)
{
	FILE *file = fopen(name, "r");
	char *text = calloc(1, 65536);

	assert_non_null(file);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static struct key read_key(const char *options, const char *name)
{
	char path[64];
	struct key key;
	const char *why;
	struct buf text = BUF_INIT(16384);
	char *line;

	snprintf(path, sizeof(path), "%s.pub", name);
	line = slurp(path);
	line[strcspn(line, "\n")] = '\0';
	buf_addf(&text, "%s%s", options, line);
	if (key_parse(&key, &arena, buf_span(&text), NULL, &why) < 0)
		fail_msg("%s: %s", name, why);
	buf_release(&text);
	free(line);
	return key;
}

/* Verifies against one key. */
static struct signature_check verify(
	const struct key *key, const char *payload, struct span armoured)
{
	struct fault f = { 0 };
	struct keyring *ring;
	struct signature_check check;

	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(keyring_add(ring, key, owner, &f), 0);
	assert_int_equal(signature_verify(ring, span_of(payload), armoured, NOW, &check, &f), 0);
	keyring_free(ring);
	return check;
}

static struct signature_check verify_file(const struct key *key, const char *name)
{
	char path[64];
	char *armoured;
	struct signature_check check;

	snprintf(path, sizeof(path), "%s.sig", name);
	armoured = slurp(path);
	check = verify(key, payload_text, span_of(armoured));
	free(armoured);
	return check;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	(void)state;
	sandbox_enter();
	put("payload", payload_text);
	for (size_t i = 0; i < TYPES; i++) {
		assert_int_equal(sandbox_run(output, sizeof(output),
					 "ssh-keygen -q %s -N '' -C '' -f %s && "
					 "ssh-keygen -q -Y sign -n git -f %s <payload >%s.sig && "
					 "echo \"a@b $(cat %s.pub)\" >%s.allowed",
					 types[i].generate, types[i].name, types[i].name,
					 types[i].name, types[i].name, types[i].name),
			0);
	}
	return 0;
}

/* Whether ssh-keygen takes the signature in the file. */
static int oracle(const char *name, const char *signature)
{
	return sandbox_run(output, sizeof(output),
		"ssh-keygen -Y verify -n git -I a@b -f %s.allowed -s %s <payload 2>&1", name,
		signature);
}

static void every_type_is_good_to_both(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct key key = read_key("", types[i].name);
		struct signature_check check = verify_file(&key, types[i].name);
		char path[64];

		if (check.verdict != SIGNATURE_GOOD)
			fail_msg("%s: %s", types[i].name, check.why);
		assert_ptr_equal(check.owner.person, owner.person);
		assert_false(check.hardware);
		assert_string_equal(check.fingerprint, key.fingerprint);
		snprintf(path, sizeof(path), "%s.sig", types[i].name);
		assert_int_equal(oracle(types[i].name, path), 0);
	}
}

static void sha256_is_good_too(void **state)
{
	struct key key = read_key("", "ed25519");

	(void)state;
	assert_int_equal(run("ssh-keygen -q -Y sign -n git -O hashalg=sha256 -f ed25519 <payload "
			     ">s256.sig"),
		0);
	assert_int_equal(verify_file(&key, "s256").verdict, SIGNATURE_GOOD);
}

static void every_other_key_is_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct key key = read_key("", types[(i + 1) % TYPES].name);
		struct signature_check check = verify_file(&key, types[i].name);

		assert_int_equal(check.verdict, SIGNATURE_UNKNOWN);
		assert_string_equal(check.fingerprint, read_key("", types[i].name).fingerprint);
	}
}

static void every_condition_of_the_key_holds(void **state)
{
	static const struct {
		const char *options, *why;
	} rows[] = {
		{ "revoked ", "its key is revoked in the policy" },
		{ "valid-before=\"20270101\" ", "its key is not valid any more" },
		{ "valid-after=\"20270102\" ", "its key is not valid yet" },
	};

	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct key fine = read_key(
			"valid-after=\"20270101\",valid-before=\"20270102\" ", types[i].name);

		assert_int_equal(verify_file(&fine, types[i].name).verdict, SIGNATURE_GOOD);
		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++) {
			struct key key = read_key(rows[j].options, types[i].name);
			struct signature_check check = verify_file(&key, types[i].name);

			assert_int_equal(check.verdict, SIGNATURE_BAD);
			assert_string_equal(check.why, rows[j].why);
		}
	}
}

static void another_payload_or_namespace_is_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct key key = read_key("", types[i].name);
		char path[64];
		char *armoured;

		snprintf(path, sizeof(path), "%s.sig", types[i].name);
		armoured = slurp(path);
		assert_int_equal(verify(&key, "another", span_of(armoured)).verdict, SIGNATURE_BAD);
		free(armoured);
		assert_int_equal(sandbox_run(output, sizeof(output),
					 "ssh-keygen -q -Y sign -n file -f %s <payload >file.sig",
					 types[i].name),
			0);
		assert_string_equal(verify_file(&key, "file").why,
			"the SSH signature is for another namespace than git");
	}
}

/* The armour for changed bytes. */
static void enarmour(struct buf *out, struct span blob)
{
	buf_clear(out);
	buf_adds(out, "-----BEGIN SSH SIGNATURE-----\n");
	base64_encode(out, blob);
	buf_adds(out, "\n-----END SSH SIGNATURE-----\n");
}

static void never_good(const struct key *key, struct buf *text, const char *what, size_t at)
{
	if (verify(key, payload_text, buf_span(text)).verdict == SIGNATURE_GOOD)
		fail_msg("good: %s at %zu", what, at);
}

static void check_damage(size_t type)
{
	struct key key = read_key("", types[type].name);
	struct armour armour = ARMOUR_INIT;
	struct buf text = BUF_INIT(1 << 20), bytes = BUF_INIT(1 << 20);
	const char *why;
	char *armoured;
	char path[64];

	snprintf(path, sizeof(path), "%s.sig", types[type].name);
	armoured = slurp(path);
	assert_int_equal(armour_read(&armour, span_of(armoured), &why), 0);
	for (size_t i = 0; i < armour.bytes.len; i++) {
		armour.bytes.data[i] ^= (char)(1 << i % 8);
		enarmour(&text, buf_span(&armour.bytes));
		never_good(&key, &text, "bit flipped", i);
		if (i % 64 == 5) { /* ssh-keygen agrees, in samples */
			put("damaged.sig", text.data);
			assert_int_not_equal(oracle(types[type].name, "damaged.sig"), 0);
		}
		armour.bytes.data[i] ^= (char)(1 << i % 8);
		enarmour(&text, (struct span){ armour.bytes.data, i });
		never_good(&key, &text, "truncated", i);
	}
	buf_addspan(&bytes, buf_span(&armour.bytes));
	buf_addc(&bytes, '\0');
	enarmour(&text, buf_span(&bytes));
	never_good(&key, &text, "trailing byte", 0);
	buf_release(&bytes);
	buf_release(&text);
	armour_release(&armour);
	free(armoured);
}

static void no_damaged_signature_is_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++)
		check_damage(i);
}

static void nothing_stands_around_the_armour(void **state)
{
	struct key key = read_key("", "ed25519");
	char *good = slurp("ed25519.sig");
	static const struct {
		const char *before, *after;
	} rows[] = {
		{ "", "x" },
		{ "", "\n\n" },
		{ "", "-----BEGIN SSH SIGNATURE-----\n" },
		{ "\n", "" },
		{ "x\n", "" },
		{ " ", "" },
	};
	struct buf text = BUF_INIT(65536);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&text);
		buf_addf(&text, "%s%s%s", rows[i].before, good, rows[i].after);
		assert_int_equal(
			verify(&key, payload_text, buf_span(&text)).verdict, SIGNATURE_MALFORMED);
	}
	for (char *at = good; *at; at++) { /* any byte turned into another */
		char was = *at;

		*at = was == '\n' ? '\r' : '\n';
		if (verify(&key, payload_text, span_of(good)).verdict == SIGNATURE_GOOD &&
			was != '\n' &&
			strchr("=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			       "wxyz0123456789+/-",
				was))
			fail_msg("good with a byte changed at %td", at - good);
		*at = was;
	}
	buf_release(&text);
	free(good);
}

/* Builds a real object with stock git and judges it; returns the verdict. */
static struct signature_check judge_object(const char *type, const char *name, struct key *key)
{
	struct fault f = { 0 };
	struct keyring *ring;
	struct signature_check check;
	struct commit commit;
	struct tag tag;
	const char *why = NULL;
	char *raw;

	assert_int_equal(
		sandbox_run(output, sizeof(output), "git cat-file %s %s >object", type, name), 0);
	raw = slurp("object");
	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(keyring_add(ring, key, owner, &f), 0);
	if (strcmp(type, "commit") == 0) {
		if (commit_parse(&commit, OID_SHA1, span_of(raw), &why) < 0)
			fail_msg("%s", why);
		assert_int_equal(signature_of_commit(ring, &commit, NOW, &check, &f), 0);
	} else {
		if (tag_parse(&tag, OID_SHA1, span_of(raw), &why) < 0)
			fail_msg("%s", why);
		assert_int_equal(signature_of_tag(ring, &tag, NOW, &check, &f), 0);
	}
	keyring_free(ring);
	free(raw);
	return check;
}

static void real_commits_and_tags_are_good(void **state)
{
	struct key key = read_key("", "ed25519");

	(void)state;
	assert_int_equal(
		run("git init -q . && git config gpg.format ssh && git config user.signingkey "
		    "$PWD/ed25519.pub && chmod 600 ed25519 && "
		    "git commit -q --allow-empty -S -m signed && git tag -s -m tagged good && "
		    "git commit -q --allow-empty -m unsigned && git tag -a -m plain plain && "
		    "git cat-file commit HEAD~ | sed 's/^gpgsig /gpgsig-sha256 /' >c && "
		    "git tag other $(git hash-object --literally -t commit -w c) && "
		    "{ git cat-file tag good && echo; } >t && git update-ref refs/tags/more "
		    "$(git hash-object --literally -t tag -w t) && "
		    "{ git cat-file tag good && tail -n +2 ed25519.sig; } >t && git update-ref "
		    "refs/tags/text $(git hash-object --literally -t tag -w t) && "
		    "{ git cat-file tag good && cat ed25519.sig; } >t && git update-ref "
		    "refs/tags/two $(git hash-object --literally -t tag -w t) 2>&1"),
		0);
	assert_int_equal(judge_object("commit", "HEAD~", &key).verdict, SIGNATURE_GOOD);
	assert_int_equal(judge_object("commit", "HEAD", &key).verdict, SIGNATURE_NONE);
	assert_int_equal(judge_object("commit", "other", &key).verdict, SIGNATURE_BAD);
	assert_int_equal(judge_object("tag", "good", &key).verdict, SIGNATURE_GOOD);
	assert_int_equal(judge_object("tag", "plain", &key).verdict, SIGNATURE_NONE);
	assert_int_equal(judge_object("tag", "more", &key).verdict, SIGNATURE_MALFORMED);
	assert_int_equal(judge_object("tag", "text", &key).verdict, SIGNATURE_MALFORMED);
	assert_int_equal(judge_object("tag", "two", &key).verdict, SIGNATURE_MALFORMED);
}

static void x509_is_never_good(void **state)
{
	struct key key = read_key("", "ed25519");
	struct signature_check check = verify(&key, payload_text,
		span_of("-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n"));

	(void)state;
	assert_int_equal(check.verdict, SIGNATURE_BAD);
	assert_string_equal(check.why, "x509 signatures are not supported");
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_good_to_both),
		cmocka_unit_test(sha256_is_good_too),
		cmocka_unit_test(every_other_key_is_unknown),
		cmocka_unit_test(every_condition_of_the_key_holds),
		cmocka_unit_test(another_payload_or_namespace_is_bad),
		cmocka_unit_test(no_damaged_signature_is_good),
		cmocka_unit_test(nothing_stands_around_the_armour),
		cmocka_unit_test(real_commits_and_tags_are_good),
		cmocka_unit_test(x509_is_never_good),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
