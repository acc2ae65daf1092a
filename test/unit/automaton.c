/*
 * Automata against the matcher in force: on every word of a small alphabet up to a length, on a
 * million random paths, and their union, intersection, difference and shortest words against the
 * same by trying.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/automaton/automaton.h"
#include "common/path/fold.h"

#define LISTS 4
#define WORD 6 /* letters of the longest word that is tried */

static uint32_t seed = 20231;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static const char *const atoms[] = { "a", "b", "A", "ab", "*", "?", "[ab]", "[!a]", "a*", "*b",
	"b?", "a.b", ".a", "*a*", "[A-Z]", "\xc3\xa9", "[[:upper:]]b", "aB", "??", "\\*" };

static void random_pattern(struct buf *out)
{
	uint32_t names = 1 + draw(3);

	buf_clear(out);
	if (draw(4) == 0)
		(void)buf_addc(out, '!');
	if (draw(3) == 0)
		(void)buf_addc(out, '/');
	for (uint32_t i = 0; i < names; i++) {
		if (i)
			(void)buf_addc(out, '/');
		if (draw(5) == 0)
			(void)buf_adds(out, "**");
		else
			for (uint32_t k = 1 + draw(2); k; k--)
				(void)buf_adds(out, atoms[draw(sizeof(atoms) / sizeof(atoms[0]))]);
	}
	if (draw(4) == 0)
		(void)buf_addc(out, '/');
}

/* One list by the matcher, and the automaton of it. */
struct pair {
	struct pattern_set *set;
	struct automaton *automaton;
	struct buf text; /* for the message */
};

static void pair_new(struct pair *p, enum pattern_mode mode, struct alphabet *alphabet)
{
	struct buf pattern = BUF_INIT(4096);
	struct fault f = { 0 };

	*p = (struct pair){ .text = BUF_INIT(65536) };
	assert_int_equal(pattern_set_new(&p->set, mode, &f), 0);
	assert_int_equal(pattern_set_list(p->set), 0);
	for (uint32_t n = 1 + draw(5); n;) {
		random_pattern(&pattern);
		fault_clear(&f);
		if (pattern_set_add(p->set, 0, buf_span(&pattern), &f) < 0)
			continue;
		(void)buf_addf(&p->text, "%s ", pattern.data);
		assert_int_equal(alphabet_add(alphabet, buf_span(&pattern), &f), 0);
		n--;
	}
	buf_release(&pattern);
}

static void pair_free(struct pair *p)
{
	pattern_set_free(p->set);
	automaton_free(p->automaton);
	buf_release(&p->text);
}

static int on_hit(void *context, const struct pattern_hit *hit)
{
	*(uint32_t *)context = hit->negated ? LABEL_TAKEN_BACK : LABEL_HAS;
	return 0;
}

static uint32_t matcher_label(struct pattern_set *set, struct span path)
{
	struct buf folded = BUF_INIT(65536);
	uint32_t label = LABEL_NONE;
	struct pattern_path both = { .bytes = path };

	assert_int_equal(fold_path(&folded, path), 0);
	both.folded = buf_span(&folded);
	assert_int_equal(pattern_set_match(set, &both, on_hit, &label), 0);
	buf_release(&folded);
	return label;
}

static void agree(const struct pair *p, struct span path)
{
	uint32_t expected = matcher_label(p->set, path), is = automaton_label(p->automaton, path);

	if (expected != is)
		fail_msg("%.*s: the matcher says %u, the automaton %u of %s", (int)path.len,
			path.data, expected, is, p->text.data);
}

static const char *const letters[] = { "a", "b", "A", ".", "/", "\xc3\xa9" };
#define LETTERS (sizeof(letters) / sizeof(letters[0]))

/* Calls `each` for every word of 1 to WORD letters. */
static void every_word(void (*each)(void *context, struct span word), void *context)
{
	for (size_t len = 1; len <= WORD; len++) {
		size_t total = 1;

		for (size_t i = 0; i < len; i++)
			total *= LETTERS;
		for (size_t n = 0; n < total; n++) {
			char word[WORD * 2 + 1] = "";
			size_t rest = n;

			for (size_t i = 0; i < len; i++, rest /= LETTERS)
				strcat(word, letters[rest % LETTERS]);
			each(context, span_of(word));
		}
	}
}

/* Two lists, what is made of them, and the words. */
struct trial {
	struct alphabet alphabet;
	struct automaton *words;
	struct pair a, b;
	struct automaton *made[3], *within[2];
	size_t shortest[3]; /* length of the shortest word found by trying; 0: none */
	size_t tried;
};

static int64_t both(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b == LABEL_HAS;
}

static int64_t either(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS || b == LABEL_HAS;
}

static int64_t first_alone(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b != LABEL_HAS;
}

static int64_t (*const operations[])(void *, uint32_t, uint32_t) = { both, either, first_alone };

static size_t characters(struct span word)
{
	size_t count = 0;

	for (size_t i = 0; i < word.len; i++)
		count += ((unsigned char)word.data[i] & 0xc0) != 0x80;
	return count;
}

static void try_word(void *context, struct span word)
{
	struct trial *t = context;
	uint32_t a, b;

	if (!automaton_label(t->words, word))
		return;
	t->tried++;
	agree(&t->a, word);
	agree(&t->b, word);
	a = matcher_label(t->a.set, word);
	b = matcher_label(t->b.set, word);
	assert_int_equal(automaton_label(t->within[0], word), first_alone(NULL, a, b));
	assert_int_equal(automaton_label(t->within[1], word), both(NULL, a, b));
	for (size_t i = 0; i < 3; i++) {
		uint32_t expected = (uint32_t)operations[i](NULL, a, b);

		assert_int_equal(automaton_label(t->made[i], word), expected);
		if (expected && !t->shortest[i])
			t->shortest[i] = characters(word);
	}
}

static bool is_one(void *context, uint32_t label)
{
	(void)context;
	return label == 1;
}

/* The shortest word of those that are paths is as short as any that was tried, and is one. */
static void try_shortest(struct trial *t, size_t i)
{
	const struct automaton_rule rule = { both, NULL };
	struct automaton *paths = NULL;
	struct buf word = BUF_INIT(65536);
	struct fault f = { 0 };
	int found;

	assert_int_equal(automaton_combine(&paths, t->made[i], t->words, &rule, &f), 0);
	found = automaton_shortest(paths, is_one, NULL, &word, &f);
	assert_true(found >= 0);
	if (t->shortest[i])
		assert_true(found && characters(buf_span(&word)) <= t->shortest[i]);
	if (found) {
		uint32_t a = matcher_label(t->a.set, buf_span(&word)),
			 b = matcher_label(t->b.set, buf_span(&word));

		assert_int_equal(operations[i](NULL, a, b), 1);
	}
	buf_release(&word);
	automaton_free(paths);
}

static void trial_make(struct trial *t, enum pattern_mode mode)
{
	struct fault f = { 0 };

	*t = (struct trial){ .tried = 0 };
	assert_int_equal(alphabet_init(&t->alphabet, &f), 0);
	pair_new(&t->a, mode, &t->alphabet);
	pair_new(&t->b, mode, &t->alphabet);
	assert_int_equal(alphabet_add(&t->alphabet, span_of("\xc3\xa9"), &f), 0);
	assert_int_equal(alphabet_finish(&t->alphabet, &f), 0);
	assert_int_equal(automaton_words(&t->words, &t->alphabet, &f), 0);
	for (int i = 0; i < 2; i++) {
		struct pair *p = i ? &t->b : &t->a;
		const struct automaton_list list = { p->set, 0 };

		if (automaton_of_list(&p->automaton, &t->alphabet, &list, &f) < 0)
			fail_msg("%s: %s", p->text.data, f.text);
	}
	for (int i = 0; i < 2; i++) {
		const struct automaton_list list = { t->b.set, 0 };

		assert_int_equal(automaton_within(&t->within[i], t->a.automaton, &list, i, &f), 0);
	}
	for (size_t i = 0; i < 3; i++) {
		const struct automaton_rule rule = { operations[i], NULL };

		assert_int_equal(
			automaton_combine(&t->made[i], t->a.automaton, t->b.automaton, &rule, &f),
			0);
	}
}

static void trial_free(struct trial *t)
{
	pair_free(&t->a);
	pair_free(&t->b);
	automaton_free(t->words);
	automaton_free(t->within[0]);
	automaton_free(t->within[1]);
	for (size_t i = 0; i < 3; i++)
		automaton_free(t->made[i]);
}

static void every_short_word(void **state)
{
	(void)state;
	for (int i = 0; i < LISTS * 2; i++) {
		struct trial *t = calloc(1, sizeof(*t));

		assert_non_null(t);
		trial_make(t, i % 2 ? PATTERN_GENEROUS : PATTERN_EXACT);
		every_word(try_word, t);
		assert_true(t->tried > 10000);
		for (size_t k = 0; k < 3; k++)
			try_shortest(t, k);
		trial_free(t);
		free(t);
	}
}

static void random_path(struct buf *out)
{
	static const char *const parts[] = { "a", "b", "A", "B", ".", "ab", "\xc3\xa9", "*", "x",
		"\xe4\xb8\x80", " " };

	buf_clear(out);
	for (uint32_t names = 1 + draw(4); names; names--) {
		if (out->len)
			(void)buf_addc(out, '/');
		for (uint32_t n = 1 + draw(4); n; n--)
			(void)buf_adds(out, parts[draw(sizeof(parts) / sizeof(parts[0]))]);
	}
}

static void a_million_random_paths(void **state)
{
	struct buf path = BUF_INIT(4096);
	size_t tried = 0;

	(void)state;
	while (tried < 1000000) {
		struct trial *t = calloc(1, sizeof(*t));

		assert_non_null(t);
		trial_make(t, tried % 2 ? PATTERN_GENEROUS : PATTERN_EXACT);
		for (int i = 0; i < 2001; i++) {
			random_path(&path);
			if (!automaton_label(t->words, buf_span(&path)))
				continue;
			agree(&t->a, buf_span(&path));
			agree(&t->b, buf_span(&path));
			tried += 2;
		}
		tried ^= draw(2);
		trial_free(t);
		free(t);
	}
	buf_release(&path);
}

/* A thousand patterns of many kinds, in two lists that differ in one: under a second. */
static void a_thousand_patterns(void **state)
{
	const struct automaton_rule rule = { first_alone, NULL };
	struct alphabet *alphabet = calloc(1, sizeof(*alphabet));
	struct pattern_set *sets[2] = { NULL };
	struct automaton *automata[2] = { NULL }, *difference = NULL;
	struct buf word = BUF_INIT(4096);
	struct fault f = { 0 };
	clock_t start;

	(void)state;
	assert_non_null(alphabet);
	assert_int_equal(alphabet_init(alphabet, &f), 0);
	assert_int_equal(alphabet_finish(alphabet, &f), 0);
	for (int s = 0; s < 2; s++) {
		assert_int_equal(pattern_set_new(&sets[s], PATTERN_GENEROUS, &f), 0);
		assert_int_equal(pattern_set_list(sets[s]), 0);
		for (int i = 0; i < 1000; i++) {
			static const char *const forms[][2] = { { "/dir-", "/" },
				{ "/src/mod", "/*.c" }, { "*.ext", "" }, { "lib", "-*" },
				{ "/a/**/leaf", "" }, { "!/dir-", "/kept/" } };
			const char *const *form = forms[i % 6];
			char text[64];

			if (s && i == 500)
				continue;
			(void)snprintf(text, sizeof(text), "%s%d%s", form[0], i / 6 * 6, form[1]);
			assert_int_equal(pattern_set_add(sets[s], 0, span_of(text), &f), 0);
		}
	}
	start = clock();
	for (int s = 0; s < 2; s++) {
		const struct automaton_list list = { sets[s], 0 };

		if (automaton_of_list(&automata[s], alphabet, &list, &f) < 0)
			fail_msg("%s", f.text);
	}
	assert_int_equal(automaton_combine(&difference, automata[0], automata[1], &rule, &f), 0);
	assert_int_equal(automaton_shortest(difference, is_one, NULL, &word, &f), 1);
	printf("1,000 patterns: %zu states, %.3f s, `%s`\n", automata[0]->count,
		(double)(clock() - start) / CLOCKS_PER_SEC, word.data);
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC); /* sanitizers are slow */
	for (int s = 0; s < 2; s++) {
		pattern_set_free(sets[s]);
		automaton_free(automata[s]);
	}
	automaton_free(difference);
	buf_release(&word);
	free(alphabet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_short_word),
		cmocka_unit_test(a_million_random_paths),
		cmocka_unit_test(a_thousand_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
