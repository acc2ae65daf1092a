#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/path/fold.h"
#include "common/path/pattern.h"

static struct pattern_set *set_of(enum pattern_mode mode, const char *const *patterns)
{
	struct pattern_set *set;
	struct fault f = { 0 };

	assert_int_equal(pattern_set_new(&set, mode, &f), 0);
	assert_int_equal(pattern_set_list(set), 0);
	for (; *patterns; patterns++)
		assert_int_equal(pattern_set_add(set, 0, span_of(*patterns), &f), 0);
	return set;
}

static bool has(enum pattern_mode mode, const char *pattern, const char *path)
{
	const char *const patterns[] = { pattern, NULL };
	struct pattern_set *set = set_of(mode, patterns);
	struct buf folded = BUF_INIT(65536);
	bool result;

	assert_int_equal(fold_path(&folded, span_of(path)), 0);
	result = pattern_set_has(
		set, 0, mode == PATTERN_GENEROUS ? buf_span(&folded) : span_of(path));
	pattern_set_free(set);
	buf_release(&folded);
	return result;
}

struct matching {
	const char *pattern, *path;
	bool has;
};

static void check(enum pattern_mode mode, const struct matching *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has(mode, cases[i].pattern, cases[i].path) != cases[i].has)
			fail_msg("`%s` and `%s`", cases[i].pattern, cases[i].path);
}

static void exact_patterns_match_as_gitignore_says(void **state)
{
	static const struct matching cases[] = {
		{ "foo", "foo", true },
		{ "foo", "a/foo/b", true },
		{ "foo", "Foo", false },
		{ "foo/", "foo", false },
		{ "foo/", "a/foo/b", true },
		{ "/foo", "a/foo", false },
		{ "/foo", "foo/a", true },
		{ "a/b", "x/a/b", false },
		{ "a/b", "a/b/c", true },
		{ "*.c", "a/b.c", true },
		{ "/*.c", "a/b.c", false },
		{ "a/*/c", "a/b/c", true },
		{ "a/*/c", "a/b/b/c", false },
		{ "a/**/c", "a/c", true },
		{ "a/**/c", "a/b/b/c/d", true },
		{ "a/**", "a", false },
		{ "a/**", "a/b/c", true },
		{ "**/foo", "foo", true },
		{ "**/foo/bar", "x/foo/bar", true },
		{ "a/**/", "a/b", false },
		{ "a/**/", "a/b/c", true },
		{ "[a-c]x", "bx", true },
		{ "[!a-c]x", "bx", false },
		{ "[]x]", "]", true },
		{ "[[:digit:]]", "7", true },
		{ "\\*", "*", true },
		{ "\\*", "x", false },
		{ "\\#a", "#a", true },
		{ "\\!a", "!a", true },
		{ "a\\ ", "a ", true },
		{ "?", "\xc3\xa9", false },
		{ "a*b*c", "aXbXbc", true },
		{ "a\\b", "ab", true },
	};

	(void)state;
	check(PATTERN_EXACT, cases, sizeof(cases) / sizeof(cases[0]));
}

static void generous_patterns_match_what_a_path_would_become(void **state)
{
	static const struct matching cases[] = {
		{ "/Infra/", "infra/x", true },
		{ "/infra/", "INFRA/x", true },
		{ "*.TF", "a.tf", true },
		{ "[A-C]x", "bx", true },
		{ "[[:upper:]]x", "bx", true },
		{ "[!A-C]x", "Bx", true },
		{ "[!a-cA-C]x", "Bx", false },
		{ "caf\xc3\xa9/", "cafe\xcc\x81/x", true },
		{ ".github/workflows/", ".github./workflows /x.yml", true },
		{ ".github/workflows/", ".github\\workflows\\x.yml", true },
		{ "/infra/*.tf", "infra/a\\b.tf", true },
		{ "/infra/*.tf", "infra\\b.tf", true },
		{ "a.", "a", true },
		{ "a*.", "ab", true },
		{ ".git", "GIT~1", true },
		{ "/.github/workflows/", "GITHUB~1/WORKFL~1/x.yml", true },
		{ "/.github/workflows/", ".github/WORKFL~2/x.yml", true },
		{ "/.github/workflows/", ".github/WO3F2A~1/x.yml", true },
		{ "/.github/workflows/", ".github/WORKFX~1/x.yml", false },
		{ ".gitlab-ci.yml", "GITLAB~1.YML", true },
		{ ".gitlab-ci.yml", "GITLAB~1.TXT", false },
		{ "Dockerfile", "a/DOCKER~1", true },
		{ "package-lock.json", "PACKAG~1.JSO", true },
		{ "package.json", "PACKAG~1.JSO", true },
		{ "*.tf", "MAIN~1.TF", true },
		{ "src", "notes~1", false },
		{ "/a b.c/", "ab~1.c/x", true },
		{ "*.tf", "a.tf::$DATA", true },
	};

	(void)state;
	check(PATTERN_GENEROUS, cases, sizeof(cases) / sizeof(cases[0]));
}

/* Keeps whether the last pattern told has the path. */
static int last_decides(void *context, const struct pattern_hit *hit)
{
	*(bool *)context = !hit->negated;
	return 0;
}

static void what_protects_a_folder_has_a_link_in_its_place(void **state)
{
	static const struct {
		enum pattern_mode mode;
		const char *patterns[3], *path;
		bool link, has;
	} cases[] = {
		{ PATTERN_GENEROUS, { "/infra/" }, "Infra", true, true },
		{ PATTERN_GENEROUS, { "/infra/" }, "infra", false, false },
		{ PATTERN_GENEROUS, { "infra/" }, "a/infra", true, true },
		{ PATTERN_GENEROUS, { "/infra/**" }, "infra", true, true },
		{ PATTERN_GENEROUS, { "**/infra/" }, "a/infra", true, true },
		{ PATTERN_GENEROUS, { "**/infra/**" }, "a/infra", true, true },
		{ PATTERN_GENEROUS, { "/a/*/run.sh" }, "a/b", true, true },
		{ PATTERN_GENEROUS, { "/a/*/run.sh" }, "a", true, true },
		{ PATTERN_GENEROUS, { "/a/*/run.sh" }, "b", true, false },
		{ PATTERN_GENEROUS, { "run.sh" }, "a", true, false },
		{ PATTERN_GENEROUS, { "**/run.sh" }, "a", true, false },
		{ PATTERN_GENEROUS, { "/infra/", "!/infra/ok/" }, "infra/ok", true, true },
		{ PATTERN_GENEROUS, { "/infra/", "!/infra/ok" }, "infra/ok", true, false },
		{ PATTERN_EXACT, { "/src/" }, "src", true, false },
		{ PATTERN_EXACT, { "/src/a/" }, "src", true, false },
		{ PATTERN_EXACT, { "*", "!/keys/" }, "keys", true, false },
		{ PATTERN_EXACT, { "*", "!/keys/" }, "keys", false, true },
		{ PATTERN_EXACT, { "*", "!/a/keys/" }, "a", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pattern_set *set = set_of(cases[i].mode, cases[i].patterns);
		struct buf folded = BUF_INIT(4096);
		struct pattern_path path = { .bytes = span_of(cases[i].path),
			.link = cases[i].link };
		bool has = false;

		assert_int_equal(fold_path(&folded, path.bytes), 0);
		path.folded = buf_span(&folded);
		assert_int_equal(pattern_set_match(set, &path, last_decides, &has), 0);
		if (has != cases[i].has)
			fail_msg("case %zu: `%s` %d", i, cases[i].path, has);
		buf_release(&folded);
		pattern_set_free(set);
	}
}

static void patterns_that_can_match_nothing_are_refused(void **state)
{
	static const char *const bad[] = { "", "/", "!", "!/", "//", "a//b", "/a//", "a\\", "[a",
		"[", "[]", "[!]", "[[:nope:]]", "a/../b", "./a", "..", "#a", "a ", "a\\/", "[a-",
		"[[:alpha:" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pattern_set *set;
		struct fault f = { 0 };

		assert_int_equal(pattern_set_new(&set, PATTERN_EXACT, &f), 0);
		assert_int_equal(pattern_set_list(set), 0);
		if (pattern_set_add(set, 0, span_of(bad[i]), &f) == 0)
			fail_msg("`%s` was taken", bad[i]);
		assert_true(f.text[0] != '\0');
		fault_clear(&f);
		assert_int_equal(pattern_set_add(set, 0, span_of("good"), &f), 0);
		assert_true(pattern_set_has(set, 0, span_of("good")));
		pattern_set_free(set);
	}
}

static void the_last_pattern_that_matches_decides(void **state)
{
	static const char *const patterns[] = { "*.c", "!/src/", "/src/x.c", NULL };
	struct pattern_set *set = set_of(PATTERN_EXACT, patterns);

	(void)state;
	assert_true(pattern_set_has(set, 0, span_of("a.c")));
	assert_false(pattern_set_has(set, 0, span_of("src/a.c")));
	assert_true(pattern_set_has(set, 0, span_of("src/x.c")));
	pattern_set_free(set);
}

static void what_takes_back_has_to_fit_byte_for_byte(void **state)
{
	static const char *const patterns[] = { "/infra/", "!/infra/Examples/", "!*.Md", NULL };
	static const struct {
		const char *path;
		bool has;
	} cases[] = {
		{ "infra/main.tf", true },
		{ "INFRA/main.tf", true },
		{ "infra/Examples/main.tf", false },
		{ "infra/examples/main.tf", true },
		{ "infra/EXAMPLES/main.tf", true },
		{ "infra/Examples./main.tf", true },
		{ "infra/Exam\xe2\x80\x8bples/main.tf", true },
		{ "INFRA/Examples/main.tf", true },
		{ "infra\\Examples\\main.tf", true },
		{ "infra/EXAMPL~1/main.tf", true },
		{ "infra/a.Md", false },
		{ "infra/a.md", true },
		{ "infra/a.Md ", true },
	};
	struct pattern_set *set = set_of(PATTERN_GENEROUS, patterns);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf folded = BUF_INIT(65536);
		struct pattern_asked asked = { set, 0, { .bytes = span_of(cases[i].path) } };
		bool matched = false, explained = false;

		assert_int_equal(fold_path(&folded, asked.path.bytes), 0);
		asked.path.folded = buf_span(&folded);
		assert_int_equal(pattern_set_match(set, &asked.path, last_decides, &matched), 0);
		assert_int_equal(pattern_set_explain(&asked, last_decides, &explained), 0);
		if (matched != cases[i].has || explained != cases[i].has)
			fail_msg("%s: %d, explained %d", cases[i].path, matched, explained);
		buf_release(&folded);
	}
	pattern_set_free(set);
}

/* A class's patterns are compiled late; what comes behind them is refused at once all the same. */
static void what_is_put_off_comes_in_its_order(void **state)
{
	static const struct pattern_kept star = { .text = "*.tf" },
					 anchored = { .text = "/x/x.tf" };
	struct fault f = { 0 };
	struct pattern_set *set;

	(void)state;
	assert_int_equal(pattern_set_new(&set, PATTERN_GENEROUS, &f), 0);
	assert_int_equal(pattern_set_list(set), 0);
	assert_int_equal(pattern_set_list(set), 1);
	assert_int_equal(pattern_set_add_class_later(set, 0, &star, &f), 0);
	assert_int_equal(pattern_set_add(set, 1, span_of("/b/"), &f), 0);
	assert_int_equal(pattern_set_add(set, 0, span_of("a//b"), &f), -1);
	fault_clear(&f);
	assert_int_equal(pattern_set_add(set, 0, span_of("!x.tf"), &f), 0);
	assert_int_equal(pattern_set_add_class_later(set, 0, &anchored, &f), 0);
	assert_true(pattern_set_has(set, 0, span_of("a/b.tf")));
	assert_false(pattern_set_has(set, 0, span_of("a/x.tf")));
	assert_true(pattern_set_has(set, 0, span_of("x/x.tf")));
	assert_true(pattern_set_has(set, 1, span_of("b/c")));
	pattern_set_free(set);
	assert_int_equal(pattern_set_new(&set, PATTERN_GENEROUS, &f), 0);
	assert_int_equal(pattern_set_list(set), 0);
	assert_int_equal(pattern_set_add_class_later(set, 0, &star, &f), 0);
	assert_int_equal(pattern_set_add(set, 0, span_of("!x.tf"), &f), 0);
	pattern_set_free(set); /* never asked */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_off_comes_in_its_order),
		cmocka_unit_test(exact_patterns_match_as_gitignore_says),
		cmocka_unit_test(generous_patterns_match_what_a_path_would_become),
		cmocka_unit_test(what_protects_a_folder_has_a_link_in_its_place),
		cmocka_unit_test(patterns_that_can_match_nothing_are_refused),
		cmocka_unit_test(the_last_pattern_that_matches_decides),
		cmocka_unit_test(what_takes_back_has_to_fit_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
