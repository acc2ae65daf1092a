#include "common/automaton/phrase.h"

#include <stdlib.h>

#include "common/automaton/phrase_private.h"

#define GROWTH 8 /* states that a language may have more before it is made small again */

static int64_t both(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b == LABEL_HAS;
}

static int64_t first_alone(void *context, uint32_t a, uint32_t b)
{
	(void)context;
	return a == LABEL_HAS && b != LABEL_HAS;
}

const struct automaton_rule phrase_intersection = { both, NULL },
			    phrase_difference = { first_alone, NULL };

bool phrase_has(void *context, uint32_t label)
{
	(void)context;
	return label == LABEL_HAS;
}

/* Takes from *language what the other has.  0 or -1. */
int phrase_subtract(struct automaton **language, const struct automaton *other, struct fault *f)
{
	struct automaton *left = NULL, *fewer = NULL;

	if (automaton_pair(&left, *language, other, &phrase_difference, f) < 0)
		return -1;
	if (left->count > (*language)->count + GROWTH) {
		if (automaton_minimise(&fewer, left, f) < 0) {
			automaton_free(left);
			return -1;
		}
		automaton_free(left);
		left = fewer;
	}
	automaton_free(*language);
	*language = left;
	return 0;
}

/* ---- the words */

void phrase_words_init(
	struct phrase_words *words, const struct alphabet *alphabet, const struct automaton *paths)
{
	*words = (struct phrase_words){
		.alphabet = alphabet, .paths = paths, .arena = ARENA_INIT((size_t)256 << 20)
	};
}

static struct phrase_word *offer(struct phrase_words *words, const char *text, struct fault *f)
{
	if (words->count == words->cap) {
		size_t cap = words->cap * 2 + 64;
		struct phrase_word *grown = reallocarray(words->items, cap, sizeof(*grown));

		if (!grown) {
			(void)fault_memory(f);
			return NULL;
		}
		words->items = grown;
		words->cap = cap;
	}
	text = arena_strdup(&words->arena, text);
	if (!text) {
		(void)fault_memory(f);
		return NULL;
	}
	words->items[words->count] = (struct phrase_word){ .text = text };
	return &words->items[words->count++];
}

int phrase_offer(
	struct phrase_words *words, const char *pattern, enum pattern_mode mode, struct fault *f)
{
	struct phrase_word *word;

	pattern += *pattern == '!';
	for (size_t i = 0; i < words->count; i++)
		if (words->items[i].mode == mode && strcmp(words->items[i].text, pattern) == 0)
			return 0;
	word = offer(words, pattern, f);
	if (!word)
		return -1;
	word->mode = mode;
	return 0;
}

int phrase_offer_made(
	struct phrase_words *words, const char *name, struct automaton *automaton, struct fault *f)
{
	struct phrase_word *word = offer(words, name, f);

	if (!word) {
		automaton_free(automaton);
		return -1;
	}
	word->automaton = automaton;
	return 0;
}

void phrase_words_release(struct phrase_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		automaton_free(words->items[i].automaton);
	free(words->items);
	arena_release(&words->arena);
	*words = (struct phrase_words){ .count = 0 };
}

static void term_free(struct phrase_term *term)
{
	automaton_free(term->automaton);
	free(term->example);
}

/* Drops the terms all of whose paths others have, too. */
static int drop_needless(struct phrase *phrase, struct fault *f)
{
	for (size_t i = phrase->count; i-- > 0;) {
		struct automaton *alone = NULL;
		int status = automaton_minimise(&alone, phrase->terms[i].automaton, f);
		bool needless;

		for (size_t k = 0; status == 0 && k < phrase->count; k++)
			if (k != i)
				status = phrase_subtract(&alone, phrase->terms[k].automaton, f);
		needless = status == 0 && automaton_labels(alone) == 0;
		automaton_free(alone);
		if (status < 0)
			return -1;
		if (!needless)
			continue;
		term_free(&phrase->terms[i]);
		phrase->count--;
		memmove(&phrase->terms[i], &phrase->terms[i + 1],
			(phrase->count - i) * sizeof(phrase->terms[0]));
	}
	return 0;
}

int phrase_find(struct phrase_words *words, const struct automaton *language, struct phrase *phrase,
	struct fault *f)
{
	struct saying s = { .words = words, .f = f };
	struct automaton *whole = NULL;
	struct buf path = BUF_INIT((size_t)1 << 20);
	int found = -1;

	*phrase = (struct phrase){ .whole = true };
	if (automaton_combine(&whole, language, words->paths, &phrase_intersection, f) == 0 &&
		automaton_minimise(&s.rest, whole, f) == 0 &&
		automaton_combine(&s.others, words->paths, language, &phrase_difference, f) == 0) {
		s.whole = whole;
		found = automaton_shortest(s.rest, phrase_has, NULL, &path, f);
	}
	while (found > 0 && phrase->count < PHRASE_TERMS &&
		(phrase->count == 0 || words->states < PHRASE_SHORT)) {
		found = phrase_say(&s, phrase, buf_span(&path));
		if (found == 0)
			found = automaton_shortest(s.rest, phrase_has, NULL, &path, f);
	}
	if (found > 0)
		phrase->whole = false;
	automaton_free(whole);
	automaton_free(s.others);
	automaton_free(s.rest);
	buf_release(&path);
	return found < 0 ? -1 : drop_needless(phrase, f);
}

void phrase_release(struct phrase *phrase)
{
	for (size_t i = 0; i < phrase->count; i++)
		term_free(&phrase->terms[i]);
	phrase->count = 0;
}
