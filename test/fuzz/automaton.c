/* Automata of pattern lists held against the matcher in force: by path, combined, and their example. */
#include <stdint.h>
#include <stdlib.h>

#include "common/automaton/automaton.h"
#include "common/path/fold.h"

struct lists {
	struct alphabet alphabet;
	struct pattern_set *sets[2];
	struct automaton *words, *made[2], *first, *paths;
};

static int on_hit(void *context, const struct pattern_hit *hit)
{
	*(uint32_t *)context = hit->negated ? LABEL_TAKEN_BACK : LABEL_HAS;
	return 0;
}

/* What the matcher says of the path. */
static uint32_t matched(struct pattern_set *set, struct span path)
{
	struct buf folded = BUF_INIT(1 << 20);
	struct pattern_path both = { .bytes = path };
	uint32_t label = LABEL_NONE;

	if (fold_path(&folded, path) < 0)
		abort();
	both.folded = buf_span(&folded);
	if (pattern_set_match(set, &both, on_hit, &label) < 0)
		abort();
	buf_release(&folded);
	return label;
}

static int64_t first_alone(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b != LABEL_HAS;
}

static int64_t both(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == 1 && b == 1;
}

static bool is_one(void *context, uint32_t label)
{
	(void)context;
	return label == 1;
}

/* Takes lines up to an empty one as the list's patterns. */
static void take_list(struct lists *l, int number, enum pattern_mode mode, struct span *rest)
{
	struct fault f = { 0 };

	if (pattern_set_new(&l->sets[number], mode, &f) < 0 ||
		pattern_set_list(l->sets[number]) != 0)
		abort();
	while (rest->len && rest->data[0] != '\n') {
		const char *end = memchr(rest->data, '\n', rest->len);
		struct span line = { rest->data, end ? (size_t)(end - rest->data) : rest->len };
		size_t used = line.len + (end != NULL);

		fault_clear(&f);
		if (pattern_set_add(l->sets[number], 0, line, &f) == 0)
			(void)alphabet_add(&l->alphabet, line, &f);
		*rest = (struct span){ rest->data + used, rest->len - used };
	}
	if (rest->len)
		*rest = (struct span){ rest->data + 1, rest->len - 1 };
}

/* 0, or -1: they are too large for an automaton, which is no wrong answer. */
static int make(struct lists *l)
{
	const struct automaton_rule alone = { first_alone, NULL }, meet = { both, NULL };
	struct fault f = { 0 };

	if (alphabet_finish(&l->alphabet, &f) < 0 ||
		automaton_words(&l->words, &l->alphabet, &f) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		const struct automaton_list list = { l->sets[i], 0 };

		if (automaton_of_list(&l->made[i], &l->alphabet, &list, &f) < 0)
			return -1;
	}
	if (automaton_combine(&l->first, l->made[0], l->made[1], &alone, &f) < 0)
		return -1;
	return automaton_combine(&l->paths, l->first, l->words, &meet, &f);
}

static void try_path(const struct lists *l, struct span path)
{
	uint32_t labels[2];

	if (!path.len || automaton_label(l->words, path) != 1)
		return;
	for (int i = 0; i < 2; i++) {
		labels[i] = matched(l->sets[i], path);
		if (automaton_label(l->made[i], path) != labels[i])
			abort();
	}
	if (automaton_label(l->first, path) != (uint32_t)first_alone(NULL, labels[0], labels[1]))
		abort();
}

/* The shortest path that the first list has alone is one; where there is none, no path is. */
static void try_example(const struct lists *l, struct span path)
{
	struct buf word = BUF_INIT(1 << 20);
	struct fault f = { 0 };
	int found = automaton_shortest(l->paths, is_one, NULL, &word, &f);

	if (found == 1 && first_alone(NULL, matched(l->sets[0], buf_span(&word)),
				  matched(l->sets[1], buf_span(&word))) != 1)
		abort();
	if (found == 0 && path.len && automaton_label(l->words, path) == 1 &&
		first_alone(NULL, matched(l->sets[0], path), matched(l->sets[1], path)) == 1)
		abort();
	buf_release(&word);
}

/* First byte: the mode; patterns, an empty line, patterns, an empty line, and a path. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum pattern_mode mode;
	struct lists l = { 0 };
	struct fault f = { 0 };
	struct span rest;

	if (!size || size > 400 || memchr(data + 1, '\0', size - 1))
		return 0;
	mode = data[0] & 1 ? PATTERN_GENEROUS : PATTERN_EXACT;
	rest = (struct span){ (const char *)data + 1, size - 1 };
	if (alphabet_init(&l.alphabet, &f) < 0)
		return 0;
	take_list(&l, 0, mode, &rest);
	take_list(&l, 1, mode, &rest);
	(void)alphabet_add(&l.alphabet, rest, &f);
	if (make(&l) == 0) {
		try_path(&l, rest);
		try_example(&l, rest);
	}
	for (int i = 0; i < 2; i++) {
		pattern_set_free(l.sets[i]);
		automaton_free(l.made[i]);
	}
	automaton_free(l.words);
	automaton_free(l.first);
	automaton_free(l.paths);
	return 0;
}
