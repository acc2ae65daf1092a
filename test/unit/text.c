#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/text.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(text_is_left_alone),
		cmocka_unit_test(invisible_characters_are_shown),
		cmocka_unit_test(bad_utf8_is_shown_byte_by_byte),
		cmocka_unit_test(a_full_buffer_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
