/*
 * What is remembered of a text is told of that text alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "common/text/known.h"

#define TEXTS (4 * KNOWN_SLOTS)

static void a_text_has_the_answer_that_was_put_last(void **state)
{
	struct known known = KNOWN_INIT(sizeof(int));

	(void)state;
	assert_null(known_find(&known, span_of("a")));
	known_put(&known, span_of("a"), &(int){ 1 });
	known_put(&known, span_of("a"), &(int){ 2 });
	assert_int_equal(*(const int *)known_find(&known, span_of("a")), 2);
	assert_null(known_find(&known, span_of("b")));
	assert_null(known_find(&known, (struct span){ "a", 0 }));
	known_release(&known);
	assert_null(known_find(&known, span_of("a")));
}

/* With more texts than places many fall into the same one. */
static void no_text_has_anothers_answer(void **state)
{
	struct known known = KNOWN_INIT(sizeof(int));
	char text[32];
	int found = 0;

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		(void)snprintf(text, sizeof(text), "text number %d", i);
		known_put(&known, span_of(text), &i);
	}
	for (int i = 0; i < TEXTS; i++) {
		const int *answer;

		(void)snprintf(text, sizeof(text), "text number %d", i);
		answer = known_find(&known, span_of(text));
		found += answer != NULL;
		assert_true(!answer || *answer == i);
	}
	assert_in_range(found, KNOWN_SLOTS / 2, KNOWN_SLOTS);
	known_release(&known);
}

static void what_is_long_is_not_remembered(void **state)
{
	struct known known = KNOWN_INIT(sizeof(int));
	char *text = calloc(KNOWN_LONGEST + 1, 1);

	(void)state;
	assert_non_null(text);
	known_put(&known, (struct span){ text, KNOWN_LONGEST }, &(int){ 1 });
	known_put(&known, (struct span){ text, KNOWN_LONGEST + 1 }, &(int){ 2 });
	assert_non_null(known_find(&known, (struct span){ text, KNOWN_LONGEST }));
	assert_null(known_find(&known, (struct span){ text, KNOWN_LONGEST + 1 }));
	known_release(&known);
	free(text);
}

static long faults(void)
{
	struct rusage used;

	assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
	return used.ru_minflt;
}

/* Every push has such tables, and most put one text into them. */
static void a_table_takes_what_it_remembers_and_no_more(void **state)
{
	struct known known = KNOWN_INIT(256);
	long before = faults();

	(void)state;
	known_put(&known, span_of("a"), (char[256]){ 0 });
	known_release(&known);
	assert_in_range(faults() - before, 0, 512);
	known_put(&known, span_of("a"), (char[256]){ 1 });
	assert_int_equal(*(const char *)known_find(&known, span_of("a")), 1);
	known_release(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_has_the_answer_that_was_put_last),
		cmocka_unit_test(no_text_has_anothers_answer),
		cmocka_unit_test(what_is_long_is_not_remembered),
		cmocka_unit_test(a_table_takes_what_it_remembers_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
