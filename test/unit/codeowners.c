/*
 * CODEOWNERS of GitHub, GitLab and Gitea: who owns what, and what is not understood decides for
 * nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "common/path/codeowners.h"

/*
 * The owners of a path with blanks between them, `?` when that cannot be told, and `*N` for
 * approvals.
 */
static const char *owners_of(enum codeowners_syntax syntax, const char *file, const char *path)
{
	static char text[1024];
	struct codeowners *owners;
	struct codeowners_answer answer;
	struct fault f = { 0 };
	size_t len = 0;

	assert_int_equal(codeowners_parse(&owners, syntax, span_of(file), &f), 0);
	assert_int_equal(codeowners_of(owners, span_of(path), &answer, &f), 0);
	text[0] = '\0';
	if (answer.uncertain)
		(void)snprintf(text, sizeof(text), "?");
	for (names name = answer.owners; *name; name++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, "%s%s", len ? " " : "", *name);
	if (answer.approvals)
		(void)snprintf(text + strlen(text), 16, "*%d", answer.approvals);
	codeowners_free(owners);
	return text;
}

static void test_github(void **state)
{
	static const char file[] = "# who owns what\n"
				   "*       @global-1 @global-2\n"
				   "*.js    @js-owner # inline\n"
				   "*.go docs@example.com\r\n"
				   "/build/logs/ @doctocat\n"
				   "docs/*  docs@example.com\n"
				   "apps/ @octocat\n"
				   "/scripts/ @a @b @a\n"
				   "**/logs @logs\n"
				   "/apps/github\n"
				   "path\\ with\\ space @space\n";
	static const struct {
		const char *path, *owners;
	} cases[] = {
		{ "README", "@global-1 @global-2" },
		{ "src/deep/a.js", "@js-owner" },
		{ "a.go", "docs@example.com" },
		{ "build/logs/x/y", "@logs" },
		{ "deploy/logs", "@logs" },
		{ "deploy/logs/x", "@logs" },
		{ "deploy/catalogs/x", "@global-1 @global-2" },
		{ "docs/a.md", "docs@example.com" },
		{ "docs/deep/a.md", "@global-1 @global-2" },
		{ "x/apps/y", "@octocat" },
		{ "apps", "@global-1 @global-2" },
		{ "apps/github", "" },
		{ "apps/github/z", "" },
		{ "scripts/s", "@a @b" },
		{ "x/scripts/s", "@global-1 @global-2" },
		{ "x/path with space", "@space" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			owners_of(CODEOWNERS_GITHUB, file, cases[i].path), cases[i].owners);
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, "", "a"), "");
}

static void test_gitlab(void **state)
{
	static const char file[] = "* @default\n"
				   "/docs/ @all-docs\n"
				   "/docs/* @root-docs\n"
				   "lib/ @lib\n"
				   "\\#file @pound\n"
				   "[Database][2] @dba\n"
				   "model/db/\n"
				   "/model/db/keys @keeper @@maintainer\n"
				   "!/model/db/free\n"
				   "^[Style] @styler\n"
				   "*.css\n"
				   "[DATABASE]\n"
				   "*.sql @sql\n";
	static const struct {
		const char *path, *owners;
	} cases[] = {
		{ "README", "@default" },
		{ "docs/a", "@root-docs" },
		{ "docs/b/c", "@all-docs" },
		{ "x/lib/y/z", "@lib" },
		{ "#file", "@pound" },
		{ "model/db/x", "@default @dba*2" },
		{ "model/db/keys", "@default @keeper @@maintainer*2" },
		{ "model/db/free", "@default" },
		{ "q/x.sql", "@default @sql*2" },
		{ "a.css", "@default" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			owners_of(CODEOWNERS_GITLAB, file, cases[i].path), cases[i].owners);
	assert_string_equal(owners_of(CODEOWNERS_GITLAB, "^[Style] @s\n*.css\n", "a.css"), "@s");
	assert_string_equal(owners_of(CODEOWNERS_GITLAB, "^[Style] @s\n*.css\n", "a.c"), "");
}

static void test_gitea(void **state)
{
	static const char file[] = ".*\\\\.go @user1 @user2 # comment\n"
				   "frontend/src/.*\\\\.js @org1/team1\n"
				   "!frontend/src/.* @user5\n"
				   "docs/(aws|google)/[^/]*\\\\.(md|txt) @user8\n"
				   "dir/with\\#hash @user9\n";
	static const struct {
		const char *path, *owners;
	} cases[] = {
		{ "a/b.go", "@user1 @user2 @user5" },
		{ "frontend/src/a.js", "@org1/team1" },
		{ "docs/aws/x.md", "@user5 @user8" },
		{ "docs/azure/x.md", "@user5" },
		{ "dir/with#hash", "@user5 @user9" },
		{ "xdir/with#hash", "@user5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			owners_of(CODEOWNERS_GITEA, file, cases[i].path), cases[i].owners);
}

static void test_uncertain(void **state)
{
	(void)state;
	/*
	 * A later line that is understood decides; an earlier one does not, past a line that is
	 * not.
	 */
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, "* @a\n!x @b\n", "y"), "?");
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, "!x @b\n* @a\n", "y"), "@a");
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, "* @a\n[ab].c @b\n", "y"), "?");
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, "* @a\n*.c nobody\n", "y.h"), "?");
	assert_string_equal(owners_of(CODEOWNERS_GITLAB, "* @a\n[Broken @b\n", "y"), "?");
	assert_string_equal(owners_of(CODEOWNERS_GITLAB, "* @a\n[S][0] @b\n", "y"), "?");
	assert_string_equal(owners_of(CODEOWNERS_GITEA, "(a @b\n", "y"), "?");
	assert_string_equal(owners_of(CODEOWNERS_GITEA, "(a)\\\\1 @b\n", "aa"), "?");
}

/* Hostile files take no longer than their size says. */
static void test_linear(void **state)
{
	struct buf file = BUF_INIT((size_t)1 << 20), path = BUF_INIT((size_t)1 << 20);
	clock_t begun = clock();

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_adds(&file, "**/*a");
	buf_adds(&file, "b @x\n");
	for (int i = 0; i < 4000; i++)
		buf_adds(&path, "a");
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, file.data, path.data), "");
	assert_string_equal(owners_of(CODEOWNERS_GITLAB, file.data, path.data), "");
	(void)owners_of(CODEOWNERS_GITEA, "(a+)+(a*)*b @x\n", path.data);
	assert_true(clock() - begun < 3 * CLOCKS_PER_SEC);
	buf_clear(&file);
	for (int i = 0; i < 20001; i++)
		buf_adds(&file, "a @x\n");
	assert_string_equal(owners_of(CODEOWNERS_GITHUB, file.data, "b"), "?");
	buf_release(&file);
	buf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_github),
		cmocka_unit_test(test_gitlab),
		cmocka_unit_test(test_gitea),
		cmocka_unit_test(test_uncertain),
		cmocka_unit_test(test_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
