#include "common/base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#define BLOCK_SIZE 16384

struct arena_block {
	struct arena_block *next;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_new(struct arena *a, size_t size)
{
	struct arena_block *block;

	if (size < BLOCK_SIZE)
		size = BLOCK_SIZE;
	if (size > a->max || a->total > a->max - size)
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->size = size;
	block->next = a->blocks;
	a->blocks = block;
	a->total += size;
	a->used = 0;
	return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t unit = alignof(max_align_t);
	struct arena_block *block = a->blocks;
	void *memory;

	if (size > a->max)
		return NULL;
	size = size ? (size + unit - 1) / unit * unit : unit;
	if (!block || block->size - a->used < size)
		block = block_new(a, size);
	if (!block)
		return NULL;
	memory = block->bytes + a->used;
	a->used += size;
	return memory;
}

char *arena_copy(struct arena *a, const void *data, size_t len)
{
	char *copy = len < a->max ? arena_alloc(a, len + 1) : NULL;

	if (copy && len)
		memcpy(copy, data, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_copy(a, text, strlen(text));
}

void *arena_grow(struct arena *a, void *items, size_t count, size_t size)
{
	size_t cap = count < 4 ? 4 : count * 2;
	void *grown;

	if (count && (count < 4 || (count & (count - 1)) != 0))
		return items;
	if (cap > a->max / size)
		return NULL;
	grown = arena_alloc(a, cap * size);
	if (grown && count)
		memcpy(grown, items, count * size);
	return grown;
}

void arena_release(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	a->used = a->total = 0;
}
