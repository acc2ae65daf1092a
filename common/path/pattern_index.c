#include "common/path/pattern_index.h"

#include <stdlib.h>

#define HASH_START UINT64_C(14695981039346656037)
#define HASH_STEP UINT64_C(1099511628211)

/* FNV-1a, a byte at a time, since every prefix of a component is asked for. */
static uint64_t hash_byte(uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * HASH_STEP;
}

static uint64_t hash_end(uint64_t hash, enum pattern_index_place place)
{
	hash ^= hash >> 32;
	hash = (hash + place + 1) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

uint64_t pattern_index_key(enum pattern_index_place place, struct span *part)
{
	uint64_t hash = HASH_START;

	if (place >= INDEX_FIRST && part->len > PATTERN_INDEX_PIECE) {
		if (place == INDEX_LAST)
			part->data += part->len - PATTERN_INDEX_PIECE;
		part->len = PATTERN_INDEX_PIECE;
	}
	for (size_t i = 0; i < part->len; i++)
		hash = hash_byte(hash, part->data[place == INDEX_LAST ? part->len - 1 - i : i]);
	return hash_end(hash, place);
}

/* The slot of the key, or the free one where it would go. */
static struct pattern_index_slot *find_slot(const struct pattern_index *index, uint64_t key)
{
	size_t at = key & (index->size - 1);

	while (index->slots[at].key && index->slots[at].key != key)
		at = (at + 1) & (index->size - 1);
	return &index->slots[at];
}

static int grow_to(struct pattern_index *index, size_t size)
{
	struct pattern_index wide = { .size = size };

	wide.slots = calloc(wide.size, sizeof(*wide.slots));
	if (!wide.slots)
		return -1;
	for (size_t i = 0; i < index->size; i++)
		if (index->slots[i].key)
			*find_slot(&wide, index->slots[i].key) = index->slots[i];
	free(index->slots);
	index->slots = wide.slots;
	index->size = wide.size;
	return 0;
}

int pattern_index_reserve(struct pattern_index *index, size_t count)
{
	size_t size = index->size ? index->size : 64;

	while (size <= (index->used + count) * 2)
		size *= 2;
	return size > index->size ? grow_to(index, size) : 0;
}

uint32_t pattern_index_count(const struct pattern_index *index, uint64_t key)
{
	return index->size ? find_slot(index, key)->count : 0;
}

int pattern_index_file(
	struct pattern_index *index, const struct pattern_filed *where, int32_t item, int32_t *next)
{
	struct pattern_index_slot *slot;

	if (pattern_index_reserve(index, 1) < 0)
		return -1;
	slot = find_slot(index, where->key);
	if (!slot->key) {
		*slot = (struct pattern_index_slot){ .key = where->key, .head = -1 };
		index->used++;
	}
	*next = slot->head;
	slot->head = item;
	slot->count++;
	index->lengths[where->place] |= UINT32_C(1) << where->length;
	return 0;
}

/* What pattern_index_visit() carries along. */
struct visit {
	const struct pattern_index *index;
	void (*found)(void *context, int32_t head);
	void *context;
};

static void look_up(const struct visit *v, enum pattern_index_place place, uint64_t hash)
{
	const struct pattern_index_slot *slot = find_slot(v->index, hash_end(hash, place));

	if (slot->key)
		v->found(v->context, slot->head);
}

/* Every wanted length from the front of the rest, for FIRST and INSIDE. */
static void visit_front(const struct visit *v, enum pattern_index_place place, struct span rest)
{
	uint32_t lengths = v->index->lengths[place] >> 1;
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < rest.len && lengths; i++, lengths >>= 1) {
		hash = hash_byte(hash, rest.data[i]);
		if (lengths & 1)
			look_up(v, place, hash);
	}
}

static void visit_back(const struct visit *v, struct span name)
{
	uint32_t lengths = v->index->lengths[INDEX_LAST] >> 1;
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < name.len && lengths; i++, lengths >>= 1) {
		hash = hash_byte(hash, name.data[name.len - 1 - i]);
		if (lengths & 1)
			look_up(v, INDEX_LAST, hash);
	}
}

static void visit_component(const struct visit *v, struct span name)
{
	uint64_t hash = HASH_START;

	if (v->index->lengths[INDEX_WHOLE]) {
		for (size_t i = 0; i < name.len; i++)
			hash = hash_byte(hash, name.data[i]);
		look_up(v, INDEX_WHOLE, hash);
	}
	visit_front(v, INDEX_FIRST, name);
	visit_back(v, name);
	for (size_t i = 0; v->index->lengths[INDEX_INSIDE] && i < name.len; i++)
		visit_front(v, INDEX_INSIDE, (struct span){ name.data + i, name.len - i });
}

void pattern_index_visit(const struct pattern_index *index, struct span path,
	void (*found)(void *context, int32_t head), void *context)
{
	const struct visit v = { index, found, context };
	uint64_t hash = HASH_START;
	size_t start = 0;

	if (!index->size)
		return;
	for (size_t i = 0; i <= path.len; i++) {
		if (i == path.len || path.data[i] == '/') {
			visit_component(&v, (struct span){ path.data + start, i - start });
			if (index->lengths[INDEX_ROOT])
				look_up(&v, INDEX_ROOT, hash);
			start = i + 1;
		}
		if (i < path.len)
			hash = hash_byte(hash, path.data[i]);
	}
}

void pattern_index_release(struct pattern_index *index)
{
	free(index->slots);
	*index = (struct pattern_index){ .slots = NULL };
}
