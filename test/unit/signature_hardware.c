/*
 * SSH signatures by hardware keys: the authenticator is played here (PROTOCOL.u2f, PROTOCOL.sshsig
 * of OpenSSH), and ssh-keygen -Y verify takes what it makes.
 */
#include "common/key/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "common/base/base64.h"
#include "test/sandbox.h"

static const struct key_owner owner = { .person = (const struct person *)"whose it is" };

#define NOW 1798761600 /* 2027-01-01 */
#define TOUCHED 1
#define COUNTER 7
#define ECDSA "sk-ecdsa-sha2-nistp256@openssh.com"
#define ED25519 "sk-ssh-ed25519@openssh.com"
#define TYPES 2

static const char payload_text[] = "tree 0\n\na payload\n";
static const char *const type_names[TYPES] = { ED25519, ECDSA };
static EVP_PKEY *pkeys[TYPES];
static char output[65536];

static void add_u32(struct buf *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(out, (char)(value >> shift));
}

static void add_string(struct buf *out, struct span bytes)
{
	add_u32(out, (uint32_t)bytes.len);
	buf_addspan(out, bytes);
}

static void add_hash(struct buf *out, const char *digest, struct span bytes)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	size_t size = 0;

	assert_int_equal(EVP_Q_digest(NULL, digest, NULL, bytes.data, bytes.len, hash, &size), 1);
	buf_add(out, hash, size);
}

static void add_public(struct buf *out, int type, const char *application)
{
	unsigned char point[65];
	size_t size = sizeof(point);

	add_string(out, span_of(type_names[type]));
	if (type == 0) {
		assert_int_equal(EVP_PKEY_get_raw_public_key(pkeys[type], point, &size), 1);
	} else {
		assert_int_equal(
			EVP_PKEY_get_octet_string_param(pkeys[type], "pub", point, size, &size), 1);
		add_string(out, span_of("nistp256"));
	}
	add_string(out, (struct span){ (char *)point, size });
	add_string(out, span_of(application));
}

/* A number of libcrypto's as SSH writes it. */
static void add_number(struct buf *out, const BIGNUM *number)
{
	unsigned char bytes[40] = { 0 };
	int size = BN_bn2bin(number, bytes + 1), sign = bytes[1] >> 7;

	add_string(out, (struct span){ (char *)bytes + 1 - sign, (size_t)(size + sign) });
}

/* The key's own signature of the authenticator's data, as SSH writes it. */
static void add_signed(struct buf *out, int type, struct span data)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char bytes[128];
	const unsigned char *der = bytes;
	size_t size = sizeof(bytes);
	ECDSA_SIG *pair;

	assert_int_equal(
		EVP_DigestSignInit(ctx, NULL, type ? EVP_sha256() : NULL, NULL, pkeys[type]), 1);
	assert_int_equal(
		EVP_DigestSign(ctx, bytes, &size, (const unsigned char *)data.data, data.len), 1);
	EVP_MD_CTX_free(ctx);
	if (type == 0) {
		buf_add(out, bytes, size);
		return;
	}
	pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
	assert_non_null(pair);
	add_number(out, ECDSA_SIG_get0_r(pair));
	add_number(out, ECDSA_SIG_get0_s(pair));
	ECDSA_SIG_free(pair);
}

/* What the authenticator is asked to do. */
struct asked {
	int type;
	const char *application; /* that it signs for */
	unsigned int flags;
};

static void add_inner(struct buf *out, const struct asked *asked)
{
	struct buf hash = BUF_INIT(256), message = BUF_INIT(1024), data = BUF_INIT(1024);
	struct buf made = BUF_INIT(1024);

	add_hash(&hash, "SHA512", span_of(payload_text));
	buf_adds(&message, "SSHSIG");
	add_string(&message, span_of("git"));
	add_string(&message, span_of(""));
	add_string(&message, span_of("sha512"));
	add_string(&message, buf_span(&hash));
	add_hash(&data, "SHA256", span_of(asked->application));
	buf_addc(&data, (char)asked->flags);
	add_u32(&data, COUNTER);
	add_hash(&data, "SHA256", buf_span(&message));
	add_signed(&made, asked->type, buf_span(&data));
	add_string(out, span_of(type_names[asked->type]));
	add_string(out, buf_span(&made));
	buf_addc(out, (char)asked->flags);
	add_u32(out, COUNTER);
	buf_release(&made);
	buf_release(&data);
	buf_release(&message);
	buf_release(&hash);
}

/* The bytes of a signature by the key for `ssh:`. */
static void add_signature(struct buf *out, const struct asked *asked)
{
	struct buf key = BUF_INIT(1024), inner = BUF_INIT(1024);

	add_public(&key, asked->type, "ssh:");
	add_inner(&inner, asked);
	buf_adds(out, "SSHSIG");
	add_u32(out, 1);
	add_string(out, buf_span(&key));
	add_string(out, span_of("git"));
	add_string(out, span_of(""));
	add_string(out, span_of("sha512"));
	add_string(out, buf_span(&inner));
	buf_release(&inner);
	buf_release(&key);
}

static void enarmour(struct buf *out, struct span bytes)
{
	buf_clear(out);
	buf_adds(out, "-----BEGIN SSH SIGNATURE-----\n");
	base64_encode(out, bytes);
	buf_adds(out, "\n-----END SSH SIGNATURE-----\n");
}

static void put(const char *name, struct span text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text.data, 1, text.len, file), text.len);
	fclose(file);
}

/* An authorized_keys line. */
static void add_line(struct buf *out, int type, const char *options)
{
	struct buf key = BUF_INIT(1024);

	add_public(&key, type, "ssh:");
	buf_addf(out, "%s%s ", options, type_names[type]);
	base64_encode(out, buf_span(&key));
	buf_release(&key);
}

static struct signature_check judge(int type, const char *options, struct span bytes)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct buf line = BUF_INIT(4096), text = BUF_INIT(8192);
	struct signature_check check;
	struct keyring *ring;
	struct fault f = { 0 };
	struct key key;
	const char *why = "";

	add_line(&line, type, options);
	if (key_parse(&key, &arena, buf_span(&line), "/", &why) < 0)
		fail_msg("%s", why);
	assert_int_equal(keyring_new(&ring, &f), 0);
	assert_int_equal(keyring_add(ring, &key, owner, &f), 0);
	enarmour(&text, bytes);
	assert_int_equal(
		signature_verify(ring, span_of(payload_text), buf_span(&text), NOW, &check, &f), 0);
	keyring_free(ring);
	buf_release(&text);
	buf_release(&line);
	arena_release(&arena);
	return check;
}

/* Whether ssh-keygen takes it. */
static bool oracle(int type, struct span bytes)
{
	struct buf text = BUF_INIT(8192);
	int status;

	buf_adds(&text, "a@b ");
	add_line(&text, type, "");
	buf_adds(&text, "\n");
	put("allowed", buf_span(&text));
	enarmour(&text, bytes);
	put("sig", buf_span(&text));
	put("payload", span_of(payload_text));
	status = sandbox_run(output, sizeof(output),
		"ssh-keygen -Y verify -n git -I a@b -f allowed -s sig <payload 2>&1");
	buf_release(&text);
	return status == 0;
}

static int setup(void **state)
{
	(void)state;
	sandbox_enter();
	pkeys[0] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	pkeys[1] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	return pkeys[0] && pkeys[1] ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	for (int type = 0; type < TYPES; type++)
		EVP_PKEY_free(pkeys[type]);
	return 0;
}

static void touched_is_good_to_both(void **state)
{
	(void)state;
	for (int type = 0; type < TYPES; type++) {
		struct buf bytes = BUF_INIT(4096);
		struct signature_check check;

		add_signature(&bytes, &(struct asked){ type, "ssh:", TOUCHED });
		check = judge(type, "", buf_span(&bytes));
		if (check.verdict != SIGNATURE_GOOD)
			fail_msg("%s: %s", type_names[type], check.why);
		assert_ptr_equal(check.owner.person, owner.person);
		assert_true(check.hardware);
		assert_true(check.touched);
		if (!oracle(type, buf_span(&bytes)))
			fail_msg("ssh-keygen: %s", output);
		buf_release(&bytes);
	}
}

/* ssh-keygen takes these, too: we ask for more. */
static void untouched_is_bad_unless_the_key_may(void **state)
{
	(void)state;
	for (int type = 0; type < TYPES; type++) {
		struct buf bytes = BUF_INIT(4096);
		struct signature_check check;

		add_signature(&bytes, &(struct asked){ type, "ssh:", 0 });
		check = judge(type, "", buf_span(&bytes));
		assert_int_equal(check.verdict, SIGNATURE_BAD);
		assert_string_equal(check.why, "the hardware key was not touched");
		check = judge(type, "no-touch-required ", buf_span(&bytes));
		assert_int_equal(check.verdict, SIGNATURE_GOOD);
		assert_true(check.hardware);
		assert_false(check.touched);
		buf_release(&bytes);
	}
}

static void another_application_is_bad_to_both(void **state)
{
	(void)state;
	for (int type = 0; type < TYPES; type++) {
		struct buf bytes = BUF_INIT(4096);

		add_signature(&bytes, &(struct asked){ type, "webauthn.example", TOUCHED });
		assert_int_equal(judge(type, "", buf_span(&bytes)).verdict, SIGNATURE_BAD);
		assert_false(oracle(type, buf_span(&bytes)));
		buf_release(&bytes);
	}
}

static void no_damaged_signature_is_good(void **state)
{
	(void)state;
	for (int type = 0; type < TYPES; type++) {
		struct buf bytes = BUF_INIT(4096);

		add_signature(&bytes, &(struct asked){ type, "ssh:", TOUCHED });
		for (size_t i = 0; i < bytes.len * 8; i++) {
			bytes.data[i / 8] ^= (char)(1 << i % 8);
			if (judge(type, "", buf_span(&bytes)).verdict == SIGNATURE_GOOD)
				fail_msg("%s: good with bit %zu flipped", type_names[type], i);
			if (i % 256 == 77 || i / 8 == bytes.len - 5) /* the flags among them */
				assert_false(oracle(type, buf_span(&bytes)));
			bytes.data[i / 8] ^= (char)(1 << i % 8);
		}
		for (size_t len = 0; len < bytes.len; len++)
			assert_int_not_equal(
				judge(type, "", (struct span){ bytes.data, len }).verdict,
				SIGNATURE_GOOD);
		buf_addc(&bytes, '\0');
		assert_int_equal(judge(type, "", buf_span(&bytes)).verdict, SIGNATURE_MALFORMED);
		buf_release(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(touched_is_good_to_both),
		cmocka_unit_test(untouched_is_bad_unless_the_key_may),
		cmocka_unit_test(another_application_is_bad_to_both),
		cmocka_unit_test(no_damaged_signature_is_good),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
