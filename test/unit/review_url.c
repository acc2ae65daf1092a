/* Addresses of the page: bytes of strangers go in and come out whole; what we would not make is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hooks/review/url.h"

static void test_bytes_come_back(void **state)
{
	struct buf query = BUF_INIT(4096), value = BUF_INIT(1024);
	char bytes[255];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i + 1);
	buf_adds(&query, "a=1&name=");
	url_add(&query, (struct span){ bytes, sizeof(bytes) });
	buf_adds(&query, "&name=second");
	for (const char *at = query.data; *at; at++)
		assert_null(strchr("\"'<> \t\r\n\\?#", *at));
	assert_true(url_parameter(query.data, "name", &value));
	assert_true(span_equal(buf_span(&value), (struct span){ bytes, sizeof(bytes) }));
	buf_release(&value);
	buf_release(&query);
}

static const struct {
	const char *query, *value; /* of `x`; NULL: none that can be decoded */
} queries[] = {
	{ "x=1", "1" },
	{ "a=2&x=1", "1" },
	{ "x=a+b%20c", "a b c" },
	{ "x=", NULL },
	{ "xx=1", NULL },
	{ "x", NULL },
	{ "", NULL },
	{ "x=%", NULL },
	{ "x=%4", NULL },
	{ "x=%zz", NULL },
	{ "x=%00", NULL },
	{ "x=a%00b", NULL },
	{ "x=%2F..%2f", "/../" },
	{ "&&&x=1&&", "1" },
	{ "x=1=2", "1=2" },
	{ "x=%c3%28", "\xc3(" },
};

static void test_parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct buf value = BUF_INIT(64);
		bool is = url_parameter(queries[i].query, "x", &value);

		if (!queries[i].value && is && value.len)
			fail_msg("%s: is %s", queries[i].query, value.data);
		if (queries[i].value) {
			assert_true(is);
			assert_string_equal(value.data, queries[i].value);
		}
		buf_release(&value);
	}
}

static void test_what_is_too_long_is_none(void **state)
{
	struct buf value = BUF_INIT(4);

	(void)state;
	assert_false(url_parameter("x=12345", "x", &value));
	buf_release(&value);
}

static void test_paths(void **state)
{
	static const char *const sound[] = { "/", "/a", "/a/b/", "/a.b/.c", "/a..b", "/%2e%2e/" },
				 *const odd[] = { "", "a", "//", "//a", "/a//b", "/.", "/..",
					 "/a/../b", "/a/.", "/...", "/./a" };

	(void)state;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
		if (!url_path_is_sound(sound[i]))
			fail_msg("%s is none", sound[i]);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (url_path_is_sound(odd[i]))
			fail_msg("%s is one", odd[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_come_back),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_what_is_too_long_is_none),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
