/* An automaton: grown state by state, asked, and let go of. */
#include "common/automaton/automaton.h"

#include <stdlib.h>

#include "common/base/text.h"

struct automaton *automaton_new(const struct alphabet *alphabet)
{
	struct automaton *a = calloc(1, sizeof(*a));

	if (a)
		a->alphabet = alphabet;
	return a;
}

void automaton_free(struct automaton *a)
{
	if (!a)
		return;
	free(a->states);
	free(a->edges);
	free(a);
}

/* Room for one more in an array.  0, or -1: no memory. */
static int room(void *array, size_t *cap, size_t count, size_t size)
{
	void **items = array, *grown;
	size_t wide = *cap ? *cap * 2 : 256;

	if (count < *cap)
		return 0;
	grown = realloc(*items, wide * size);
	if (!grown)
		return -1;
	*items = grown;
	*cap = wide;
	return 0;
}

int automaton_add_state(struct automaton *a, uint32_t label, uint32_t fallback, struct fault *f)
{
	if (room(&a->states, &a->cap, a->count, sizeof(*a->states)) < 0)
		return fault_memory(f);
	a->states[a->count++] = (struct state){
		.label = label, .fallback = fallback, .first = (uint32_t)a->edge_count
	};
	return 0;
}

int automaton_add_edge(struct automaton *a, struct edge edge, struct fault *f)
{
	struct state *state = &a->states[a->count - 1];

	if (edge.to == state->fallback)
		return 0;
	if (room(&a->edges, &a->edge_cap, a->edge_count, sizeof(*a->edges)) < 0)
		return fault_memory(f);
	a->edges[a->edge_count++] = edge;
	state->count++;
	return 0;
}

uint32_t automaton_step(const struct automaton *a, uint32_t state, uint32_t letter)
{
	const struct state *s = &a->states[state];
	size_t low = s->first, high = low + s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->edges[middle].letter < letter)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->first + s->count && a->edges[low].letter == letter ? a->edges[low].to
									   : s->fallback;
}

/* The letter that the rest begins with. */
static uint32_t letter_at(const struct alphabet *alphabet, struct span rest, size_t *len)
{
	unsigned int character;

	*len = text_decode(rest, &character);
	*len += !*len;
	for (uint32_t i = 0; i < alphabet->count; i++)
		if (alphabet->letters[i].raw_len == *len &&
			memcmp(alphabet->letters[i].raw, rest.data, *len) == 0)
			return i;
	return (uint32_t)alphabet->count - 1;
}

uint32_t automaton_label(const struct automaton *a, struct span path)
{
	uint32_t state = 0;

	for (size_t i = 0, len; i < path.len; i += len)
		state = automaton_step(a, state,
			letter_at(a->alphabet, (struct span){ path.data + i, path.len - i }, &len));
	return a->states[state].label;
}

uint32_t automaton_labels(const struct automaton *a)
{
	uint32_t most = 0;

	for (size_t i = 0; i < a->count; i++)
		most = a->states[i].label > most ? a->states[i].label : most;
	return most;
}

/* How a state was first reached; `from` UINT32_MAX: not yet. */
struct step {
	uint32_t from, letter;
};

/* Appends the path that leads to the state. */
static int spell(
	const struct automaton *a, const struct step *steps, uint32_t state, struct buf *path)
{
	for (uint32_t i = state; i; i = steps[i].from)
		for (size_t k = a->alphabet->letters[steps[i].letter].raw_len; k; k--)
			if (buf_addc(path, a->alphabet->letters[steps[i].letter].raw[k - 1]) < 0)
				return -1;
	for (size_t i = 0, j = path->len; i + 1 < j; i++) {
		char c = path->data[i];

		path->data[i] = path->data[--j];
		path->data[j] = c;
	}
	return 0;
}

/* How each state is first reached, in the order of the queue; NULL: no memory. */
struct search {
	struct step *steps;
	uint32_t *queue;
	size_t head, tail;
};

static int search_begin(struct search *s, const struct automaton *a, struct fault *f)
{
	*s = (struct search){ .steps = malloc((a->count + 1) * sizeof(*s->steps)),
		.queue = malloc((a->count + 1) * sizeof(*s->queue)) };
	if (!s->steps || !s->queue)
		return fault_memory(f);
	for (size_t i = 0; i < a->count; i++)
		s->steps[i].from = UINT32_MAX;
	s->steps[0].from = 0;
	s->queue[s->tail++] = 0;
	return 0;
}

/* Goes on from a state to those that are new. */
static void search_from(struct search *s, const struct automaton *a, uint32_t state)
{
	for (uint32_t letter = 0; letter < a->alphabet->count; letter++) {
		uint32_t to = automaton_step(a, state, letter);

		if (s->steps[to].from != UINT32_MAX)
			continue;
		s->steps[to] = (struct step){ state, letter };
		s->queue[s->tail++] = to;
	}
}

static void search_end(struct search *s)
{
	free(s->steps);
	free(s->queue);
}

int automaton_shortest(const struct automaton *a, bool (*wanted)(void *context, uint32_t label),
	void *context, struct buf *path, struct fault *f)
{
	struct search s;
	int found = search_begin(&s, a, f);

	buf_clear(path);
	while (found == 0 && s.head < s.tail) {
		uint32_t state = s.queue[s.head++];

		if (wanted(context, a->states[state].label))
			found = spell(a, s.steps, state, path) < 0 ? fault_memory(f) : 1;
		else
			search_from(&s, a, state);
	}
	search_end(&s);
	return found;
}

struct examples {
	const struct automaton *a;
	uint32_t wanted;
	struct buf path; /* the one that first leads to a state */
	int (*each)(void *context, struct span path);
	void *context;
};

/* The paths that are one letter longer than the one that first leads to the state. */
static int each_longer(struct examples *e, uint32_t state)
{
	const struct alphabet *alphabet = e->a->alphabet;
	size_t len = e->path.len;
	int status = 0;

	for (uint32_t i = 1; status == 0 && i < alphabet->count; i++) {
		const struct letter *letter = &alphabet->letters[i];

		if (e->a->states[automaton_step(e->a, state, i)].label != e->wanted)
			continue;
		e->path.len = len;
		if (buf_add(&e->path, letter->raw, letter->raw_len) < 0)
			return -1;
		status = e->each(e->context, buf_span(&e->path));
	}
	return status;
}

int automaton_examples(const struct automaton *a, uint32_t wanted,
	int (*each)(void *context, struct span path), void *context, struct fault *f)
{
	struct examples e = { a, wanted, BUF_INIT((size_t)1 << 20), each, context };
	struct search s;
	int status = search_begin(&s, a, f);

	while (status == 0 && s.head < s.tail) {
		uint32_t state = s.queue[s.head++];

		buf_clear(&e.path);
		if (spell(a, s.steps, state, &e.path) < 0)
			status = fault_memory(f);
		else
			status = each_longer(&e, state);
		search_from(&s, a, state);
	}
	search_end(&s);
	buf_release(&e.path);
	return status;
}
