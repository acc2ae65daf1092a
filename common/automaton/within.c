/* A list within a context: its states are worked out as the context comes to them. */
#include <stdlib.h>

#include "common/automaton/subset.h"

#define DEAD UINT32_MAX /* in the place of a context's state: no path goes on from here */

struct within {
	const struct automaton *context;
	struct work list;
	uint32_t *at; /* of each state of the list: its place in list.out and one; 0: none yet */
	size_t at_cap;
	struct keys pairs;
	struct automaton *out;
	bool has;
};

static bool is_dead(const struct within *w, uint32_t context)
{
	const struct state *state = &w->context->states[context];

	return state->label != 1 && state->count == 0 && state->fallback == context;
}

/* The list's state, worked out when it was not; NULL: a fault. */
static const struct state *list_state(struct within *w, uint32_t number, struct fault *f)
{
	if (number >= w->at_cap) {
		size_t cap = number * 2 + 1024;
		uint32_t *grown = realloc(w->at, cap * sizeof(*grown));

		if (!grown) {
			(void)fault_memory(f);
			return NULL;
		}
		memset(grown + w->at_cap, 0, (cap - w->at_cap) * sizeof(*grown));
		w->at = grown;
		w->at_cap = cap;
	}
	if (!w->at[number]) {
		if (subset_expand(&w->list, number, f) < 0)
			return NULL;
		w->at[number] = (uint32_t)w->list.out->count;
	}
	return &w->list.out->states[w->at[number] - 1];
}

/* The number of the pair. */
static int number_of(
	struct within *w, uint32_t context, uint32_t list, uint32_t *out, struct fault *f)
{
	uint32_t len, pair[] = { context, list };
	const uint32_t *words = keys_words(&w->list.keys, list, &len);
	bool decided = words[0] == DECIDED;
	bool gives = decided && !w->list.trie.negated[w->list.trie.run_from[words[1] - 1]];

	if (is_dead(w, context) || words[0] == NO_PATH || (decided && gives != w->has)) {
		pair[0] = DEAD;
		pair[1] = 0;
	}
	return keys_number(&w->pairs, pair, 2, out, f);
}

static int add_edge(struct within *w, const uint32_t pair[2], uint32_t letter, struct fault *f)
{
	uint32_t state = w->at[pair[1]] - 1;
	struct edge edge = { .letter = letter };

	if (number_of(w, automaton_step(w->context, pair[0], letter),
		    automaton_step(w->list.out, state, letter), &edge.to, f) < 0)
		return -1;
	return automaton_add_edge(w->out, edge, f);
}

static int add_edges(struct within *w, const uint32_t pair[2], struct fault *f)
{
	const struct state a = w->context->states[pair[0]],
			   b = w->list.out->states[w->at[pair[1]] - 1];
	size_t i = 0, j = 0;

	while (i < a.count || j < b.count) {
		uint32_t x = i < a.count ? w->context->edges[a.first + i].letter : UINT32_MAX;
		uint32_t y = j < b.count ? w->list.out->edges[b.first + j].letter : UINT32_MAX;
		uint32_t letter = x < y ? x : y;

		if (add_edge(w, pair, letter, f) < 0)
			return -1;
		i += x == letter;
		j += y == letter;
	}
	return 0;
}

static int expand(struct within *w, uint32_t at, struct fault *f)
{
	uint32_t len, fallback;
	const uint32_t *words = keys_words(&w->pairs, at, &len);
	const uint32_t pair[] = { words[0], words[1] };
	const struct state *list;
	bool label;

	if (pair[0] == DEAD)
		return automaton_add_state(w->out, 0, at, f);
	list = list_state(w, pair[1], f);
	if (!list)
		return -1;
	label = w->context->states[pair[0]].label == 1 && (list->label == LABEL_HAS) == w->has;
	if (number_of(w, w->context->states[pair[0]].fallback, list->fallback, &fallback, f) < 0 ||
		automaton_add_state(w->out, label, fallback, f) < 0)
		return -1;
	return add_edges(w, pair, f);
}

int automaton_within(struct automaton **out, const struct automaton *context,
	const struct automaton_list *list, bool has, struct fault *f)
{
	struct within w = { .context = context, .list.alphabet = context->alphabet, .has = has };
	int status = pattern_set_compile(list->set, list->list) < 0
			     ? fault_memory(f)
			     : subset_begin(&w.list, list, f);
	uint32_t first;

	*out = NULL;
	w.out = automaton_new(context->alphabet);
	if (status == 0 && !w.out)
		status = fault_memory(f);
	if (status == 0)
		status = number_of(&w, 0, 0, &first, f);
	for (uint32_t at = 0; status == 0 && at < w.pairs.count; at++)
		status = expand(&w, at, f);
	if (status == 0)
		status = automaton_minimise(out, w.out, f);
	automaton_free(w.out);
	keys_release(&w.pairs);
	subset_end(&w.list);
	free(w.at);
	return status;
}
