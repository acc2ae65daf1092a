/*
 * OpenPGP signatures by gpg, judged in process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "common/base/base64.h"
#include "common/key/armour.h"
#include "common/key/signature.h"
#include "test/sandbox.h"

static const struct key_owner owner = { .person = (const struct person *)"whose it is" };

static const char payload_text[] = "tree 0\n\na payload\n";
static char output[65536];

static int run(const char *command)
{
	return sandbox_run(output, sizeof(output), "%s", command);
}

static struct signature_check verify(
	const char *file, const char *payload, struct span armoured, int64_t now)
{
	char path[128];
	struct key key = { .kind = KEY_OPENPGP, .file = path };
	struct fault f = { 0 };
	struct keyring *ring;
	struct signature_check check;

	snprintf(path, sizeof(path), "%s/%s", sandbox_path, file);
	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(keyring_add(ring, &key, owner, &f), 0);
	if (signature_verify(ring, span_of(payload), armoured, now, &check, &f) < 0)
		fail_msg("%s", f.text);
	keyring_free(ring);
	return check;
}

static struct signature_check verify_file(const char *file, const char *name)
{
	assert_int_equal(sandbox_run(output, sizeof(output), "cat %s", name), 0);
	strcat(output, "\n");
	return verify(file, payload_text, span_of(output), time(NULL));
}

static int setup(void **state)
{
	(void)state;
	sandbox_enter();
	setenv("GNUPGHOME", sandbox_path, 1);
	return run(
		"umask 077; g='gpg -q --batch --passphrase= --pinentry-mode=loopback'; exec 2>&1; "
		"printf 'tree 0\\n\\na payload\\n' >payload; "
		"$g --quick-gen-key alice@example.org ed25519 cert,sign never && "
		"$g --quick-gen-key bob@example.org rsa2048 cert,sign never && "
		"for n in alice bob; do $g --armor --export $n >$n.asc && "
		"$g -u $n -bsa -o $n.sig payload || exit 1; done && "
		"$g -u bob --digest-algo SHA1 -bsa -o sha1.sig payload && "
		"$g -u alice -bsat -o text.sig payload && "
		"$g -u alice -u bob -bsa -o two.sig payload && "
		"$g -u alice --comment hello -bsa -o comment.sig payload && "
		"fpr=$($g --with-colons --list-keys alice | awk -F: '/^fpr/{print $10; exit}') && "
		"$g --quick-set-expire $fpr seconds=1000 && $g --armor --export alice >short.asc "
		"&& "
		"sed 's/^:-/-/' openpgp-revocs.d/$fpr.rev | $g --import && "
		"$g --armor --export alice >revoked.asc");
}

static int teardown(void **state)
{
	(void)state;
	return run("gpgconf --kill all");
}

static void good_is_good(void **state)
{
	struct signature_check check = verify_file("alice.asc", "alice.sig");

	(void)state;
	if (check.verdict != SIGNATURE_GOOD)
		fail_msg("%s", check.why);
	assert_ptr_equal(check.owner.person, owner.person);
	assert_int_equal(strlen(check.fingerprint), 40);
	assert_int_equal(verify_file("bob.asc", "bob.sig").verdict, SIGNATURE_GOOD);
}

static void what_is_not_good_is_told(void **state)
{
	static const struct {
		const char *file, *signature;
		enum signature_verdict verdict;
	} rows[] = {
		{ "bob.asc", "alice.sig", SIGNATURE_UNKNOWN },
		{ "revoked.asc", "alice.sig", SIGNATURE_BAD },
		{ "bob.asc", "sha1.sig", SIGNATURE_BAD },
		{ "alice.asc", "text.sig", SIGNATURE_BAD },
		{ "alice.asc", "two.sig", SIGNATURE_MALFORMED },
		{ "alice.asc", "comment.sig", SIGNATURE_BAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct signature_check check = verify_file(rows[i].file, rows[i].signature);

		if (check.verdict != rows[i].verdict)
			fail_msg("%s: %d %s", rows[i].signature, check.verdict, check.why);
	}
}

static void time_is_the_servers(void **state)
{
	int64_t now = time(NULL);

	(void)state;
	assert_int_equal(run("cat alice.sig"), 0);
	strcat(output, "\n");
	assert_int_equal(verify("short.asc", payload_text, span_of(output), now + 500).verdict,
		SIGNATURE_GOOD);
	assert_int_equal(verify("short.asc", payload_text, span_of(output), now + 2000).verdict,
		SIGNATURE_BAD);
	assert_int_equal(verify("alice.asc", payload_text, span_of(output), now - 90000).verdict,
		SIGNATURE_BAD);
	assert_int_equal(
		verify("alice.asc", "another", span_of(output), now).verdict, SIGNATURE_BAD);
}

/*
 * Nobody signed the unhashed part (a hint who the issuer is), nor how many bits the two numbers are
 * said to have.
 */
static void no_damaged_signature_is_good(void **state)
{
	struct armour armour = ARMOUR_INIT;
	struct buf text = BUF_INIT(65536);
	const char *why;
	size_t good = 0;
	int was = dup(STDERR_FILENO);

	(void)state;
	assert_non_null(freopen("said", "w", stderr));
	assert_int_equal(run("cat alice.sig"), 0);
	strcat(output, "\n");
	assert_int_equal(armour_read(&armour, span_of(output), &why), 0);
	for (size_t i = 0; i < armour.bytes.len; i++) {
		armour.bytes.data[i] ^= (char)(1 << i % 8);
		buf_clear(&text);
		buf_adds(&text, "-----BEGIN PGP SIGNATURE-----\n\n");
		base64_encode(&text, buf_span(&armour.bytes));
		buf_adds(&text, "\n-----END PGP SIGNATURE-----\n");
		good += verify("alice.asc", payload_text, buf_span(&text), time(NULL)).verdict ==
			SIGNATURE_GOOD;
		armour.bytes.data[i] ^= (char)(1 << i % 8);
	}
	fputs("heard\n", stderr); /* standard error is there again */
	fflush(stderr);
	assert_int_equal(dup2(was, STDERR_FILENO), STDERR_FILENO);
	close(was);
	assert_in_range(good, 0, 11);
	assert_int_equal(run("cat said"), 0);
	assert_string_equal(output, "heard"); /* and nothing of what RNP says */
	buf_release(&text);
	armour_release(&armour);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_is_good),
		cmocka_unit_test(what_is_not_good_is_told),
		cmocka_unit_test(time_is_the_servers),
		cmocka_unit_test(no_damaged_signature_is_good),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
