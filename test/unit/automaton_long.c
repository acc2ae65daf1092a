/*
 * Long lists, whose automata are made from those of their halves: in both modes each path has the
 * label that the matcher gives it, and no two states of an automaton are alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/automaton/automaton.h"
#include "common/path/fold.h"

#define PATTERNS 100
#define PATHS 20000

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static const char *const folders[] = { "src", "lib", "Docs", "infra", "src-old", "li" };
static const char *const ends[] = { "tf", "yml", "c", "CC", "t" };

#define PICK(list) (list)[draw(sizeof(list) / sizeof((list)[0]))]

static void random_pattern(struct buf *out)
{
	buf_clear(out);
	if (draw(6) == 0)
		(void)buf_addc(out, '!');
	switch (draw(6)) {
	case 0:
		(void)buf_addf(out, "/%s%u/%s%u/", PICK(folders), draw(9), PICK(folders), draw(9));
		return;
	case 1:
		(void)buf_addf(out, "*.%s%u", PICK(ends), draw(9));
		return;
	case 2:
		(void)buf_addf(out, "/%s%u/**/*.%s", PICK(folders), draw(9), PICK(ends));
		return;
	case 3:
		(void)buf_addf(out, "/%s/%s%u*", PICK(folders), PICK(folders), draw(9));
		return;
	case 4:
		(void)buf_addf(out, "%s%u.%s", PICK(folders), draw(9), PICK(ends));
		return;
	default:
		(void)buf_addf(out, "**/%s%u/", PICK(folders), draw(9));
	}
}

static void random_path(struct buf *out)
{
	buf_clear(out);
	for (uint32_t names = 1 + draw(4); names; names--) {
		if (out->len)
			(void)buf_addc(out, '/');
		(void)buf_adds(out, PICK(folders));
		if (draw(3))
			(void)buf_addf(out, "%u", draw(9));
		if (draw(2))
			(void)buf_addf(out, ".%s", PICK(ends));
		if (draw(2))
			(void)buf_addf(out, "%u", draw(9));
	}
}

static int on_hit(void *context, const struct pattern_hit *hit)
{
	*(uint32_t *)context = hit->negated ? LABEL_TAKEN_BACK : LABEL_HAS;
	return 0;
}

static uint32_t matcher_label(struct pattern_set *set, struct span path)
{
	struct buf folded = BUF_INIT(65536);
	struct pattern_path both = { .bytes = path };
	uint32_t label = LABEL_NONE;

	assert_int_equal(fold_path(&folded, path), 0);
	both.folded = buf_span(&folded);
	assert_int_equal(pattern_set_match(set, &both, on_hit, &label), 0);
	buf_release(&folded);
	return label;
}

/* Whether all letters lead the two states to the same classes. */
static bool alike(const struct automaton *a, const uint32_t *classes, uint32_t x, uint32_t y)
{
	if (classes[x] != classes[y])
		return false;
	for (uint32_t letter = 0; letter < a->alphabet->count; letter++)
		if (classes[automaton_step(a, x, letter)] != classes[automaton_step(a, y, letter)])
			return false;
	return true;
}

/* How many states are needed, by parting all of them over and over. */
static size_t states_needed(const struct automaton *a)
{
	uint32_t *classes = calloc(a->count, sizeof(*classes)),
		 *next = calloc(a->count, sizeof(*next)), *first = calloc(a->count, sizeof(*first));
	size_t count = 0, before;

	assert_true(classes && next && first);
	for (size_t i = 0; i < a->count; i++)
		classes[i] = a->states[i].label;
	do {
		before = count;
		count = 0;
		for (uint32_t i = 0; i < a->count; i++) {
			size_t k = 0;

			while (k < count && !alike(a, classes, i, first[k]))
				k++;
			if (k == count)
				first[count++] = i;
			next[i] = (uint32_t)k;
		}
		memcpy(classes, next, a->count * sizeof(*classes));
	} while (count != before);
	free(classes);
	free(next);
	free(first);
	return count;
}

struct trial {
	struct alphabet alphabet;
	struct pattern_set *set;
	struct automaton *automaton;
};

static void make(struct trial *t, enum pattern_mode mode, size_t count)
{
	const struct fault none = { 0 };
	struct buf pattern = BUF_INIT(4096);
	struct fault f = none;

	assert_int_equal(alphabet_init(&t->alphabet, &f), 0);
	assert_int_equal(alphabet_finish(&t->alphabet, &f), 0);
	assert_int_equal(pattern_set_new(&t->set, mode, &f), 0);
	assert_int_equal(pattern_set_list(t->set), 0);
	for (size_t i = 0; i < count; i++) {
		random_pattern(&pattern);
		assert_int_equal(pattern_set_add(t->set, 0, buf_span(&pattern), &f), 0);
	}
	buf_release(&pattern);
	if (automaton_of_list(
		    &t->automaton, &t->alphabet, &(struct automaton_list){ t->set, 0 }, &f) < 0)
		fail_msg("%s", f.text);
}

static void unmake(struct trial *t)
{
	automaton_free(t->automaton);
	pattern_set_free(t->set);
	free(t);
}

static void the_matcher_agrees(void **state)
{
	struct buf path = BUF_INIT(4096);
	size_t seen[3] = { 0 };

	(void)state;
	for (int round = 0; round < 4; round++) {
		struct trial *t = calloc(1, sizeof(*t));

		assert_non_null(t);
		seed = (uint32_t)round + 7;
		make(t, round % 2 ? PATTERN_EXACT : PATTERN_GENEROUS, PATTERNS);
		for (int i = 0; i < PATHS; i++) {
			uint32_t label;

			random_path(&path);
			label = matcher_label(t->set, buf_span(&path));
			seen[label]++;
			if (automaton_label(t->automaton, buf_span(&path)) != label)
				fail_msg("round %d: %s should be %u", round, path.data, label);
		}
		unmake(t);
	}
	assert_true(seen[LABEL_NONE] > PATHS / 50 && seen[LABEL_HAS] > PATHS / 50 &&
		    seen[LABEL_TAKEN_BACK] > PATHS / 50);
	buf_release(&path);
}

static void no_two_states_are_alike(void **state)
{
	(void)state;
	for (int round = 0; round < 12; round++) {
		struct trial *t = calloc(1, sizeof(*t));

		assert_non_null(t);
		seed = (uint32_t)round + 70;
		make(t, round % 2 ? PATTERN_EXACT : PATTERN_GENEROUS, (size_t)round * 3);
		assert_int_equal(states_needed(t->automaton), t->automaton->count);
		unmake(t);
	}
}

/* A list that nobody has asked about yet, with a class's pattern between a policy's own. */
static void make_late(struct trial *t)
{
	static const struct pattern_kept later = { .text = "*.tf" };
	struct fault f = { 0 };

	make(t, PATTERN_GENEROUS, 0);
	automaton_free(t->automaton);
	t->automaton = NULL;
	assert_int_equal(pattern_set_add(t->set, 0, span_of("/b/"), &f), 0);
	assert_int_equal(pattern_set_add_class_later(t->set, 0, &later, &f), 0);
	assert_int_equal(pattern_set_add(t->set, 0, span_of("!keep.tf"), &f), 0);
}

static void what_is_compiled_late_is_in_the_automaton(void **state)
{
	static const char *const paths[] = { "a/x.tf", "a/keep.tf", "b/c", "x" };

	(void)state;
	for (int within = 0; within < 2; within++) {
		struct trial *t = calloc(1, sizeof(*t));
		struct automaton *words = NULL;
		struct fault f = { 0 };

		assert_non_null(t);
		make_late(t);
		assert_int_equal(automaton_words(&words, &t->alphabet, &f), 0);
		if (within)
			assert_int_equal(automaton_within(&t->automaton, words,
						 &(struct automaton_list){ t->set, 0 }, true, &f),
				0);
		else
			assert_int_equal(automaton_of_list(&t->automaton, &t->alphabet,
						 &(struct automaton_list){ t->set, 0 }, &f),
				0);
		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
			uint32_t label = matcher_label(t->set, span_of(paths[i]));

			assert_int_equal(automaton_label(t->automaton, span_of(paths[i])),
				within ? label == LABEL_HAS : label);
		}
		automaton_free(words);
		unmake(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_matcher_agrees),
		cmocka_unit_test(no_two_states_are_alike),
		cmocka_unit_test(what_is_compiled_late_is_in_the_automaton),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
