/*
 * The automaton of a list: a state is a set of nodes of the list's tree, with the best pattern that
 * matches whatever follows, since it has a folder above.  What cannot change the answer any more is
 * left out of the set, so that most lists have few states.
 */
#include "common/automaton/subset.h"

#include <stdlib.h>

#include "common/automaton/interest.h"

/* Of each letter of the alphabet whether it is looked at, and where it leads. */
struct looked {
	bool at[LETTERS_MAX];
	uint32_t to[LETTERS_MAX];
	bool twins;     /* what folds alike leads to the same state */
	uint32_t other; /* one that is not looked at; 0: there is none */
};

static void look(struct looked *looked, const struct work *w, const struct origin *o)
{
	struct interest in = { .wide = false };

	looked->other = 0;
	looked->at[0] = false; /* the slash, to which others may fold */
	for (uint32_t i = 2; i < o->halves_at; i++)
		if (w->trie.nodes[o->words[i]].step != STEP_DEEP || o->at_start)
			interest_add(&in, &w->trie, &w->trie.nodes[o->words[i]]);
	looked->twins = !in.exact;
	for (uint32_t i = 1; i < w->alphabet->count; i++) {
		looked->at[i] = interest_has(&in, &w->alphabet->letters[i]);
		if (!looked->at[i] && !looked->other)
			looked->other = i;
	}
}

static int add_letter(
	struct work *w, const struct origin *o, struct looked *looked, uint32_t i, struct fault *f)
{
	uint32_t twin = w->alphabet->letters[i].twin;

	if (looked->twins && twin != i && looked->at[twin])
		looked->to[i] = looked->to[twin];
	else if (subset_letter(w, o, &w->alphabet->letters[i], &looked->to[i], f) < 0)
		return -1;
	return automaton_add_edge(w->out, (struct edge){ i, looked->to[i] }, f);
}

/* The state's edges: for each letter that is looked at; all others lead to the fallback. */
static int expand_open(struct work *w, const struct origin *o, struct fault *f)
{
	struct looked looked;
	uint32_t to;
	int status;

	look(&looked, w, o);
	status = looked.other ? subset_letter(w, o, &w->alphabet->letters[looked.other], &to, f)
			      : subset_no_path(w, &to, f);
	if (status < 0 || automaton_add_state(w->out, subset_label(w, o), to, f) < 0 ||
		subset_slash(w, o, &to, f) < 0 ||
		automaton_add_edge(w->out, (struct edge){ LETTER_SLASH, to }, f) < 0)
		return -1;
	for (uint32_t i = 1; i < w->alphabet->count; i++)
		if (looked.at[i] && add_letter(w, o, &looked, i, f) < 0)
			return -1;
	return 0;
}

/* A state that every letter leads back to. */
static int expand_last(struct work *w, uint32_t number, const struct origin *o, struct fault *f)
{
	enum list_label label = LABEL_NONE;

	if (o->words[0] == DECIDED)
		label = w->trie.negated[w->trie.run_from[o->best]] ? LABEL_TAKEN_BACK : LABEL_HAS;
	return automaton_add_state(w->out, label, number, f);
}

static int origin_read(struct work *w, uint32_t number, struct origin *o)
{
	const uint32_t *words = keys_words(&w->keys, number, &o->len);
	uint32_t *copy = realloc(o->words, o->len * sizeof(*copy));

	if (!copy)
		return -1;
	memcpy(copy, words, o->len * sizeof(*copy));
	o->words = copy;
	o->at_start = copy[0] == AT_START;
	o->best = (int32_t)copy[1] - 1;
	o->halves_at = 2;
	while (o->halves_at < o->len && !(copy[o->halves_at] & HALF))
		o->halves_at++;
	return 0;
}

int subset_expand(struct work *w, uint32_t number, struct fault *f)
{
	struct origin o = { .words = NULL };
	int status;

	if (origin_read(w, number, &o) < 0)
		return fault_memory(f);
	status = o.words[0] > AT_START ? expand_last(w, number, &o, f) : expand_open(w, &o, f);
	free(o.words);
	return status;
}

int subset_begin(struct work *w, const struct automaton_list *list, struct fault *f)
{
	uint32_t first;

	w->out = automaton_new(w->alphabet);
	if (!w->out)
		return fault_memory(f);
	return trie_make(&w->trie, list, f) < 0 ? -1 : subset_first(w, &first, f);
}

void subset_end(struct work *w)
{
	automaton_free(w->out);
	trie_release(&w->trie);
	keys_release(&w->keys);
	for (size_t i = 0; i < BAGS; i++) {
		free(w->bags[i].items);
		free(w->bags[i].stamp);
	}
	free(w->key);
	free(w->halves);
}

/* A list, or some of its patterns. */
struct stretch {
	const struct alphabet *alphabet;
	const struct automaton_list *list;
	int32_t from, to;
};

#define STATES_FEW 2000 /* more, before they are made small: the halves of the list come first */

/* Makes the automaton at once.  1, 0: it would have more states than `most` (0: any), or -1. */
static int at_once(
	struct automaton **out, const struct stretch *stretch, size_t most, struct fault *f)
{
	struct work w = { .alphabet = stretch->alphabet,
		.trie = { .from = stretch->from, .to = stretch->to } };
	int status = subset_begin(&w, stretch->list, f);
	bool many = false;

	for (uint32_t at = 0; status == 0 && !many && at < w.keys.count; at++) {
		status = subset_expand(&w, at, f);
		many = most && w.keys.count > most;
	}
	if (status == 0 && !many)
		status = automaton_minimise(out, w.out, f);
	subset_end(&w);
	return status < 0 ? -1 : !many;
}

static int64_t later(void *context, uint32_t before, uint32_t after)
{
	(void)context;
	return after == LABEL_NONE ? before : after;
}

static int by_halves(struct automaton **out, const struct stretch *stretch, struct fault *f)
{
	const struct automaton_rule rule = { later, NULL };
	struct automaton *halves[2] = { NULL };
	int32_t count = stretch->to - stretch->from, middle = stretch->from + count / 2;
	int status = at_once(out, stretch, count > 1 ? STATES_FEW : 0, f);

	if (status != 0)
		return status < 0 ? -1 : 0;
	for (int i = 0; status == 0 && i < 2; i++) {
		struct stretch half = *stretch;

		*(i ? &half.from : &half.to) = middle;
		status = by_halves(&halves[i], &half, f);
	}
	if (status == 0)
		status = automaton_combine(out, halves[0], halves[1], &rule, f);
	automaton_free(halves[0]);
	automaton_free(halves[1]);
	return status;
}

/*
 * Patterns without an order among their letters have many states that only few are left of when
 * they are made small, so that a long list is made from its halves: what the later one says counts.
 */
int automaton_of_list(struct automaton **out, const struct alphabet *alphabet,
	const struct automaton_list *list, struct fault *f)
{
	struct stretch all = { alphabet, list, 0, 0 };
	struct fault limit = { 0 };

	*out = NULL;
	if (pattern_set_compile(list->set, list->list) < 0)
		return fault_memory(f);
	all.to = (int32_t)list->set->lists[list->list].count;
	if (by_halves(out, &all, &limit) == 0)
		return 0;
	if (limit.class != FAULT_LIMIT)
		return fault_set(f, limit.class, "%s", limit.text);
	return at_once(out, &all, 0, f) < 0 ? -1 : 0;
}
