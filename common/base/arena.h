/*
 * Memory that is given back all at once: what a policy, a push or a verdict is made of.
 * Born with the most it may hold; what it hands out is aligned for any type and zeroed.
 */
#ifndef COMMON_BASE_ARENA_H
#define COMMON_BASE_ARENA_H

#include <stddef.h>

#include "common/base/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* of the newest block */
	size_t total, max;
};

#define ARENA_INIT(most)       \
	{                      \
		.max = (most), \
	}

/* Zeroed memory that lives as long as the arena; NULL when it is full or memory ran out. */
void *arena_alloc(struct arena *a, size_t size);

/* A terminated copy of the bytes; NULL as for arena_alloc. */
char *arena_copy(struct arena *a, const void *data, size_t len);

/* A terminated copy of a C string; NULL as for arena_alloc. */
char *arena_strdup(struct arena *a, const char *text);

/*
 * Makes room for one more item in an array that lives in the arena: returns the array, moved if
 * it had to grow, in which items[count] may be written; NULL as for arena_alloc.  Arrays grow at
 * powers of two, so `count` alone tells the capacity.
 */
void *arena_grow(struct arena *a, void *items, size_t count, size_t size);

/* Frees everything that it handed out; it can be used again. */
void arena_release(struct arena *a);

#endif
