/*
 * As few states as can be: states are parted by label, then again and again by where their letters
 * lead, until nothing is parted any more.
 *
 * Where a state's letters lead is compared as a whole by a sum: each letter has a number drawn at
 * random, each class another, and the sum of their products is the same for states that agree.  It
 * takes two sums of 64 bits to be alike by chance for a wrong answer.
 */
#include <stdlib.h>

#include "common/automaton/automaton.h"
#include "common/automaton/keys.h"

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* The number of a letter in one of the two sums. */
static uint64_t weight(uint32_t letter, unsigned sum)
{
	return mix(letter * UINT64_C(2) + sum + (UINT64_C(1) << 40)) | 1;
}

struct parting {
	const struct automaton *a;
	uint32_t *classes, *next;
	uint64_t all[2]; /* the weights of all letters together */
	size_t count;    /* classes */
};

/* Where the state's letters lead, summed up. */
static void sum_up(const struct parting *p, const struct state *state, uint64_t sums[2])
{
	uint64_t fallback = mix(p->classes[state->fallback]);

	for (unsigned k = 0; k < 2; k++) {
		sums[k] = p->all[k] * fallback;
		for (size_t i = state->first; i < state->first + state->count; i++) {
			const struct edge *edge = &p->a->edges[i];

			sums[k] += weight(edge->letter, k) * (mix(p->classes[edge->to]) - fallback);
		}
	}
}

/* Parts the classes once more.  0 or -1. */
static int part(struct parting *p, struct fault *f)
{
	struct keys keys = { 0 };
	int status = 0;

	for (size_t i = 0; status == 0 && i < p->a->count; i++) {
		uint64_t sums[2];
		uint32_t key[5];

		sum_up(p, &p->a->states[i], sums);
		key[0] = p->classes[i];
		for (unsigned k = 0; k < 2; k++) {
			key[1 + 2 * k] = (uint32_t)sums[k];
			key[2 + 2 * k] = (uint32_t)(sums[k] >> 32);
		}
		status = keys_number(&keys, key, 5, &p->next[i], f);
	}
	p->count = keys.count;
	keys_release(&keys);
	return status;
}

static int part_all(struct parting *p, struct fault *f)
{
	size_t before = 0;

	for (uint32_t i = 0; i < p->a->alphabet->count; i++)
		for (unsigned k = 0; k < 2; k++)
			p->all[k] += weight(i, k);
	for (size_t i = 0; i < p->a->count; i++)
		p->classes[i] = p->a->states[i].label;
	do {
		uint32_t *swap;

		before = p->count;
		if (part(p, f) < 0)
			return -1;
		swap = p->classes;
		p->classes = p->next;
		p->next = swap;
	} while (p->count != before);
	return 0;
}

/* The parted classes as states; that of the first state is 0, since it was the first numbered. */
static int rebuild(const struct parting *p, struct automaton *out, struct fault *f)
{
	size_t made = 0;

	for (size_t i = 0; i < p->a->count; i++) {
		const struct state *state = &p->a->states[i];

		if (p->classes[i] != made)
			continue;
		made++;
		if (automaton_add_state(out, state->label, p->classes[state->fallback], f) < 0)
			return -1;
		for (size_t k = state->first; k < state->first + state->count; k++) {
			struct edge edge = { p->a->edges[k].letter, p->classes[p->a->edges[k].to] };

			if (automaton_add_edge(out, edge, f) < 0)
				return -1;
		}
	}
	return 0;
}

int automaton_minimise(struct automaton **out, const struct automaton *a, struct fault *f)
{
	struct parting p = { .a = a };
	int status = -1;

	p.classes = calloc(a->count + 1, sizeof(*p.classes));
	p.next = calloc(a->count + 1, sizeof(*p.next));
	*out = automaton_new(a->alphabet);
	if (!p.classes || !p.next || !*out)
		(void)fault_memory(f);
	else if (part_all(&p, f) == 0)
		status = rebuild(&p, *out, f);
	free(p.classes);
	free(p.next);
	if (status < 0) {
		automaton_free(*out);
		*out = NULL;
	}
	return status;
}
