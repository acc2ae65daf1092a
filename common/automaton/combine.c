/*
 * Two automata side by side: union, intersection, difference, whatever a rule makes of labels.
 *
 * Where nothing that follows can change the label of one, and the rule then makes the same of every
 * label of the other, the other is not gone through: what a few patterns have in common with a
 * large automaton is found in as many steps as the patterns take.
 */
#include <stdlib.h>

#include "common/automaton/automaton.h"
#include "common/automaton/keys.h"

#define ANY UINT32_MAX /* in the place of a state of the one that does not matter */

struct pairing {
	const struct automaton *a, *b;
	const struct automaton_rule *rule;
	bool *decided[2]; /* of each state: whatever the other's is, it is one label from here on */
	struct keys pairs;
	struct automaton *out;
};

static int number(struct pairing *p, uint32_t a, uint32_t b, uint32_t *out, struct fault *f)
{
	uint32_t pair[] = { a, b };

	if (p->decided[0][a])
		pair[1] = ANY;
	else if (p->decided[1][b])
		pair[0] = ANY;
	return keys_number(&p->pairs, pair, 2, out, f);
}

static int64_t label_of(const struct pairing *p, uint32_t one, uint32_t other, bool second)
{
	return second ? p->rule->label(p->rule->context, other, one)
		      : p->rule->label(p->rule->context, one, other);
}

/* Whether the rule makes the same of the label and of each label of the other. */
static int is_decided(const struct pairing *p, uint32_t label, bool second)
{
	const struct automaton *other = second ? p->a : p->b;
	int64_t made = label_of(p, label, other->states[0].label, second);

	for (size_t i = 1; made >= 0 && i < other->count; i++) {
		int64_t next = made;

		if (other->states[i].label != other->states[i - 1].label)
			next = label_of(p, label, other->states[i].label, second);
		if (next != made)
			return next < 0 ? -1 : 0;
	}
	return made < 0 ? -1 : 1;
}

/* Finds them among the states that every letter leads back to.  0 or -1. */
static int find_decided(struct pairing *p, bool second, struct fault *f)
{
	const struct automaton *one = second ? p->b : p->a;
	bool *decided = calloc(one->count, sizeof(*decided));

	p->decided[second] = decided;
	if (!decided)
		return fault_memory(f);
	for (uint32_t i = 0; i < one->count; i++) {
		const struct state *state = &one->states[i];
		int is = state->count == 0 && state->fallback == i
				 ? is_decided(p, state->label, second)
				 : 0;

		if (is < 0)
			return -1;
		decided[i] = is;
	}
	return 0;
}

/* The state of a pair of which one does not matter. */
static int add_decided(struct pairing *p, const uint32_t pair[2], uint32_t at, struct fault *f)
{
	uint32_t a = p->a->states[pair[0] == ANY ? 0 : pair[0]].label,
		 b = p->b->states[pair[1] == ANY ? 0 : pair[1]].label;
	int64_t label = p->rule->label(p->rule->context, a, b);

	return label < 0 ? -1 : automaton_add_state(p->out, (uint32_t)label, at, f);
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
		const struct state *a, *b;
		int64_t label;

		if (pair[0] == ANY || pair[1] == ANY) {
			if (add_decided(p, pair, at, f) < 0)
				return -1;
			continue;
		}
		a = &p->a->states[pair[0]];
		b = &p->b->states[pair[1]];
		label = p->rule->label(p->rule->context, a->label, b->label);
		if (label < 0)
			return -1;
		if (number(p, a->fallback, b->fallback, &fallback, f) < 0 ||
			automaton_add_state(p->out, (uint32_t)label, fallback, f) < 0 ||
			add_edges(p, pair, f) < 0)
			return -1;
	}
	return 0;
}

int automaton_pair(struct automaton **out, const struct automaton *a, const struct automaton *b,
	const struct automaton_rule *rule, struct fault *f)
{
	struct pairing p = { .a = a, .b = b, .rule = rule };
	int status = -1;

	p.out = automaton_new(a->alphabet);
	if (!p.out)
		(void)fault_memory(f);
	else if (find_decided(&p, false, f) == 0 && find_decided(&p, true, f) == 0)
		status = pair_all(&p, f);
	free(p.decided[0]);
	free(p.decided[1]);
	keys_release(&p.pairs);
	if (status < 0)
		automaton_free(p.out);
	*out = status < 0 ? NULL : p.out;
	return status;
}

int automaton_combine(struct automaton **out, const struct automaton *a, const struct automaton *b,
	const struct automaton_rule *rule, struct fault *f)
{
	struct automaton *pairs = NULL;
	int status = -1;

	*out = NULL;
	if (automaton_pair(&pairs, a, b, rule, f) == 0)
		status = automaton_minimise(out, pairs, f);
	automaton_free(pairs);
	return status;
}
