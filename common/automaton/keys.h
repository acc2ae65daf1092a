/*
 * Numbers for sets of numbers: what states of an automaton under construction are known by.
 */
#ifndef COMMON_AUTOMATON_KEYS_H
#define COMMON_AUTOMATON_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/fault.h"

#define KEYS_MAX 300000                   /* states */
#define KEYS_WORDS_MAX ((size_t)16 << 20) /* words in all of them */

struct keys_item {
	size_t start;
	uint32_t len;
};

struct keys {
	uint32_t *words;
	size_t used, cap;
	struct keys_item *items;
	size_t count, item_cap;
	uint32_t *slots; /* number + 1; 0: free */
	size_t size;
};

/* The number of the key, a new one when it is new.  0, or -1: too many, or no memory. */
int keys_number(
	struct keys *keys, const uint32_t *key, uint32_t len, uint32_t *number, struct fault *f);

/* The key of that number, valid until the next is added. */
const uint32_t *keys_words(const struct keys *keys, uint32_t number, uint32_t *len);

/* Frees what it holds; harmless on a zeroed one. */
void keys_release(struct keys *keys);

#endif
