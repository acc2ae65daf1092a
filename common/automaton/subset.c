/*
 * The automaton of a list: a state is a set of nodes of the list's tree, with the best pattern that
 * matches whatever follows, since it has a folder above.  What cannot change the answer any more is
 * left out of the set, so that most lists have few states.
 */
#include "common/automaton/subset.h"

#include <stdlib.h>

#include "common/automaton/interest.h"

/* The state's edges: for each letter that is looked at; all others lead to the fallback. */
static int expand_open(struct work *w, const struct origin *o, struct fault *f)
{
	struct interest in = { .wide = false };
	bool have = false;
	uint32_t to;

	for (uint32_t i = 2; i < o->halves_at; i++)
		if (w->trie.nodes[o->words[i]].step != STEP_DEEP || o->at_start)
			interest_add(&in, &w->trie, &w->trie.nodes[o->words[i]]);
	for (size_t i = 1; !have && i < w->alphabet->count; i++) {
		have = !interest_has(&in, &w->alphabet->letters[i]);
		if (have && subset_letter(w, o, &w->alphabet->letters[i], &to, f) < 0)
			return -1;
	}
	if (!have && subset_no_path(w, &to, f) < 0)
		return -1;
	if (automaton_add_state(w->out, subset_label(w, o), to, f) < 0 ||
		subset_slash(w, o, &to, f) < 0 ||
		automaton_add_edge(w->out, (struct edge){ LETTER_SLASH, to }, f) < 0)
		return -1;
	for (uint32_t i = 1; i < w->alphabet->count; i++)
		if (interest_has(&in, &w->alphabet->letters[i]) &&
			(subset_letter(w, o, &w->alphabet->letters[i], &to, f) < 0 ||
				automaton_add_edge(w->out, (struct edge){ i, to }, f) < 0))
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

int automaton_of_list(struct automaton **out, const struct alphabet *alphabet,
	const struct automaton_list *list, struct fault *f)
{
	struct work w = { .alphabet = alphabet };
	int status = subset_begin(&w, list, f);

	*out = NULL;
	for (uint32_t at = 0; status == 0 && at < w.keys.count; at++)
		status = subset_expand(&w, at, f);
	if (status == 0)
		status = automaton_minimise(out, w.out, f);
	subset_end(&w);
	return status;
}
