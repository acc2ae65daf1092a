/* One path of a language as a pattern, and all that the pattern says with it. */
#include <stdlib.h>

#include "common/automaton/phrase_private.h"

#define EXCEPTIONS 8 /* that one pattern may have */

/* The word's automaton, made when it was not. */
static int need_automaton(struct saying *s, struct phrase_word *word)
{
	struct automaton_list list = { .list = 0 };
	struct pattern_set *set = NULL;
	int status = -1;

	if (word->automaton)
		return 0;
	if (pattern_set_new(&set, word->mode, s->f) == 0 && pattern_set_list(set) == 0 &&
		pattern_set_add(set, 0, span_of(word->text), s->f) == 0) {
		list.set = set;
		status = automaton_of_list(&word->automaton, s->words->alphabet, &list, s->f);
	}
	pattern_set_free(set);
	return status;
}

/* ---- questions to languages */

/* Whether some path is in both.  1, 0 or -1. */
static int meet(const struct automaton *a, const struct automaton *b, struct fault *f)
{
	struct automaton *common = NULL;
	int found;

	if (automaton_pair(&common, a, b, &phrase_intersection, f) < 0)
		return -1;
	found = automaton_labels(common) != 0;
	automaton_free(common);
	return found;
}

/* ---- terms */

/* Room for the patterns of a term. */
static const char **term_patterns(struct saying *s, size_t count)
{
	return arena_alloc(&s->words->arena, (count + 1) * sizeof(const char *));
}

/* Adds the term of these paths, which is taken over.  0 or -1. */
static int term_add(
	struct saying *s, struct phrase *phrase, const char **patterns, struct automaton *automaton)
{
	struct phrase_term *term = &phrase->terms[phrase->count++];
	struct buf example = BUF_INIT((size_t)1 << 20);

	term->patterns = patterns;
	term->automaton = automaton;
	if (automaton_shortest(automaton, phrase_has, NULL, &example, s->f) < 0) {
		buf_release(&example);
		return -1;
	}
	term->example = strdup(example.data ? example.data : "");
	buf_release(&example);
	s->words->states += s->rest->count;
	return term->example ? phrase_subtract(&s->rest, automaton, s->f) : fault_memory(s->f);
}

/* One pattern that has nothing but paths of the language.  1, 0: it has others, or -1. */
static int try_alone(struct saying *s, struct phrase *phrase, struct phrase_word *word)
{
	const char **patterns;
	struct automaton *paths = NULL;
	int others = meet(word->automaton, s->others, s->f);

	s->words->states += s->others->count;
	if (others != 0)
		return others < 0 ? -1 : 0;
	patterns = term_patterns(s, 1);
	if (!patterns)
		return fault_memory(s->f);
	patterns[0] = word->text;
	if (automaton_combine(
		    &paths, word->automaton, s->words->paths, &phrase_intersection, s->f) < 0)
		return -1;
	return term_add(s, phrase, patterns, paths) < 0 ? -1 : 1;
}

/* A folder and a name as one pattern, if they can be: the name anywhere below the folder. */
static const char *joined(struct saying *s, const char *folder, const char *name)
{
	struct buf text = BUF_INIT(8192);
	size_t len = strlen(folder), named = strlen(name);
	const char *copy = NULL;

	if (len >= 3 && strcmp(folder + len - 3, "/**") == 0)
		len -= 3;
	else if (len && folder[len - 1] == '/')
		len--;
	if (!len || !named || memchr(name, '/', named - 1))
		return NULL;
	if (!memchr(folder, '/', len))
		(void)buf_adds(&text, "**/");
	(void)buf_add(&text, folder, len);
	(void)buf_addf(&text, "/**/%s", name);
	if (!text.failed)
		copy = arena_strdup(&s->words->arena, text.data);
	buf_release(&text);
	return copy;
}

/*
 * What two patterns have in common, where that is one pattern; its automaton is for
 * automaton_free().  1, 0 or -1.
 */
static int join(struct saying *s, struct phrase_word *const pair[2], struct phrase_word *out)
{
	struct phrase_word said = { .text = joined(s, pair[0]->text, pair[1]->text),
		.mode = PATTERN_GENEROUS };
	struct automaton *unsaid = NULL;
	int done = -1;

	*out = (struct phrase_word){ .text = said.text, .mode = said.mode };
	if (!said.text)
		return 0;
	if (need_automaton(s, &said) == 0 &&
		automaton_combine(&out->automaton, pair[0]->automaton, pair[1]->automaton,
			&phrase_intersection, s->f) == 0 &&
		automaton_combine(
			&unsaid, out->automaton, said.automaton, &phrase_difference, s->f) == 0)
		done = automaton_labels(unsaid) == 0;
	automaton_free(said.automaton);
	automaton_free(unsaid);
	if (done <= 0) {
		automaton_free(out->automaton);
		out->automaton = NULL;
	}
	return done;
}

/* The words that have the path, the shortest text first. */
struct fitting {
	struct phrase_word **items;
	size_t count;
};

static int by_text(const void *a, const void *b)
{
	const struct phrase_word *const *x = a, *const *y = b;
	size_t m = strlen((*x)->text), n = strlen((*y)->text);

	return m != n ? (m > n) - (m < n) : strcmp((*x)->text, (*y)->text);
}

static int find_fitting(struct saying *s, struct span path, struct fitting *out)
{
	out->count = 0;
	for (size_t i = 0; i < s->words->count; i++) {
		struct phrase_word *word = &s->words->items[i];

		if (need_automaton(s, word) < 0)
			return -1;
		if (automaton_label(word->automaton, path) == LABEL_HAS)
			out->items[out->count++] = word;
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(struct phrase_word *), by_text);
	return 0;
}

/* A word that has the path, and with the base no path of the language; NULL: none, or a fault. */
static struct phrase_word *find_exception(
	struct saying *s, const struct automaton *base, struct span path, struct fitting *scratch)
{
	struct automaton *common = NULL;
	struct phrase_word *found = NULL;

	if (find_fitting(s, path, scratch) < 0 ||
		automaton_pair(&common, base, s->whole, &phrase_intersection, s->f) < 0)
		return NULL;
	for (size_t i = 0; !found && i < scratch->count; i++)
		if (meet(scratch->items[i]->automaton, common, s->f) == 0)
			found = scratch->items[i];
	automaton_free(common);
	return s->f->class ? NULL : found;
}

static bool is_among(const char *const *patterns, size_t count, const char *text)
{
	for (size_t i = 0; text && i < count; i++)
		if (strcmp(patterns[i], text) == 0)
			return true;
	return false;
}

/* Takes from the base what is none of the language, a word at a time.  1, 0: it cannot, or -1. */
static int take_exceptions(
	struct saying *s, struct automaton **base, const char **patterns, struct fitting *scratch)
{
	struct buf path = BUF_INIT((size_t)1 << 20);
	size_t used = 1;
	int status = 1;

	for (size_t count = 1; status == 1; count++) {
		struct automaton *wrong = NULL;
		struct phrase_word *word = NULL;
		struct buf text = BUF_INIT(8192);
		int found = -1;

		s->words->states += (*base)->count + s->others->count + s->whole->count;
		if (automaton_pair(&wrong, *base, s->others, &phrase_intersection, s->f) == 0)
			found = automaton_shortest(wrong, phrase_has, NULL, &path, s->f);
		automaton_free(wrong);
		if (found <= 0) {
			status = found < 0 ? -1 : 1;
			break;
		}
		if (count <= EXCEPTIONS)
			word = find_exception(s, *base, buf_span(&path), scratch);
		status = word ? 1 : s->f->class ? -1 : 0;
		if (!word)
			break;
		(void)buf_addf(&text, "!%s", word->text);
		if (!is_among(patterns, used, text.data)) /* a word matches in two ways */
			patterns[used++] = arena_strdup(&s->words->arena, text.data);
		buf_release(&text);
		if (!patterns[used - 1] || phrase_subtract(base, word->automaton, s->f) < 0)
			status = -1;
	}
	buf_release(&path);
	return status;
}

/* One pattern with what is taken back of it.  As try_alone(). */
static int try_exceptions(
	struct saying *s, struct phrase *phrase, struct phrase_word *word, struct fitting *scratch)
{
	const char **patterns = term_patterns(s, EXCEPTIONS + 1);
	struct automaton *base = NULL;
	int status;

	if (!patterns)
		return fault_memory(s->f);
	patterns[0] = word->text;
	if (automaton_combine(&base, word->automaton, s->words->paths, &phrase_intersection, s->f) <
		0)
		return -1;
	status = take_exceptions(s, &base, patterns, scratch);
	if (status == 1)
		return term_add(s, phrase, patterns, base) < 0 ? -1 : 1;
	automaton_free(base);
	return status;
}

/* The pattern of most letters that has the path, though it has others: it is told in part. */
static int say_in_part(struct saying *s, struct phrase *phrase, const struct fitting *fitting)
{
	const char **patterns = term_patterns(s, 1);
	struct automaton *paths = NULL;
	const struct phrase_word *word;

	if (!patterns)
		return fault_memory(s->f);
	if (!fitting->count)
		return fault_set(s->f, FAULT_INTERNAL, "no pattern has a path that is to be said");
	word = fitting->items[fitting->count - 1];
	patterns[0] = word->text;
	s->words->states += s->whole->count;
	if (automaton_combine(&paths, word->automaton, s->whole, &phrase_intersection, s->f) < 0)
		return -1;
	phrase->terms[phrase->count].part = true;
	return term_add(s, phrase, patterns, paths);
}

/* How a path is said: by one word, or by one with exceptions. */
struct manner {
	bool exceptions;
	struct fitting *scratch;
};

static int try_word(struct saying *s, struct phrase *phrase, struct phrase_word *word,
	const struct manner *manner)
{
	return manner->exceptions ? try_exceptions(s, phrase, word, manner->scratch)
				  : try_alone(s, phrase, word);
}

static bool may_try(const struct saying *s, const struct manner *manner)
{
	return !manner->exceptions || s->words->states < PHRASE_PLAIN;
}

/* Tries the words that fit, and then each two of them together.  As try_alone(). */
static int try_all(struct saying *s, struct phrase *phrase, const struct fitting *fitting,
	const struct manner *manner)
{
	size_t count = fitting->count;
	int status = 0;

	for (size_t i = 0; status == 0 && may_try(s, manner) && i < count; i++)
		status = try_word(
			s, phrase, fitting->items[manner->exceptions ? count - 1 - i : i], manner);
	for (size_t i = 0; status == 0 && may_try(s, manner) && i < count * count; i++) {
		struct phrase_word *const pair[] = { fitting->items[i / count],
			fitting->items[i % count] };
		struct phrase_word word = { .automaton = NULL };

		if (pair[0] == pair[1])
			continue;
		status = join(s, pair, &word);
		if (status > 0)
			status = try_word(s, phrase, &word, manner);
		automaton_free(word.automaton);
	}
	return status;
}

/* Says the path and what is said with it. */
int phrase_say(struct saying *s, struct phrase *phrase, struct span path)
{
	struct phrase_word **room = calloc(s->words->count * 2 + 2, sizeof(struct phrase_word *));
	struct fitting fitting = { room, 0 }, scratch = { room + s->words->count + 1, 0 };
	int status = room ? find_fitting(s, path, &fitting) : fault_memory(s->f);

	if (status == 0)
		status = try_all(s, phrase, &fitting, &(struct manner){ false, &scratch });
	if (status == 0)
		status = try_all(s, phrase, &fitting, &(struct manner){ true, &scratch });
	if (status == 0)
		status = say_in_part(s, phrase, &fitting);
	free(room);
	return status < 0 ? -1 : 0;
}
