/*
 * Which patterns may match a path: each is filed under one literal part that every path it matches
 * must show, and looked at only when the path shows it.  Of all its literal parts that is the one
 * that fewest others are filed under.
 *
 * Keys are 64-bit hashes of the literal part and of where it must stand; that two parts may share
 * one does no harm, as patterns found are matched in full.
 */
#ifndef COMMON_PATH_PATTERN_INDEX_H
#define COMMON_PATH_PATTERN_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

/* Where the literal part stands. */
enum pattern_index_place {
	INDEX_ROOT,   /* the path begins with these components */
	INDEX_WHOLE,  /* it is a component */
	INDEX_FIRST,  /* a component begins with it */
	INDEX_LAST,   /* a component ends with it */
	INDEX_INSIDE, /* it is somewhere in a component */
	INDEX_PLACES,
};

/* Where a pattern is filed. */
struct pattern_filed {
	uint64_t key;  /* 0: nowhere, it is tried on every path */
	uint8_t place; /* enum pattern_index_place */
	uint8_t length;
};

#define PATTERN_INDEX_PIECE 12 /* of a FIRST, LAST or INSIDE part no more than this is looked at */

struct pattern_index_slot {
	uint64_t key;   /* 0: free */
	uint32_t count; /* filed under it */
	int32_t head;   /* the newest filed, or -1 */
};

struct pattern_index {
	struct pattern_index_slot *slots;
	size_t size, used;              /* size: 0 or a power of two */
	uint32_t lengths[INDEX_PLACES]; /* bit n: parts of n bytes are filed for the place */
};

/* The key of a part; for FIRST, LAST and INSIDE *part is cut to what counts of it. */
uint64_t pattern_index_key(enum pattern_index_place place, struct span *part);

/* How many are filed under the key. */
uint32_t pattern_index_count(const struct pattern_index *index, uint64_t key);

/* Makes room for so many more keys.  0, or -1: no memory. */
int pattern_index_reserve(struct pattern_index *index, size_t count);

/* Files it there, and says in *next what was newest before (-1: none).  0, or -1: no memory. */
int pattern_index_file(struct pattern_index *index, const struct pattern_filed *where, int32_t item,
	int32_t *next);

/*
 * Calls `found` with the newest item filed under each part that the path shows; more than once
 * perhaps.
 */
void pattern_index_visit(const struct pattern_index *index, struct span path,
	void (*found)(void *context, int32_t head), void *context);

/* Frees what it holds; it can be used again. */
void pattern_index_release(struct pattern_index *index);

#endif
