#include "common/policy/index.h"

#include <string.h>

/* FNV-1a: names are the admin's, not the pusher's; a delegated file is approved by people first. */
static size_t hash_of(enum index_kind kind, const char *name)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)kind;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211u;
	return (size_t)(hash ^ (hash >> 29));
}

/* The slot that holds the name, or the free one where it would go. */
static struct index_entry *slot_of(
	const struct policy_index *index, enum index_kind kind, const char *name)
{
	size_t at = hash_of(kind, name) & (index->cap - 1);

	while (index->slots[at].name &&
		(index->slots[at].kind != kind || strcmp(index->slots[at].name, name) != 0))
		at = (at + 1) & (index->cap - 1);
	return &index->slots[at];
}

const struct index_entry *policy_index_find(
	const struct policy_index *index, enum index_kind kind, const char *name)
{
	const struct index_entry *slot = index->cap ? slot_of(index, kind, name) : NULL;

	return slot && slot->name ? slot : NULL;
}

static int index_grow(struct policy_index *index, struct arena *arena)
{
	struct policy_index larger = { .cap = index->cap ? index->cap * 2 : 64 };

	larger.slots = arena_alloc(arena, larger.cap * sizeof(*larger.slots));
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < index->cap; i++)
		if (index->slots[i].name)
			*slot_of(&larger, index->slots[i].kind, index->slots[i].name) =
				index->slots[i];
	larger.count = index->count;
	*index = larger;
	return 0;
}

int policy_index_add(
	struct policy_index *index, struct arena *arena, const struct index_entry *entry)
{
	if (index->count * 2 >= index->cap && index_grow(index, arena) < 0)
		return -1;
	*slot_of(index, entry->kind, entry->name) = *entry;
	index->count++;
	return 0;
}
