#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/base/digest.h"
#include "common/base/text.h"

static void shown(const char *bytes, size_t len, const char *expected)
{
	struct buf out = BUF_INIT(1024);

	assert_int_equal(text_escape(&out, (struct span){ bytes, len }), 0);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

#define SHOWN(literal, expected) shown(literal, sizeof(literal) - 1, expected)

static void control_characters_are_escaped(void **state)
{
	(void)state;
	SHOWN("a\nb\tc\rd\\e", "a\\nb\\tc\\rd\\\\e");
	SHOWN("\033[31m\0\x7f", "\\x1b[31m\\x00\\x7f");
	SHOWN("\xc2\x85", "\\u{0085}");
}

static void text_is_left_alone(void **state)
{
	(void)state;
	SHOWN("plain text", "plain text");
	SHOWN("na\xc3\xafve \xe2\x9c\xa8 \xf0\x9f\xa4\x96",
		"na\xc3\xafve \xe2\x9c\xa8 \xf0\x9f\xa4\x96");
	SHOWN("\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f");
}

static void invisible_characters_are_shown(void **state)
{
	(void)state;
	SHOWN("a\xe2\x80\xae"
	      "b",
		"a\\u{202e}b");
	SHOWN("a\xe2\x80\x8b"
	      "b",
		"a\\u{200b}b");
	SHOWN("a\xef\xb8\x8f"
	      "b",
		"a\\u{fe0f}b");
	SHOWN("\xf3\xa0\x81\x81", "\\u{e0041}");
	SHOWN("\xe2\x80\xa8", "\\u{2028}");
}

static void bad_utf8_is_shown_byte_by_byte(void **state)
{
	(void)state;
	SHOWN("\xff\xfe", "\\xff\\xfe");
	SHOWN("\xc0\xaf", "\\xc0\\xaf");
	SHOWN("\xed\xa0\x80", "\\xed\\xa0\\x80");
	SHOWN("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	SHOWN("\xe2\x82", "\\xe2\\x82");
	assert_false(text_is_utf8((struct span){ "\xe2\x82", 2 }));
	assert_true(text_is_utf8((struct span){ "\xe2\x82\xac", 3 }));
}

static void a_full_buffer_is_said(void **state)
{
	struct buf out = BUF_INIT(3);

	(void)state;
	assert_int_equal(text_escape(&out, span_of("\n\n")), -1);
	buf_release(&out);
}

/* FIPS 180-4's own examples, and a million letters. */
static void digests_are_sha256(void **state)
{
	static char million[1000000];
	struct digest_text digest;
	struct fault f = { 0 };

	(void)state;
	memset(million, 'a', sizeof(million));
	assert_int_equal(digest_of(span_of("abc"), &digest, &f), 0);
	assert_string_equal(
		digest.hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(digest_of((struct span){ NULL, 0 }, &digest, &f), 0);
	assert_string_equal(
		digest.hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_int_equal(digest_of((struct span){ million, sizeof(million) }, &digest, &f), 0);
	assert_string_equal(
		digest.hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void add_in_parts(struct digest *digest, struct span bytes)
{
	for (size_t part = 1; bytes.len; part = part % 70 + 1) {
		struct span some = { bytes.data, part < bytes.len ? part : bytes.len };

		digest_add(digest, some);
		bytes.data += some.len;
		bytes.len -= some.len;
	}
}

/* Of every length around the blocks', whole and in parts, and with keys of as many. */
static void digests_are_those_of_libcrypto(void **state)
{
	unsigned char bytes[300], ours[DIGEST_SIZE], theirs[EVP_MAX_MD_SIZE];
	struct digest digest;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + (i >> 3));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct span all = { (const char *)bytes, len };

		assert_int_equal(EVP_Digest(bytes, len, theirs, NULL, EVP_sha256(), NULL), 1);
		digest_sha256(ours, all);
		assert_memory_equal(ours, theirs, DIGEST_SIZE);
		digest_begin(&digest, DIGEST_SIZE);
		add_in_parts(&digest, all);
		digest_end(&digest, ours);
		assert_memory_equal(ours, theirs, DIGEST_SIZE);
		assert_int_equal(EVP_Digest(bytes, len, theirs, NULL, EVP_sha1(), NULL), 1);
		digest_begin(&digest, DIGEST_SHA1);
		add_in_parts(&digest, all);
		digest_end(&digest, ours);
		assert_memory_equal(ours, theirs, DIGEST_SHA1);
		assert_non_null(
			HMAC(EVP_sha256(), bytes, (int)len, bytes, 300 - len, theirs, NULL));
		digest_hmac(ours, all, (struct span){ (const char *)bytes, 300 - len });
		assert_memory_equal(ours, theirs, DIGEST_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_sha256),
		cmocka_unit_test(digests_are_those_of_libcrypto),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(text_is_left_alone),
		cmocka_unit_test(invisible_characters_are_shown),
		cmocka_unit_test(bad_utf8_is_shown_byte_by_byte),
		cmocka_unit_test(a_full_buffer_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
