/*
 * OpenPGP signatures by subkeys, and what gpg itself says of them and of damaged ones.
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

/* One primary key that only certifies, and a subkey for each thing that can be wrong with one. */
static int setup(void **state)
{
	(void)state;
	sandbox_enter();
	setenv("GNUPGHOME", sandbox_path, 1);
	return run(
		"umask 077; g='gpg -q --batch --passphrase= --pinentry-mode=loopback'; exec 2>&1; "
		"printf 'tree 0\\n\\na payload\\n' >payload; printf another >another; "
		"$g --quick-gen-key carol@example.org ed25519 cert never && "
		"fpr=$($g --with-colons -K carol | awk -F: '/^fpr/ { print $10; exit }') && "
		"$g --quick-add-key $fpr ed25519 sign never && "
		"$g --quick-add-key $fpr rsa2048 sign never && "
		"$g --quick-add-key $fpr ed25519 sign seconds=1000 && "
		"$g --quick-add-key $fpr ed25519 sign never && "
		"$g --quick-add-key $fpr ed25519 sign never && "
		"set -- $($g --with-colons -K carol | awk -F: '/^fpr/ { print $10 }') && shift && "
		"for n in ed25519 rsa2048 expired revoked other; do "
		"$g -u $1! -bsa -o $n.sig payload && shift || exit 1; done && "
		"printf 'key 4\\nrevkey\\ny\\n0\\n\\ny\\nsave\\n' | gpg -q --no-tty --passphrase= "
		"--pinentry-mode=loopback --command-fd 0 --edit-key $fpr && "
		"printf 'key 5\\nchange-usage\\nS\\nA\\nQ\\nsave\\n' | gpg -q --no-tty "
		"--passphrase= --pinentry-mode=loopback --command-fd 0 --edit-key $fpr && "
		"$g --armor --export carol >carol.asc");
}

static int teardown(void **state)
{
	(void)state;
	return run("gpgconf --kill all");
}

static struct signature_check verify(const char *payload, struct span armoured, int64_t now)
{
	char path[128];
	struct key key = { .kind = KEY_OPENPGP, .file = path };
	struct fault f = { 0 };
	struct keyring *ring;
	struct signature_check check;

	snprintf(path, sizeof(path), "%s/carol.asc", sandbox_path);
	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(keyring_add(ring, &key, owner, &f), 0);
	if (signature_verify(ring, span_of(payload), armoured, now, &check, &f) < 0)
		fail_msg("%s", f.text);
	keyring_free(ring);
	return check;
}

/* Whether gpg finds it good, without a word about the key. */
static bool oracle(const char *signature, const char *payload, int64_t now)
{
	return sandbox_run(output, sizeof(output),
		       "gpg --batch --trust-model always --faked-system-time %lld --status-fd 1 "
		       "--verify %s %s 2>/dev/null | grep '^.GNUPG:. GOODSIG '",
		       (long long)now, signature, payload) == 0;
}

static void subkeys_are_as_gpg_says(void **state)
{
	static const struct {
		const char *name, *payload;
		int later;
		bool good, to_gpg;
		const char *why;
	} rows[] = {
		{ "ed25519", "payload", 0, true, true, "" },
		{ "rsa2048", "payload", 0, true, true, "" },
		{ "expired", "payload", 0, true, true, "" },
		{ "ed25519", "payload", 2000, true, true, "" },
		{ "expired", "payload", 2000, false, false,
			"its OpenPGP key is expired or not valid" },
		{ "revoked", "payload", 0, false, false, "its OpenPGP key is revoked" },
		{ "other", "payload", 0, false, false, "its OpenPGP key is not for signing" },
		{ "ed25519", "another", 0, false, false,
			"the content does not match the signature, or the signature has expired" },
		{ "rsa2048", "another", 0, false, false,
			"the content does not match the signature, or the signature has expired" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t now = time(NULL) + rows[i].later;
		const char *text =
			strcmp(rows[i].payload, "another") == 0 ? "another" : payload_text;
		struct signature_check check;
		char path[64];

		snprintf(path, sizeof(path), "%s.sig", rows[i].name);
		assert_int_equal(sandbox_run(output, sizeof(output), "cat %s", path), 0);
		strcat(output, "\n");
		check = verify(text, span_of(output), now);
		if ((check.verdict == SIGNATURE_GOOD) != rows[i].good)
			fail_msg("%s over %s: %s", path, rows[i].payload, check.why);
		assert_string_equal(check.why, rows[i].why);
		if (oracle(path, rows[i].payload, now) != rows[i].to_gpg)
			fail_msg("%s over %s: gpg says otherwise", path, rows[i].payload);
	}
}

static void enarmour(struct buf *out, struct span bytes)
{
	FILE *file = fopen("damaged.sig", "w");

	buf_clear(out);
	buf_adds(out, "-----BEGIN PGP SIGNATURE-----\n\n");
	base64_encode(out, bytes);
	buf_adds(out, "\n-----END PGP SIGNATURE-----\n");
	assert_non_null(file);
	assert_int_equal(fwrite(out->data, 1, out->len, file), out->len);
	fclose(file);
}

/* Every byte: what is good to us is good to gpg. */
static void check_damage(const char *name)
{
	struct armour armour = ARMOUR_INIT;
	struct buf text = BUF_INIT(65536);
	const char *why;
	int64_t now = time(NULL);

	assert_int_equal(sandbox_run(output, sizeof(output), "cat %s.sig", name), 0);
	strcat(output, "\n");
	assert_int_equal(armour_read(&armour, span_of(output), &why), 0);
	for (size_t i = 0; i < armour.bytes.len; i++) {
		bool good;

		armour.bytes.data[i] ^= (char)(1 << i % 8);
		enarmour(&text, buf_span(&armour.bytes));
		good = verify(payload_text, buf_span(&text), now).verdict == SIGNATURE_GOOD;
		if (good && !oracle("damaged.sig", "payload", now))
			fail_msg("%s: good with byte %zu changed, but not to gpg", name, i);
		armour.bytes.data[i] ^= (char)(1 << i % 8);
		enarmour(&text, (struct span){ armour.bytes.data, i });
		assert_int_not_equal(
			verify(payload_text, buf_span(&text), now).verdict, SIGNATURE_GOOD);
	}
	buf_release(&text);
	armour_release(&armour);
}

static void no_damaged_signature_is_good_that_is_not_to_gpg(void **state)
{
	(void)state;
	check_damage("ed25519");
	check_damage("rsa2048");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subkeys_are_as_gpg_says),
		cmocka_unit_test(no_damaged_signature_is_good_that_is_not_to_gpg),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
