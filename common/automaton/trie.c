#include "common/automaton/trie.h"

#include <stdlib.h>

#define TABLE_FROM 8 /* children by a byte, from which on there is a table of them */

uint32_t trie_byte(const struct trie *trie, const struct trie_node *node, unsigned char byte)
{
	if (!(node->wanted[byte / 32] >> (byte % 32) & 1))
		return NO_NODE;
	if (node->table)
		return node->table[byte];
	for (uint32_t i = node->bytes; i != NO_NODE; i = trie->nodes[i].sibling)
		if (trie->nodes[i].byte == byte)
			return i;
	return NO_NODE;
}

uint32_t trie_child(const struct trie *trie, const struct trie_node *node, enum trie_step step)
{
	for (uint32_t i = node->others; i != NO_NODE; i = trie->nodes[i].sibling)
		if (trie->nodes[i].step == step)
			return i;
	return NO_NODE;
}

static uint32_t find(const struct trie *trie, uint32_t parent, const struct trie_node *like)
{
	const struct trie_node *node = &trie->nodes[parent];

	if (like->step == STEP_BYTE)
		return trie_byte(trie, node, like->byte);
	for (uint32_t i = node->others; i != NO_NODE; i = trie->nodes[i].sibling)
		if (trie->nodes[i].step == like->step && trie->nodes[i].set == like->set)
			return i;
	return NO_NODE;
}

/* Lets the node find its child by byte without looking at all of them. */
static int make_table(struct trie *trie, struct trie_node *node)
{
	node->table = malloc(256 * sizeof(*node->table));
	if (!node->table)
		return -1;
	for (uint32_t i = node->bytes; i != NO_NODE; i = trie->nodes[i].sibling)
		node->table[trie->nodes[i].byte] = i;
	return 0;
}

static int hang(struct trie *trie, uint32_t parent, uint32_t child)
{
	struct trie_node *node = &trie->nodes[parent], *new = &trie->nodes[child];

	if (new->step != STEP_BYTE) {
		new->sibling = node->others;
		node->others = child;
		return 0;
	}
	new->sibling = node->bytes;
	node->bytes = child;
	node->wanted[new->byte / 32] |= UINT32_C(1) << (new->byte % 32);
	if (node->table)
		node->table[new->byte] = child;
	else if (++node->byte_count > TABLE_FROM)
		return make_table(trie, node);
	return 0;
}

/* The child of that kind, made when there is none; NO_NODE: no memory. */
static uint32_t grow(struct trie *trie, uint32_t parent, struct trie_node like)
{
	uint32_t found = parent == NO_NODE ? NO_NODE : find(trie, parent, &like);

	if (found != NO_NODE)
		return found;
	if (pattern_room(&trie->nodes, &trie->cap, trie->count, sizeof(like)) < 0)
		return NO_NODE;
	like.bytes = like.others = like.sibling = NO_NODE;
	like.end = -1;
	like.top[0] = like.top[1] = -1;
	like.exact = parent != NO_NODE && trie->nodes[parent].exact;
	found = (uint32_t)trie->count++;
	trie->nodes[found] = like;
	return parent == NO_NODE || hang(trie, parent, found) == 0 ? found : NO_NODE;
}

/* The number of a set of bytes; UINT32_MAX: no memory. */
static uint32_t set_number(struct trie *trie, const struct glob_set *set)
{
	for (uint32_t i = 0; i < trie->set_count; i++)
		if (memcmp(&trie->sets[i], set, sizeof(*set)) == 0)
			return i;
	if (pattern_room(&trie->sets, &trie->set_cap, trie->set_count, sizeof(*set)) < 0)
		return UINT32_MAX;
	trie->sets[trie->set_count] = *set;
	return (uint32_t)trie->set_count++;
}

/* Grows the literal from the node; the node behind it, or NO_NODE: no memory. */
static uint32_t grow_literal(struct trie *trie, uint32_t at, struct span literal)
{
	for (size_t i = 0; i < literal.len && at != NO_NODE; i++)
		at = grow(trie, at,
			(struct trie_node){
				.step = STEP_BYTE, .byte = (unsigned char)literal.data[i] });
	return at;
}

static uint32_t grow_glob(struct trie *trie, uint32_t at, struct span code)
{
	static const enum trie_step steps[] = {
		[GLOB_ANY] = STEP_ANY, [GLOB_SET] = STEP_SET, [GLOB_STAR] = STEP_STAR
	};
	struct glob_step step;

	for (size_t i = 0; at != NO_NODE && glob_step(code, &i, &step);) {
		struct trie_node like = { .step = STEP_BYTE };

		if (step.op == GLOB_LITERAL) {
			at = grow_literal(trie, at, step.literal);
			continue;
		}
		like.step = steps[step.op];
		like.set = step.op == GLOB_SET ? set_number(trie, &step.set) : 0;
		if (like.set == UINT32_MAX)
			return NO_NODE;
		at = grow(trie, at, like);
	}
	return at;
}

static int end_at(struct trie *trie, uint32_t node, struct trie_end end)
{
	if (pattern_room(&trie->ends, &trie->end_cap, trie->end_count, sizeof(end)) < 0)
		return -1;
	end.next = trie->nodes[node].end;
	trie->nodes[node].end = (int32_t)trie->end_count;
	trie->ends[trie->end_count++] = end;
	return 0;
}

/* Puts a pattern of the set into the tree below a root, as the number that it has in the list. */
static int plant(
	struct trie *trie, uint32_t root, const struct pattern_set *set, const struct pattern *p)
{
	uint32_t at = root;
	enum component_kind before = KIND_DEEP;

	if (!p->anchored)
		at = grow(trie, at, (struct trie_node){ .step = STEP_DEEP });
	for (uint32_t i = 0; i < p->count && at != NO_NODE; i++) {
		const struct component *c = &set->components[p->first + i];

		if (before != KIND_DEEP)
			at = grow(trie, at, (struct trie_node){ .step = STEP_SLASH });
		if (at == NO_NODE)
			break;
		if (c->kind == KIND_DEEP)
			at = grow(trie, at, (struct trie_node){ .step = STEP_DEEP });
		else if (c->kind == KIND_LITERAL)
			at = grow_literal(trie, at, component_code(set, c));
		else
			at = grow_glob(trie, at, component_code(set, c));
		before = c->kind;
	}
	return at == NO_NODE ? -1
			     : end_at(trie, at,
				       (struct trie_end){ .pattern = p->index - trie->from,
					       .directory = p->directory });
}

static void raise_top(int32_t top[2], const int32_t other[2])
{
	for (int i = 0; i < 2; i++)
		if (other[i] > top[i])
			top[i] = other[i];
}

/* For each node the last patterns below it.  A child was made after its parent. */
static void find_tops(struct trie *trie)
{
	for (size_t i = trie->count; i-- > 0;) {
		struct trie_node *node = &trie->nodes[i];
		uint32_t child;

		for (int32_t e = node->end; e >= 0; e = trie->ends[e].next) {
			int32_t pattern = trie->ends[e].pattern;

			if (pattern > node->top[trie->negated[pattern]])
				node->top[trie->negated[pattern]] = pattern;
		}
		for (child = node->bytes; child != NO_NODE; child = trie->nodes[child].sibling)
			raise_top(node->top, trie->nodes[child].top);
		for (child = node->others; child != NO_NODE; child = trie->nodes[child].sibling)
			raise_top(node->top, trie->nodes[child].top);
	}
}

static bool counts(const struct trie *trie, const struct pattern *p)
{
	return p->index >= trie->from && p->index < trie->to;
}

static int find_runs(struct trie *trie, const struct pattern_set *set, int list)
{
	size_t count = (size_t)(trie->to - trie->from);
	int32_t at = 0;

	trie->negated = calloc(count + 1, sizeof(*trie->negated));
	trie->both = calloc(count + 1, sizeof(*trie->both));
	trie->run = calloc(count + 1, sizeof(*trie->run));
	trie->run_from = calloc(count + 2, sizeof(*trie->run_from));
	if (!trie->negated || !trie->both || !trie->run || !trie->run_from)
		return -1;
	for (int32_t i = set->lists[list].first; i >= 0; i = set->patterns[i].same_list) {
		if (!counts(trie, &set->patterns[i]))
			continue;
		trie->negated[at] = set->patterns[i].negated;
		trie->both[at] = set->patterns[i].exact >= 0;
		if (at == 0 || trie->negated[at] != trie->negated[at - 1])
			trie->run_from[trie->runs++] = at;
		trie->run[at++] = (int32_t)trie->runs - 1;
	}
	trie->run_from[trie->runs] = at;
	trie->patterns = (size_t)at;
	return 0;
}

int trie_make(struct trie *trie, const struct automaton_list *list, struct fault *f)
{
	const struct pattern_set *set = list->set;
	int status;

	if (!trie->to)
		trie->to = (int32_t)set->lists[list->list].count;
	status = find_runs(trie, set, list->list);
	trie->generous = set->mode == PATTERN_GENEROUS;
	for (int i = 0; i < 2 && status == 0; i++)
		status = grow(trie, NO_NODE, (struct trie_node){ .step = STEP_ROOT }) == NO_NODE
				 ? -1
				 : 0;
	if (status == 0)
		trie->nodes[1].exact = true;
	for (int32_t i = set->lists[list->list].first; i >= 0 && status == 0;
		i = set->patterns[i].same_list) {
		const struct pattern *p = &set->patterns[i];
		struct pattern exact;

		if (!counts(trie, p))
			continue;
		status = plant(trie, 0, set, p);
		if (p->exact < 0 || status < 0)
			continue;
		exact = set->exact->patterns[p->exact];
		exact.index = p->index;
		status = plant(trie, 1, set->exact, &exact);
	}
	if (status < 0)
		return fault_memory(f);
	find_tops(trie);
	return 0;
}

void trie_release(struct trie *trie)
{
	for (size_t i = 0; i < trie->count; i++)
		free(trie->nodes[i].table);
	free(trie->nodes);
	free(trie->ends);
	free(trie->sets);
	free(trie->negated);
	free(trie->both);
	free(trie->run);
	free(trie->run_from);
	*trie = (struct trie){ 0 };
}
