/* One letter on, from a set of nodes to the next. */
#include "common/automaton/subset.h"

#include <stdlib.h>

/* The first pattern that can still change the answer. */
static int32_t needed(const struct work *w)
{
	return w->best < 0 ? 0 : w->trie.run_from[w->best + 1];
}

/* Whether a pattern below the node can. */
static bool matters(const struct work *w, const struct trie_node *node)
{
	return node->top[0] >= needed(w) || node->top[1] >= needed(w);
}

/* Whether nothing that can still be read takes back what is given, or gives what is taken back. */
static bool is_decided(const struct work *w)
{
	int32_t first = needed(w);
	bool other;

	if (w->best < 0)
		return false;
	other = !w->trie.negated[w->trie.run_from[w->best]];
	for (size_t i = 2; i < w->key_len; i++)
		if (w->trie.nodes[w->key[i]].top[other] >= first)
			return false;
	return true;
}

static void key_add(struct work *w, uint32_t word)
{
	if (pattern_room(&w->key, &w->key_cap, w->key_len, sizeof(word)) < 0)
		w->failed = true;
	else
		w->key[w->key_len++] = word;
}

static void bag_add(struct work *w, struct bag *bag, uint32_t node)
{
	if (!bag->stamp) {
		bag->stamp = calloc(w->trie.count, sizeof(*bag->stamp));
		bag->items = calloc(w->trie.count, sizeof(*bag->items));
		if (!bag->stamp || !bag->items) {
			w->failed = true;
			return;
		}
	}
	if (bag->stamp[node] == w->now)
		return;
	bag->stamp[node] = w->now;
	bag->items[bag->count++] = node;
}

static void take_run(struct work *w, int32_t pattern)
{
	if (w->trie.run[pattern] > w->best)
		w->best = w->trie.run[pattern];
}

static void half_add(struct work *w, uint32_t half)
{
	for (size_t i = 0; i < w->half_count; i++)
		if (w->halves[i] == half)
			return;
	if (pattern_room(&w->halves, &w->half_cap, w->half_count, sizeof(half)) < 0)
		w->failed = true;
	else
		w->halves[w->half_count++] = half;
}

/* Takes what is whole at the node; `below`: something lies below it. */
static void take_ends(struct work *w, uint32_t number, bool below)
{
	const struct trie_node *node = &w->trie.nodes[number];

	for (int32_t e = node->end; e >= 0; e = w->trie.ends[e].next) {
		const struct trie_end *end = &w->trie.ends[e];

		if (end->directory && !below)
			continue;
		if (w->trie.both[end->pattern])
			half_add(w, (uint32_t)end->pattern * 2 + node->exact);
		else
			take_run(w, end->pattern);
	}
}

/* Adds the node, and those that it comes to without reading on. */
static void enter(struct work *w, struct bag *bag, uint32_t number)
{
	const struct trie_node *node = &w->trie.nodes[number];
	uint32_t child;

	if (w->failed || !matters(w, node))
		return;
	bag_add(w, bag, number);
	if (node->step == STEP_STAR)
		take_ends(w, number, false); /* however the name goes on */
	child = trie_child(&w->trie, node, STEP_STAR);
	if (child != NO_NODE)
		enter(w, bag, child);
	child = trie_child(&w->trie, node, STEP_DEEP);
	if (child != NO_NODE)
		enter(w, bag, child);
}

/* How many bytes `?` and brackets take. */
static size_t taken(bool generous, const char *bytes, size_t len)
{
	size_t n = 1;

	while (generous && (unsigned char)bytes[0] >= 0xc0 && n < len && n < 4 &&
		((unsigned char)bytes[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* One byte on from a node, into the bags. */
static void go_on(struct work *w, uint32_t number, struct span letter, size_t at)
{
	const struct trie_node *node = &w->trie.nodes[number];
	unsigned char byte = (unsigned char)letter.data[at];
	bool generous = w->trie.generous && !node->exact;
	size_t whole = at + taken(generous, letter.data + at, letter.len - at);
	uint32_t child = trie_byte(&w->trie, node, byte);

	if (node->step == STEP_STAR)
		bag_add(w, &w->bags[at + 1], number);
	if (child != NO_NODE)
		enter(w, &w->bags[at + 1], child);
	for (child = node->others; child != NO_NODE; child = w->trie.nodes[child].sibling) {
		const struct trie_node *c = &w->trie.nodes[child];

		if (c->step == STEP_ANY ||
			(c->step == STEP_SET &&
				w->trie.sets[c->set].bits[byte / 32] >> (byte % 32) & 1))
			enter(w, &w->bags[whole], child);
	}
}

/* The letter on, over the nodes of one of the trees; what comes of it goes into the key. */
static void read_letter(struct work *w, const struct origin *o, bool exact, struct span letter)
{
	w->now++;
	for (size_t at = 0; at <= letter.len; at++)
		w->bags[at].count = 0;
	for (uint32_t i = 2; i < o->halves_at; i++) {
		const struct trie_node *node = &w->trie.nodes[o->words[i]];

		if (node->exact != exact || !matters(w, node))
			continue;
		if (node->step != STEP_DEEP || o->at_start)
			go_on(w, o->words[i], letter, 0);
		if (node->step == STEP_DEEP)
			bag_add(w, &w->bags[letter.len], o->words[i]);
	}
	for (size_t at = 1; at < letter.len; at++)
		for (size_t i = 0; i < w->bags[at].count && !w->failed; i++)
			go_on(w, w->bags[at].items[i], letter, at);
	for (size_t i = 0; i < w->bags[letter.len].count; i++)
		key_add(w, w->bags[letter.len].items[i]);
}

/* Lets count the patterns that both trees have. */
static void join_halves(struct work *w)
{
	for (size_t i = 0; i < w->half_count; i++)
		for (size_t k = 0; k < i; k++)
			if (w->halves[k] == (w->halves[i] ^ 1))
				take_run(w, (int32_t)(w->halves[i] / 2));
}

/* Starts a step from the state: its best and halves are those of the work. */
static void begin(struct work *w, const struct origin *o)
{
	w->best = o->best;
	w->half_count = 0;
	for (uint32_t i = o->halves_at; i < o->len; i++)
		half_add(w, o->words[i] & ~HALF);
	w->key_len = 0;
	key_add(w, 0);
	key_add(w, 0);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Whether the node still matters, now that the best of the step is known. */
static bool is_idle(const struct work *w, const struct trie_node *node)
{
	if (!matters(w, node))
		return true;
	if (node->step != STEP_STAR || node->bytes != NO_NODE || node->others != NO_NODE)
		return false;
	for (int32_t e = node->end; e >= 0; e = w->trie.ends[e].next)
		if (w->trie.ends[e].directory)
			return false;
	return true;
}

static void drop_idle(struct work *w)
{
	size_t kept = 2;

	for (size_t i = 2; i < w->key_len; i++)
		if (!is_idle(w, &w->trie.nodes[w->key[i]]))
			w->key[kept++] = w->key[i];
	w->key_len = kept;
}

/* Ends a step: the state that the key is of. */
static int finish(struct work *w, uint32_t flags, uint32_t *number, struct fault *f)
{
	join_halves(w);
	drop_idle(w);
	if (is_decided(w)) {
		bool negated = w->trie.negated[w->trie.run_from[w->best]];

		w->best = negated != w->trie.negated[0];
		w->key_len = 2;
		w->half_count = 0;
		flags = DECIDED;
	}
	for (size_t i = 0; i < w->half_count; i++)
		if ((int32_t)(w->halves[i] / 2) >= needed(w))
			key_add(w, w->halves[i] | HALF);
	if (w->failed)
		return fault_memory(f);
	w->key[0] = flags;
	w->key[1] = (uint32_t)(w->best + 1);
	qsort(w->key + 2, w->key_len - 2, sizeof(*w->key), by_number);
	return keys_number(&w->keys, w->key, (uint32_t)w->key_len, number, f);
}

int subset_no_path(struct work *w, uint32_t *number, struct fault *f)
{
	static const uint32_t key[] = { NO_PATH, 0 };

	return keys_number(&w->keys, key, 2, number, f);
}

/* A name ends and the next begins. */
int subset_slash(struct work *w, const struct origin *o, uint32_t *number, struct fault *f)
{
	if (o->at_start)
		return subset_no_path(w, number, f);
	begin(w, o);
	for (uint32_t i = 2; i < o->halves_at; i++)
		take_ends(w, o->words[i], true);
	join_halves(w);
	w->now++;
	w->bags[0].count = 0;
	for (uint32_t i = 2; i < o->halves_at; i++) {
		const struct trie_node *node = &w->trie.nodes[o->words[i]];
		uint32_t child = trie_child(&w->trie, node, STEP_SLASH);

		if (node->step == STEP_DEEP)
			enter(w, &w->bags[0], o->words[i]);
		else if (child != NO_NODE)
			enter(w, &w->bags[0], child);
	}
	for (size_t i = 0; i < w->bags[0].count; i++)
		key_add(w, w->bags[0].items[i]);
	return finish(w, AT_START, number, f);
}

int subset_letter(struct work *w, const struct origin *o, const struct letter *letter,
	uint32_t *number, struct fault *f)
{
	const struct span raw = { letter->raw, letter->raw_len },
			  folded = { letter->folded, letter->folded_len };

	begin(w, o);
	for (uint32_t i = 2; o->at_start && i < o->halves_at; i++)
		if (w->trie.nodes[o->words[i]].step == STEP_DEEP)
			take_ends(w, o->words[i], false);
	join_halves(w);
	read_letter(w, o, false, w->trie.generous ? folded : raw);
	if (w->trie.generous)
		read_letter(w, o, true, raw);
	return finish(w, 0, number, f);
}

/* What the list says of the path that ends here. */
enum list_label subset_label(struct work *w, const struct origin *o)
{
	if (o->at_start)
		return LABEL_NONE;
	begin(w, o);
	for (uint32_t i = 2; i < o->halves_at; i++)
		if (w->trie.nodes[o->words[i]].step != STEP_DEEP)
			take_ends(w, o->words[i], false);
	join_halves(w);
	if (w->best < 0)
		return LABEL_NONE;
	return w->trie.negated[w->trie.run_from[w->best]] ? LABEL_TAKEN_BACK : LABEL_HAS;
}

int subset_first(struct work *w, uint32_t *number, struct fault *f)
{
	w->now++;
	begin(w, &(struct origin){ .best = -1 });
	enter(w, &w->bags[0], 0);
	enter(w, &w->bags[0], 1);
	for (size_t i = 0; i < w->bags[0].count; i++)
		key_add(w, w->bags[0].items[i]);
	return finish(w, AT_START, number, f);
}
