/* Which words of a changed line are marked, and that marks are whole whatever the lines hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/buf.h"
#include "hooks/review/lines/words.h"

/* `a [b] c`: the line with its marks in brackets. */
static void shown(struct buf *out, const char *line, const struct word_marks *marks)
{
	size_t at = 0;

	for (size_t i = 0; i < marks->count; i++) {
		buf_add(out, line + at, marks->items[i].from - at);
		buf_adds(out, "[");
		at = marks->items[i].to;
		buf_add(out, line + marks->items[i].from, at - marks->items[i].from);
		buf_adds(out, "]");
	}
	buf_adds(out, line + at);
}

static const struct {
	const char *old, *new, *old_marked, *new_marked; /* NULL: none */
} rows[] = {
	{ "size = 1", "size = 2", "size = [1]", "size = [2]" },
	{ "int a;", "int b;", "int [a];", "int [b];" },
	{ "a(x)", "a(x, y)", "a(x)", "a(x[, y])" },
	{ "x = prefix_one;", "x = prefix_two;", "x = [prefix_one];", "x = [prefix_two];" },
	{ "same", "same", "same", "same" },
	{ "Gr\xc3\xb6\xc3\x9f"
	  "e = 1",
		"Gr\xc3\xb6"
		"sse = 1",
		"[Gr\xc3\xb6\xc3\x9f"
		"e] = 1",
		"[Gr\xc3\xb6"
		"sse] = 1" },
	{ "allow from 10.0.0.0", "deny everything else", NULL, NULL },
	{ "a   b", "a b", "a [  ]b", "a b" },
	{ "", "", "", "" },
	{ "", "x", "", "[x]" },
	{ "x", "", "[x]", "" },
};

static void test_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf old = BUF_INIT(1024), new = BUF_INIT(1024);
		struct word_marks in_old, in_new;
		bool marked =
			words_mark(span_of(rows[i].old), span_of(rows[i].new), &in_old, &in_new);

		assert_int_equal(marked, rows[i].old_marked != NULL);
		if (!marked) {
			assert_int_equal(in_old.count + in_new.count, 0);
			continue;
		}
		shown(&old, rows[i].old, &in_old);
		shown(&new, rows[i].new, &in_new);
		assert_string_equal(old.data, rows[i].old_marked);
		assert_string_equal(new.data, rows[i].new_marked);
		buf_release(&old);
		buf_release(&new);
	}
}

/* What is not marked, one behind the other. */
static void unmarked(struct buf *out, struct span line, const struct word_marks *marks)
{
	size_t at = 0;

	for (size_t i = 0; i < marks->count; i++) {
		assert_true(
			marks->items[i].from >= at && marks->items[i].to > marks->items[i].from);
		assert_true(marks->items[i].to <= line.len);
		buf_add(out, line.data + at, marks->items[i].from - at);
		at = marks->items[i].to;
	}
	buf_add(out, line.data + at, line.len - at);
}

/* Lines of a few letters and of very many words: what is not marked is the same in both. */
static void test_the_rest_is_the_same(void **state)
{
	static const char letters[] = "ab _.\t\xc3\xb6\xff(";
	static char lines[2][3000];

	(void)state;
	srand(7);
	for (int run = 0; run < 3000; run++) {
		struct span spans[2];
		struct word_marks marks[2];
		struct buf rest[2] = { BUF_INIT(8192), BUF_INIT(8192) };

		for (int side = 0; side < 2; side++) {
			size_t len = (size_t)(rand() % (run % 50 ? 40 : 3000));

			for (size_t i = 0; i < len; i++)
				lines[side][i] = letters[(size_t)rand() % (sizeof(letters) - 1)];
			if (side && run % 3)
				len = spans[0].len, memcpy(lines[1], lines[0], len);
			if (side && run % 3 && len)
				lines[1][(size_t)rand() % len] = 'Z';
			spans[side] = (struct span){ lines[side], len };
		}
		if (words_mark(spans[0], spans[1], &marks[0], &marks[1]) &&
			marks[0].count < WORDS_MARKS_MAX && marks[1].count < WORDS_MARKS_MAX) {
			unmarked(&rest[0], spans[0], &marks[0]);
			unmarked(&rest[1], spans[1], &marks[1]);
			assert_true(span_equal(buf_span(&rest[0]), buf_span(&rest[1])));
		}
		buf_release(&rest[0]);
		buf_release(&rest[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_the_rest_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
