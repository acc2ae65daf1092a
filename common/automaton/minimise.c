/*
 * As few states as can be: states are parted by label, then again and again by where their letters
 * lead, until nothing is parted any more.
 *
 * Only a state one of whose targets has come into another class is looked at again, and of the
 * parts of a class the largest keeps its number.  So a state is looked at a few times, however deep
 * the automaton is.
 *
 * Where a state's letters lead is compared as a whole by a sum: each letter has a number drawn at
 * random, each class another, and the sum of their products is the same for states that agree.  It
 * takes two sums of 64 bits to be alike by chance for a wrong answer.
 */
#include <stdlib.h>

#include "common/automaton/automaton.h"

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* A state, and where its letters lead, summed up. */
struct sums {
	uint64_t sums[2];
	uint32_t state;
};

/* A class: its states are a stretch of `order`, those that are to be looked at again in front. */
struct class
{
	uint32_t first, end, marked; /* `marked`: the end of those in front */
};

struct parting {
	const struct automaton *a;
	uint64_t weights[LETTERS_MAX][2], all[2]; /* of each letter, and of all together */
	uint64_t *random;                         /* of each state, the number of its class */
	uint32_t *class_of, *order, *place; /* of each state, its class and place in `order` */
	struct class *classes;
	uint32_t *waiting; /* classes with states in front */
	size_t count, waiting_first, waiting_count;
	uint32_t *sources_at, *sources; /* of each state: those that lead to it */
	struct sums *sums;              /* of the class that is being parted */
	uint32_t *ends;                 /* of the stretches of states that agree in it */
	uint32_t *moved;                /* the states that have come into another class */
	size_t moved_count;
};

static void sum_up(const struct parting *p, struct sums *out, uint32_t number)
{
	const struct state *state = &p->a->states[number];
	uint64_t fallback = p->random[state->fallback];

	out->state = number;
	for (unsigned k = 0; k < 2; k++)
		out->sums[k] = p->all[k] * fallback;
	for (size_t i = state->first; i < state->first + state->count; i++) {
		const struct edge *edge = &p->a->edges[i];
		uint64_t other = p->random[edge->to] - fallback;

		for (unsigned k = 0; k < 2; k++)
			out->sums[k] += p->weights[edge->letter][k] * other;
	}
}

static int by_sums(const void *a, const void *b)
{
	const struct sums *x = a, *y = b;

	if (x->sums[0] != y->sums[0])
		return x->sums[0] < y->sums[0] ? -1 : 1;
	return (x->sums[1] > y->sums[1]) - (x->sums[1] < y->sums[1]);
}

/* The states that lead to each, in one array. */
static void find_sources(struct parting *p)
{
	const struct automaton *a = p->a;
	uint32_t *at = p->sources_at;

	for (size_t i = 0; i < a->count; i++)
		at[a->states[i].fallback]++;
	for (size_t i = 0; i < a->edge_count; i++)
		at[a->edges[i].to]++;
	for (size_t i = 0; i < a->count; i++)
		at[i + 1] += at[i];
	for (uint32_t i = 0; i < a->count; i++) {
		const struct state *state = &a->states[i];

		p->sources[--at[state->fallback]] = i;
		for (size_t k = state->first; k < state->first + state->count; k++)
			p->sources[--at[a->edges[k].to]] = i;
	}
}

/* The class is to be parted, in its turn: later is better, since more is known by then. */
static void put_off(struct parting *p, uint32_t number)
{
	p->waiting[(p->waiting_first + p->waiting_count++) % p->a->count] = number;
}

/* The state is to be looked at again. */
static void mark(struct parting *p, uint32_t state)
{
	uint32_t number = p->class_of[state];
	struct class *class = &p->classes[number];
	uint32_t at = p->place[state], other = p->order[class->marked];

	if (at < class->marked)
		return;
	if (class->marked == class->first)
		put_off(p, number);
	p->order[at] = other;
	p->place[other] = at;
	p->order[class->marked] = state;
	p->place[state] = class->marked++;
}

/* Makes a stretch of a class one of its own. */
static void part_off(struct parting *p, uint32_t first, uint32_t end)
{
	uint32_t number = (uint32_t)p->count++;

	p->classes[number] = (struct class){ first, end, first };
	for (uint32_t i = first; i < end; i++) {
		p->class_of[p->order[i]] = number;
		p->random[p->order[i]] = mix(number);
		p->moved[p->moved_count++] = p->order[i];
	}
}

/*
 * Brings those of the class that agree together.  Those behind agree already: one stands for all,
 * and who of those in front agrees with it comes last.  Returns how many stretches there are.
 */
static size_t arrange(struct parting *p, const struct class *class)
{
	uint32_t at = class->first, count = class->marked - class->first;
	bool behind = class->marked < class->end;
	struct sums others = { .state = 0 };
	size_t stretches = 0;

	for (uint32_t i = 0; i < count; i++)
		sum_up(p, &p->sums[i], p->order[class->first + i]);
	if (behind)
		sum_up(p, &others, p->order[class->marked]);
	if (count > 1)
		qsort(p->sums, count, sizeof(*p->sums), by_sums);
	for (int last = 0; last < 2; last++)
		for (uint32_t i = 0; i < count; i++) {
			if ((behind && by_sums(&p->sums[i], &others) == 0) != last)
				continue;
			if (!last && (i == 0 || by_sums(&p->sums[i - 1], &p->sums[i]) != 0))
				p->ends[stretches++] = at;
			p->order[at] = p->sums[i].state;
			p->place[p->sums[i].state] = at++;
			if (!last)
				p->ends[stretches - 1] = at;
		}
	if (behind)
		p->ends[stretches++] = class->end;
	return stretches;
}

/* Parts a class by where its states lead; the largest part keeps its number. */
static void part(struct parting *p, uint32_t number)
{
	const struct class class = p->classes[number];
	size_t stretches = arrange(p, &class);
	struct class kept = { 0, 0, 0 };

	for (size_t i = 0; i < stretches; i++) {
		uint32_t first = i ? p->ends[i - 1] : class.first;

		if (p->ends[i] - first > kept.end - kept.first)
			kept = (struct class){ first, p->ends[i], first };
	}
	p->classes[number] = kept;
	p->moved_count = 0;
	for (size_t i = 0; i < stretches; i++) {
		uint32_t first = i ? p->ends[i - 1] : class.first;

		if (first != kept.first)
			part_off(p, first, p->ends[i]);
	}
	for (size_t i = 0; i < p->moved_count; i++)
		for (uint32_t k = p->sources_at[p->moved[i]]; k < p->sources_at[p->moved[i] + 1];
			k++)
			mark(p, p->sources[k]);
}

/* The first classes: one for each label, of which all states are to be looked at. */
static void part_by_label(struct parting *p)
{
	size_t count = p->a->count;

	for (uint32_t i = 0; i < count; i++)
		p->sums[i] = (struct sums){ { p->a->states[i].label, 0 }, i };
	qsort(p->sums, count, sizeof(*p->sums), by_sums);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t state = p->sums[i].state;

		if (i == 0 || by_sums(&p->sums[i - 1], &p->sums[i]) != 0) {
			p->classes[p->count].first = i;
			put_off(p, (uint32_t)p->count++);
		}
		p->classes[p->count - 1].end = p->classes[p->count - 1].marked = i + 1;
		p->class_of[state] = (uint32_t)p->count - 1;
		p->random[state] = mix(p->count - 1);
		p->order[i] = state;
		p->place[state] = i;
	}
}

static void part_all(struct parting *p)
{
	for (uint32_t i = 0; i < p->a->alphabet->count; i++)
		for (unsigned k = 0; k < 2; k++) {
			p->weights[i][k] = mix(i * UINT64_C(2) + k + (UINT64_C(1) << 40)) | 1;
			p->all[k] += p->weights[i][k];
		}
	find_sources(p);
	part_by_label(p);
	while (p->waiting_count) {
		uint32_t next = p->waiting[p->waiting_first];

		p->waiting_first = (p->waiting_first + 1) % p->a->count;
		p->waiting_count--;
		part(p, next);
	}
}

/* The classes as states, in the order of their first ones: the first state's is the first. */
static int rebuild(struct parting *p, struct automaton *out, struct fault *f)
{
	uint32_t *names = p->place, made = 0;

	for (size_t i = 0; i < p->count; i++)
		names[i] = UINT32_MAX;
	for (size_t i = 0; i < p->a->count; i++)
		if (names[p->class_of[i]] == UINT32_MAX) {
			p->order[made] = (uint32_t)i;
			names[p->class_of[i]] = made++;
		}
	for (size_t i = 0; i < made; i++) {
		const struct state *state = &p->a->states[p->order[i]];

		if (automaton_add_state(out, state->label, names[p->class_of[state->fallback]], f) <
			0)
			return -1;
		for (size_t k = state->first; k < state->first + state->count; k++) {
			const struct edge *edge = &p->a->edges[k];

			if (automaton_add_edge(out,
				    (struct edge){ edge->letter, names[p->class_of[edge->to]] },
				    f) < 0)
				return -1;
		}
	}
	return 0;
}

/* Room for all that is known of the states.  0 or -1. */
static int prepare(struct parting *p)
{
	size_t count = p->a->count + 1;

	p->class_of = calloc(count, sizeof(*p->class_of));
	p->random = calloc(count, sizeof(*p->random));
	p->order = calloc(count, sizeof(*p->order));
	p->place = calloc(count, sizeof(*p->place));
	p->classes = calloc(count, sizeof(*p->classes));
	p->waiting = calloc(count, sizeof(*p->waiting));
	p->ends = calloc(count, sizeof(*p->ends));
	p->moved = calloc(count, sizeof(*p->moved));
	p->sums = calloc(count, sizeof(*p->sums));
	p->sources_at = calloc(count + 1, sizeof(*p->sources_at));
	p->sources = calloc(count + p->a->edge_count, sizeof(*p->sources));
	return p->class_of && p->random && p->order && p->place && p->classes && p->waiting &&
			       p->ends && p->moved && p->sums && p->sources_at && p->sources
		       ? 0
		       : -1;
}

static void parting_free(struct parting *p)
{
	if (!p)
		return;
	free(p->class_of);
	free(p->random);
	free(p->order);
	free(p->place);
	free(p->classes);
	free(p->waiting);
	free(p->ends);
	free(p->moved);
	free(p->sums);
	free(p->sources_at);
	free(p->sources);
	free(p);
}

int automaton_minimise(struct automaton **out, const struct automaton *a, struct fault *f)
{
	struct parting *p = calloc(1, sizeof(*p));
	int status = -1;

	*out = automaton_new(a->alphabet);
	if (p)
		p->a = a;
	if (!p || !*out || prepare(p) < 0)
		(void)fault_memory(f);
	else {
		part_all(p);
		status = rebuild(p, *out, f);
	}
	parting_free(p);
	if (status < 0) {
		automaton_free(*out);
		*out = NULL;
	}
	return status;
}
