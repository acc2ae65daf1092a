#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>
#include <utf8proc.h>

#include "common/base/text.h"
#include "common/path/fold.h"

typedef int folder(struct buf *out, struct span text);

static void assert_folds(folder *fold, const char *from, const char *to)
{
	struct buf out = BUF_INIT(65536);

	assert_int_equal(fold(&out, span_of(from)), 0);
	assert_string_equal(out.data, to);
	buf_release(&out);
}

static void paths_become_what_they_would_become(void **state)
{
	static const char *const cases[][2] = {
		{ "src/main.c", "src/main.c" },
		{ "Infra/Main.TF", "infra/main.tf" },
		{ ".GITHUB/workflows/CI.yml", ".github/workflows/ci.yml" },
		{ "caf\xc3\xa9", "cafe\xcc\x81" },
		{ "cafe\xcc\x81", "cafe\xcc\x81" },
		{ "CAF\xc3\x89", "cafe\xcc\x81" },
		{ ".git\xe2\x80\x8bhub/x", ".github/x" },
		{ ".g\xe2\x80\x8cit", ".git" },
		{ ".g\xef\xbb\xbfit", ".git" },
		{ ".gi\xc2\xadthub", ".github" },
		{ ".git\xe2\x80\xae", ".git" },
		{ ".github./workflows ./ci.yml..", ".github/workflows/ci.yml" },
		{ ".github\\workflows\\CI.yml", ".github\\workflows\\ci.yml" },
		{ ".github.\\workflows .\\x", ".github\\workflows\\x" },
		{ "GIT~1/config", ".git/config" },
		{ "git~9", ".git" },
		{ "git~0", "git~0" },
		{ "GITHUB~1/workflows/x", ".github/workflows/x" },
		{ ".git::$INDEX_ALLOCATION/config", ".git/config" },
		{ ".git:$I30:$INDEX_ALLOCATION", ".git" },
		{ "x.tf:$DATA", "x.tf" },
		{ "x.tf::$data. ", "x.tf" },
		{ "x:y.tf", "x:y.tf" },
		{ "\xef\xbd\x89\xef\xbd\x8e\xef\xbd\x86\xef\xbd\x92\xef\xbd\x81/x", "infra/x" },
		{ "stra\xc3\x9f"
		  "e",
			"strasse" },
		{ "\xe2\x84\xaa"
		  "8s",
			"k8s" },
		{ "a\xef\xbc\x8f"
		  "b",
			"a_b" },
		{ "a\xff\xfe"
		  "b.TF",
			"a\xff\xfe"
			"b.tf" },
		{ "\xc2\xad", "" },
		{ "...", "..." },
		{ "..", ".." },
		{ " ", " " },
		{ "", "" },
		{ "a//b", "a//b" },
		{ "/a/", "/a/" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = BUF_INIT(65536);

		assert_int_equal(buf_adds(&out, ""), 0);
		assert_int_equal(fold_path(&out, span_of(cases[i][0])), 0);
		assert_string_equal(out.data, cases[i][1]);
		buf_release(&out);
	}
}

static void text_reads_as_a_person_reads_it(void **state)
{
	(void)state;
	assert_folds(fold_text, "Co-Authored-By: Claude", "co-authored-by: claude");
	assert_folds(fold_text, "Cl\xd0\xb0ude", "claude");
	assert_folds(fold_text, "\xd0\xa1laude", "claude");
	assert_folds(fold_text, "C\xe2\x80\x8blaude", "claude");
	assert_folds(fold_text, "Claude\xef\xbc\x9a x", "claude: x");
	assert_folds(fold_text, "\xef\xbc\xa3laude", "claude");
	assert_folds(fold_text, "\xf0\x9d\x90\x82\xf0\x9d\x90\xa5\xf0\x9d\x90\x9aude", "claude");
	assert_folds(fold_text, "c\xce\xbfpilot", "copilot");
	assert_folds(fold_text, "cop\xc4\xb1lot", "copilot");
	assert_folds(fold_text,
		"Co\xe2\x80\x91"
		"authored",
		"co-authored");
	assert_folds(fold_text, "a\nB\r\n", "a\nb\r\n");
}

static void append_character(struct buf *b, utf8proc_int32_t character)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t len = utf8proc_encode_char(character, bytes);

	assert_int_equal(buf_add(b, bytes, (size_t)len), 0);
}

static void folding_twice_changes_nothing_more(void **state)
{
	struct buf in = BUF_INIT(64), once = BUF_INIT(4096), twice = BUF_INIT(4096);

	(void)state;
	for (utf8proc_int32_t c = 0x80; c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		buf_clear(&in);
		buf_clear(&once);
		buf_clear(&twice);
		append_character(&in, 'a');
		append_character(&in, c);
		append_character(&in, 'b');
		assert_int_equal(fold_path(&once, buf_span(&in)), 0);
		assert_int_equal(fold_path(&twice, buf_span(&once)), 0);
		if (!span_equal(buf_span(&once), buf_span(&twice)))
			print_error("U+%04X\n", (unsigned)c);
		assert_true(span_equal(buf_span(&once), buf_span(&twice)));
	}
	buf_release(&in);
	buf_release(&once);
	buf_release(&twice);
}

/* What HFS+ ignores in names, from its tables as git knows them. */
static void what_hfs_ignores_is_dropped(void **state)
{
	static const utf8proc_int32_t ranges[][2] = { { 0x200c, 0x200f }, { 0x202a, 0x202e },
		{ 0x206a, 0x206f }, { 0xfeff, 0xfeff } };

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		for (utf8proc_int32_t c = ranges[i][0]; c <= ranges[i][1]; c++) {
			struct buf in = BUF_INIT(64);

			assert_int_equal(buf_adds(&in, ".gi"), 0);
			append_character(&in, c);
			assert_int_equal(buf_adds(&in, "t"), 0);
			assert_folds(fold_path, in.data, ".git");
			buf_release(&in);
		}
}

static void many_marks_take_linear_time(void **state)
{
	struct buf in = BUF_INIT(8 << 20), out = BUF_INIT(64 << 20);
	clock_t start = clock();

	(void)state;
	assert_int_equal(buf_adds(&in, "a"), 0);
	for (int i = 0; i < 500000; i++)
		append_character(&in, i % 2 ? 0x0301 : 0x0323);
	assert_int_equal(fold_text(&out, buf_span(&in)), 0);
	assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
	buf_release(&in);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_become_what_they_would_become),
		cmocka_unit_test(text_reads_as_a_person_reads_it),
		cmocka_unit_test(folding_twice_changes_nothing_more),
		cmocka_unit_test(what_hfs_ignores_is_dropped),
		cmocka_unit_test(many_marks_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
