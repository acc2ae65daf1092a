#include "common/automaton/keys.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash(const uint32_t *key, uint32_t len)
{
	uint64_t h = 0x9e3779b97f4a7c15;

	for (uint32_t i = 0; i < len; i++) {
		h = (h ^ key[i]) * 0xff51afd7ed558ccd;
		h ^= h >> 32;
	}
	return h;
}

static int grow_slots(struct keys *keys)
{
	size_t size = keys->size ? keys->size * 2 : 1024;
	uint32_t *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -1;
	for (uint32_t i = 0; i < keys->count; i++) {
		const struct keys_item *item = &keys->items[i];
		size_t at = hash(keys->words + item->start, item->len) & (size - 1);

		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = i + 1;
	}
	free(keys->slots);
	keys->slots = slots;
	keys->size = size;
	return 0;
}

static int make_room(struct keys *keys, uint32_t len)
{
	if (keys->used + len > keys->cap) {
		size_t cap = (keys->used + len) * 2 + 1024;
		uint32_t *words = realloc(keys->words, cap * sizeof(*words));

		if (!words)
			return -1;
		keys->words = words;
		keys->cap = cap;
	}
	if (keys->count == keys->item_cap) {
		size_t cap = keys->item_cap ? keys->item_cap * 2 : 256;
		struct keys_item *items = realloc(keys->items, cap * sizeof(*items));

		if (!items)
			return -1;
		keys->items = items;
		keys->item_cap = cap;
	}
	return 0;
}

int keys_number(
	struct keys *keys, const uint32_t *key, uint32_t len, uint32_t *number, struct fault *f)
{
	size_t at;

	if ((keys->count + 1) * 2 > keys->size && grow_slots(keys) < 0)
		return fault_memory(f);
	for (at = hash(key, len) & (keys->size - 1); keys->slots[at];
		at = (at + 1) & (keys->size - 1)) {
		const struct keys_item *item = &keys->items[keys->slots[at] - 1];

		*number = keys->slots[at] - 1;
		if (item->len == len &&
			memcmp(keys->words + item->start, key, len * sizeof(*key)) == 0)
			return 0;
	}
	if (keys->count >= KEYS_MAX || keys->used + len > KEYS_WORDS_MAX)
		return fault_set(f, FAULT_LIMIT,
			"the patterns overlap in too many ways to be compared as a whole");
	if (make_room(keys, len) < 0)
		return fault_memory(f);
	memcpy(keys->words + keys->used, key, len * sizeof(*key));
	keys->items[keys->count] = (struct keys_item){ keys->used, len };
	keys->used += len;
	*number = (uint32_t)keys->count++;
	keys->slots[at] = *number + 1;
	return 0;
}

const uint32_t *keys_words(const struct keys *keys, uint32_t number, uint32_t *len)
{
	*len = keys->items[number].len;
	return keys->words + keys->items[number].start;
}

void keys_release(struct keys *keys)
{
	free(keys->words);
	free(keys->items);
	free(keys->slots);
	*keys = (struct keys){ 0 };
}
