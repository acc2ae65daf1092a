/* Two automata side by side: union, intersection, difference, whatever a rule makes of labels. */
#include <stdlib.h>

#include "common/automaton/automaton.h"
#include "common/automaton/keys.h"

struct pairing {
	const struct automaton *a, *b;
	const struct automaton_rule *rule;
	struct keys pairs;
	struct automaton *out;
};

static int number(struct pairing *p, uint32_t a, uint32_t b, uint32_t *out, struct fault *f)
{
	const uint32_t pair[] = { a, b };

	return keys_number(&p->pairs, pair, 2, out, f);
}

static int add_edge(struct pairing *p, const uint32_t pair[2], uint32_t letter, struct fault *f)
{
	struct edge edge = { .letter = letter };

	if (number(p, automaton_step(p->a, pair[0], letter), automaton_step(p->b, pair[1], letter),
		    &edge.to, f) < 0)
		return -1;
	return automaton_add_edge(p->out, edge, f);
}

static int add_edges(struct pairing *p, const uint32_t pair[2], struct fault *f)
{
	const struct state *a = &p->a->states[pair[0]], *b = &p->b->states[pair[1]];
	/* An automaton whose states all go one way has no edges at all, and no place for them. */
	const struct edge *x = a->count ? p->a->edges + a->first : NULL,
			  *y = b->count ? p->b->edges + b->first : NULL;
	size_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		uint32_t letter = j == b->count || (i < a->count && x[i].letter < y[j].letter)
					  ? x[i].letter
					  : y[j].letter;

		if (add_edge(p, pair, letter, f) < 0)
			return -1;
		i += i < a->count && x[i].letter == letter;
		j += j < b->count && y[j].letter == letter;
	}
	return 0;
}

static int pair_all(struct pairing *p, struct fault *f)
{
	uint32_t first;

	if (number(p, 0, 0, &first, f) < 0)
		return -1;
	for (uint32_t at = 0; at < p->pairs.count; at++) {
		uint32_t len, fallback;
		const uint32_t *words = keys_words(&p->pairs, at, &len);
		const uint32_t pair[] = { words[0], words[1] };
		const struct state *a = &p->a->states[pair[0]], *b = &p->b->states[pair[1]];
		int64_t label = p->rule->label(p->rule->context, a->label, b->label);

		if (label < 0)
			return -1;
		if (number(p, a->fallback, b->fallback, &fallback, f) < 0 ||
			automaton_add_state(p->out, (uint32_t)label, fallback, f) < 0 ||
			add_edges(p, pair, f) < 0)
			return -1;
	}
	return 0;
}

int automaton_combine(struct automaton **out, const struct automaton *a, const struct automaton *b,
	const struct automaton_rule *rule, struct fault *f)
{
	struct pairing p = { .a = a, .b = b, .rule = rule };
	int status = -1;

	*out = NULL;
	p.out = automaton_new(a->alphabet);
	if (!p.out)
		(void)fault_memory(f);
	else if (pair_all(&p, f) == 0)
		status = automaton_minimise(out, p.out, f);
	automaton_free(p.out);
	keys_release(&p.pairs);
	return status;
}
