#include "common/base/oid.h"

#include <stdlib.h>
#include <sys/random.h>

/* What each byte is as a digit, and one more; 0: it is none. */
static const unsigned char hex_digits[256] = { ['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16 };

int oid_parse_as(struct oid *out, size_t len, struct span text)
{
	const unsigned char *at = (const unsigned char *)text.data;

	*out = (struct oid){ .len = (unsigned char)len };
	if (text.len != 2 * len)
		return -1;
	for (size_t i = 0; i < len; i++, at += 2) {
		unsigned high = hex_digits[at[0]], low = hex_digits[at[1]];

		if (!high || !low)
			return -1;
		out->hash[i] = (unsigned char)((high - 1) << 4 | (low - 1));
	}
	return 0;
}

int oid_parse(struct oid *out, struct span text)
{
	return oid_parse_as(out, text.len == (size_t)2 * OID_SHA256 ? OID_SHA256 : OID_SHA1, text);
}

struct oid oid_of(const void *bytes, size_t len)
{
	struct oid id = { .len = (unsigned char)len };

	memcpy(id.hash, bytes, len);
	return id;
}

struct oid_text oid_text_as(const struct oid *id, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t count = id->len ? id->len : len;
	struct oid_text text;

	for (size_t i = 0; i < count; i++) {
		text.hex[2 * i] = digits[id->hash[i] >> 4];
		text.hex[2 * i + 1] = digits[id->hash[i] & 15];
	}
	text.hex[2 * count] = '\0';
	return text;
}

struct oid_text oid_text(const struct oid *id)
{
	return oid_text_as(id, OID_SHA1);
}

const char *oid_format(size_t len)
{
	return len == OID_SHA256 ? "sha256" : "sha1";
}

int oid_list_add(struct oid_list *list, const struct oid *id)
{
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct oid *ids = reallocarray(list->ids, cap, sizeof(*ids));

		if (!ids)
			return -1;
		list->ids = ids;
		list->cap = cap;
	}
	list->ids[list->count++] = *id;
	return 0;
}

bool oid_list_has(const struct oid_list *list, const struct oid *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (oid_equal(&list->ids[i], id))
			return true;
	return false;
}

void oid_list_release(struct oid_list *list)
{
	free(list->ids);
	*list = (struct oid_list){ 0 };
}

__extension__ typedef unsigned __int128 wide; /* products of two words */

/* Drawn when the first map of the process grows; nobody who pushes can know it. */
static uint64_t seed[2];

static int draw_seed(void)
{
	if (seed[1] || getrandom(seed, sizeof(seed), 0) == (ssize_t)sizeof(seed)) {
		seed[1] |= 1;
		return 0;
	}
	return -1;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Not all ids are hashes: whoever pushes notes names them as they like, and could else have them
 * all meet in one place.
 */
static size_t place_of(const struct oid *id)
{
	static const uint64_t odd = 0x9e3779b97f4a7c15U;
	uint64_t words[OID_MAX / 8], at = seed[0];

	memcpy(words, id->hash, sizeof(words));
	for (size_t i = 0; i < OID_MAX / 8; i += 2)
		at = fold(words[i] ^ seed[1] ^ odd, words[i + 1] ^ at);
	return (size_t)fold(at ^ odd, seed[1]);
}

/* Where the id is, or the free slot where it would go; the map is never full. */
static struct oid_slot *slot_of(const struct oid_map *map, const struct oid *id)
{
	size_t at = place_of(id);

	for (at &= map->cap - 1; map->slots[at].used; at = (at + 1) & (map->cap - 1))
		if (oid_equal(&map->slots[at].id, id))
			break;
	return &map->slots[at];
}

static int oid_map_grow(struct oid_map *map)
{
	struct oid_map grown = { .count = map->count, .cap = map->cap ? map->cap * 2 : 64 };

	if (draw_seed() < 0)
		return -1;
	grown.slots = calloc(grown.cap, sizeof(*grown.slots));
	if (!grown.slots)
		return -1;
	for (size_t i = 0; i < map->cap; i++)
		if (map->slots[i].used)
			*slot_of(&grown, &map->slots[i].id) = map->slots[i];
	free(map->slots);
	*map = grown;
	return 0;
}

uint64_t *oid_map_get(const struct oid_map *map, const struct oid *id)
{
	struct oid_slot *slot = map->cap ? slot_of(map, id) : NULL;

	return slot && slot->used ? &slot->value : NULL;
}

uint64_t *oid_map_put(struct oid_map *map, const struct oid *id)
{
	struct oid_slot *slot;

	if (map->count * 2 >= map->cap && oid_map_grow(map) < 0)
		return NULL;
	slot = slot_of(map, id);
	if (!slot->used) {
		slot->used = 1;
		slot->id = *id;
		map->count++;
	}
	return &slot->value;
}

void oid_map_release(struct oid_map *map)
{
	free(map->slots);
	*map = (struct oid_map){ 0 };
}
