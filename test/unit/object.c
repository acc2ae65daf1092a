#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/git/object.h"

#define HEX "0123456789abcdef0123456789abcdef01234567"
#define TREE "tree " HEX "\n"
#define PARENT "parent " HEX "\n"
#define AUTHOR "author A U <a@b.c> 1700000000 +0100\n"
#define COMMITTER "committer C <c@b.c> 1700000001 -0000\n"
#define HEAD TREE PARENT AUTHOR COMMITTER
#define SIG "gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n"
#define MERGETAG "mergetag object " HEX "\n type commit\n \n text\n"

#define BYTES(text)                    \
	(struct span)                  \
	{                              \
		text, sizeof(text) - 1 \
	}

static void a_commit_is_read_whole(void **state)
{
	static const char raw[] =
		HEAD "encoding ISO-8859-1\n" MERGETAG MERGETAG SIG "\nHello\n\nyou\n";
	struct commit c;
	const char *why = NULL;
	struct oid parent;

	(void)state;
	assert_int_equal(commit_parse(&c, OID_SHA1, BYTES(raw), &why), 0);
	assert_int_equal(c.parent_count, 1);
	parent = commit_parent(&c, 0);
	assert_string_equal(oid_text(&parent).hex, HEX);
	assert_true(span_is(c.author.name, "A U"));
	assert_true(span_is(c.author.email, "a@b.c"));
	assert_int_equal(c.author.time, 1700000000);
	assert_true(span_is(c.encoding, "ISO-8859-1"));
	assert_true(span_is(c.signature, SIG));
	assert_false(c.signature_foreign);
	assert_true(span_is(c.mergetags, MERGETAG MERGETAG));
	assert_true(span_is(c.message, "Hello\n\nyou\n"));
}

static void commits_that_git_and_tools_make_are_read(void **state)
{
	static const char *const good[] = {
		TREE AUTHOR COMMITTER "\n",
		TREE PARENT PARENT PARENT AUTHOR COMMITTER "\nx",
		HEAD SIG MERGETAG "\nx",
		HEAD "change-id kkkk\n" SIG "\nx",
		HEAD "gitbutler-headers-version 2\ngitbutler-change-id 1-2\n\nx",
		TREE "author <> 0 +0000\n" COMMITTER "\n",
		TREE "author  <> 0 +0000\n" COMMITTER "\n",
		TREE "author \xff\xfe, Jr. \"x\" <not an address> 1 +0000\n" COMMITTER "\n",
		HEAD "gpgsig-sha256 x\n\nx",
		HEAD "\ngpgsig x\n",
		HEAD "HG:rename a:b\nHG:rename c:d\n\nx",
		TREE "author A <a@b> 01 +0000\n" COMMITTER "\n",
		TREE "author A <a@b> 1 -700\n" COMMITTER "\n",
		TREE "author A <a@b> 1 --700\n" COMMITTER "\n",
		TREE "author A, B<a@b> 1 +051800\n" COMMITTER "\n",
	};
	struct commit c;
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		why = "none";
		if (commit_parse(&c, OID_SHA1, span_of(good[i]), &why) < 0)
			fail_msg("%s: %s", why, good[i]);
	}
	assert_int_equal(c.signature.len, 0);
}

static void malformed_commits_are_not_read(void **state)
{
	static const struct {
		struct span raw;
	} bad[] = {
		{ BYTES("") },
		{ BYTES(TREE) },
		{ BYTES(HEAD) },
		{ BYTES(TREE AUTHOR COMMITTER) },
		{ BYTES(TREE AUTHOR "\n") },
		{ BYTES(TREE COMMITTER "\n") },
		{ BYTES(TREE COMMITTER AUTHOR "\n") },
		{ BYTES(PARENT TREE AUTHOR COMMITTER "\n") },
		{ BYTES(TREE TREE AUTHOR COMMITTER "\n") },
		{ BYTES(TREE AUTHOR AUTHOR COMMITTER "\n") },
		{ BYTES(TREE AUTHOR COMMITTER COMMITTER "\n") },
		{ BYTES(TREE AUTHOR PARENT COMMITTER "\n") },
		{ BYTES(HEAD "\nx\0y") },
		{ BYTES(TREE "author A\0 <a@b> 1 +0000\n" COMMITTER "\n") },
		{ BYTES(HEAD SIG SIG "\nx") },
		{ BYTES(HEAD SIG "gpgsig-sha256 x\n\nx") },
		{ BYTES(HEAD MERGETAG SIG MERGETAG "\nx") },
		{ BYTES(HEAD "encoding a\nencoding b\n\nx") },
		{ BYTES(HEAD "encoding \n\nx") },
		{ BYTES(HEAD "encoding a\n b\n\nx") },
		{ BYTES(HEAD " folded\n\nx") },
		{ BYTES(HEAD "gpgsig\n\nx") },
		{ BYTES(HEAD "gpgsig x") },
		{ BYTES(HEAD "author A <a@b> 1 +0000\n\nx") },
		{ BYTES(HEAD PARENT "\nx") },
		{ BYTES("tree " HEX "\r\n" AUTHOR COMMITTER "\n") },
		{ BYTES("tree  " HEX "\n" AUTHOR COMMITTER "\n") },
		{ BYTES("tree 0123456789ABCDEF0123456789abcdef01234567\n" AUTHOR COMMITTER "\n") },
		{ BYTES("tree " HEX "89\n" AUTHOR COMMITTER "\n") },
		{ BYTES(TREE "parent 01234\n" AUTHOR COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b> 1 +0000 \n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b> -1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b> 1 0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b> 9999999999999999999 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b>1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b>\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b> \n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b> <c@d> 1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a<b> 1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A> <a@b> 1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A <a@b>> 1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author A a@b 1 +0000\n" COMMITTER "\n") },
		{ BYTES(TREE "author \n" COMMITTER "\n") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct commit c;
		const char *why = NULL;

		if (commit_parse(&c, OID_SHA1, bad[i].raw, &why) == 0)
			fail_msg("read, but malformed: %s", bad[i].raw.data);
		assert_non_null(why);
	}
}

static void a_commit_has_not_more_parents_than_the_limit(void **state)
{
	static char raw[sizeof(TREE AUTHOR COMMITTER) + 1 +
			(COMMIT_PARENTS_MAX + 1) * (sizeof(PARENT) - 1)];
	struct commit c;
	const char *why = NULL;

	(void)state;
	for (int over = 0; over < 2; over++) {
		strcpy(raw, TREE);
		for (int i = 0; i < COMMIT_PARENTS_MAX + over; i++)
			strcpy(raw + sizeof(TREE) - 1 + (size_t)i * (sizeof(PARENT) - 1), PARENT);
		strcat(raw, AUTHOR COMMITTER "\n");
		assert_int_equal(commit_parse(&c, OID_SHA1, span_of(raw), &why), -over);
	}
	assert_string_equal(why, "too many parents");
}

#define TAG "object " HEX "\ntype commit\ntag v1\n"
#define TAGGER "tagger T <t@x> 5 +0000\n"

static void a_tag_is_read_whole(void **state)
{
	static const char raw[] = TAG TAGGER "\nText\n-----BEGIN SSH SIGNATURE-----\nAA\n";
	struct tag t;
	const char *why;

	(void)state;
	assert_int_equal(tag_parse(&t, OID_SHA1, BYTES(raw), &why), 0);
	assert_int_equal(t.target_type, OBJECT_COMMIT);
	assert_string_equal(oid_text(&t.target).hex, HEX);
	assert_true(span_is(t.name, "v1"));
	assert_true(span_is(t.tagger.email, "t@x"));
	assert_true(span_is(t.message, "Text\n"));
	assert_true(span_is(t.signature, "-----BEGIN SSH SIGNATURE-----\nAA\n"));
	assert_int_equal(
		tag_parse(&t, OID_SHA1, BYTES(TAG "\n -----BEGIN SSH SIGNATURE-----\n"), &why), 0);
	assert_int_equal(t.signature.len, 0);
	assert_int_equal(t.tagger.raw.len, 0);
	assert_int_equal(t.message.len, 31);
}

static void malformed_tags_are_not_read(void **state)
{
	static const struct {
		struct span raw;
	} bad[] = {
		{ BYTES("") },
		{ BYTES(TAG) },
		{ BYTES(TAG TAGGER) },
		{ BYTES(TAG TAGGER TAGGER "\n") },
		{ BYTES(TAG "x y\n\n") },
		{ BYTES("object " HEX "\ntype branch\ntag v1\n\n") },
		{ BYTES("object " HEX "\ntag v1\ntype commit\n\n") },
		{ BYTES("object " HEX "\ntype commit\ntag \n\n") },
		{ BYTES("type commit\nobject " HEX "\ntag v1\n\n") },
		{ BYTES(TAG "tagger T t@x 5 +0000\n\n") },
		{ BYTES(TAG TAGGER "\nx\0") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tag t;
		const char *why = NULL;

		if (tag_parse(&t, OID_SHA1, bad[i].raw, &why) == 0)
			fail_msg("read, but malformed: %s", bad[i].raw.data);
		assert_non_null(why);
	}
}

#define ID "ABCDEFGHIJKLMNOPQRST"
#define E(mode, name) mode " " name "\0" ID

static int read_tree(struct span rest, const char **why)
{
	struct tree_entry entry, previous = tree_begin(OID_SHA1);
	int count = 0, got;

	*why = "";
	while ((got = tree_next(&rest, &entry, &previous, why)) > 0)
		count++;
	return got < 0 ? -1 : count;
}

static void trees_that_git_makes_are_read(void **state)
{
	static const struct {
		int count;
		struct span raw;
	} good[] = {
		{ 0, BYTES("") },
		{ 1, BYTES(E("100644", "a")) },
		{ 6, BYTES(E("100644", "a") E("100664", "a.b") E("100755", "b") E("160000", "c")
				     E("40000", "d") E("120000", "e")) },
		{ 3, BYTES(E("100644", "a-") E("40000", "a") E("100644", "a0")) },
		{ 3, BYTES(E("100644", "a") E("100644", "a!") E("40000", "aa")) },
		{ 2, BYTES(E("100644", ".gitattributes") E("100644", ".gitignore")) },
		{ 2, BYTES(E("100644", ".gitmodules") E("100644", "git~2")) },
		{ 1, BYTES(E("100644", "...")) },
		{ 1, BYTES(E("100644", ".gi")) },
		{ 1, BYTES(E("100644", ".git-x")) },
		{ 1, BYTES(E("120000", ".gitattributes")) },
		{ 1, BYTES(E("100644", "\xff\xfe\n\t\x1b")) },
		{ 1, BYTES(E("100644", "a\\.gitx")) },
		{ 1, BYTES(E("100644", "\xe2\x80\x8b.git")) },
		{ 3, BYTES(E("0100600", "a") E("100744", "b") E("040000", "c")) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *why;

		if (read_tree(good[i].raw, &why) != good[i].count)
			fail_msg("%zu: %s", i, why);
	}
}

static void malformed_trees_are_not_read(void **state)
{
	static const struct {
		struct span raw;
	} bad[] = {
		{ BYTES("100644 a") },
		{ BYTES("100644 a\0short") },
		{ BYTES(E("0", "a")) },
		{ BYTES(E("1006440", "a")) },
		{ BYTES(E("", "a")) },
		{ BYTES(E("100644", "")) },
		{ BYTES(E("100644", "a/b")) },
		{ BYTES(E("40000", ".")) },
		{ BYTES(E("40000", "..")) },
		{ BYTES(E("40000", ".git")) },
		{ BYTES(E("100644", ".git")) },
		{ BYTES(E("40000", ".GIT")) },
		{ BYTES(E("40000", ".gIt. . ")) },
		{ BYTES(E("40000", ".git::$INDEX_ALLOCATION")) },
		{ BYTES(E("40000", ".git ::$INDEX_ALLOCATION")) },
		{ BYTES(E("40000", "GIT~1")) },
		{ BYTES(E("40000", "git~1.")) },
		{ BYTES(E("40000", ".git\\x")) },
		{ BYTES(E("40000", "a\\.git\\x")) },
		{ BYTES(E("40000", "a\\b\\git~1")) },
		{ BYTES(E("40000", ".g\xe2\x80\x8cit")) },
		{ BYTES(E("40000", "\xef\xbb\xbf.git\xe2\x81\xaf")) },
		{ BYTES(E("120000", ".gitmodules")) },
		{ BYTES(E("120000", ".GITmodules")) },
		{ BYTES(E("100644", "a") E("100644", "a")) },
		{ BYTES(E("100644", "b") E("100644", "a")) },
		{ BYTES(E("40000", "a") E("100644", "a-")) },
		{ BYTES(E("100644", "a") E("40000", "a")) },
		{ BYTES(E("100644", "a") E("100644", "a!") E("40000", "a")) },
		{ BYTES(E("100644", "a") E("100644", "a!") E("100644", "a!b") E("160000", "a-")
				E("40000", "a")) },
		{ BYTES(E("100644", "a") "x") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *why = NULL;

		if (read_tree(bad[i].raw, &why) >= 0)
			fail_msg("%zu: read, but malformed", i);
		assert_non_null(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commit_is_read_whole),
		cmocka_unit_test(commits_that_git_and_tools_make_are_read),
		cmocka_unit_test(malformed_commits_are_not_read),
		cmocka_unit_test(a_commit_has_not_more_parents_than_the_limit),
		cmocka_unit_test(a_tag_is_read_whole),
		cmocka_unit_test(malformed_tags_are_not_read),
		cmocka_unit_test(trees_that_git_makes_are_read),
		cmocka_unit_test(malformed_trees_are_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
