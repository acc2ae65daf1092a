/*
 * Object ids, by value, of either object format: how many bytes an id has tells which.  Bytes
 * behind them are zero, so that ids are compared whole.  A zeroed id is "no object" in both.
 */
#ifndef COMMON_BASE_OID_H
#define COMMON_BASE_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/span.h"

#define OID_SHA1 20 /* bytes of an id, by object format */
#define OID_SHA256 32
#define OID_MAX 32
#define OID_HEX_MAX (2 * OID_MAX)

struct oid {
	unsigned char hash[OID_MAX];
	unsigned char len; /* OID_SHA1 or OID_SHA256; 0: of no repository, and zero */
};

/* Room for an id in hex, and the NUL. */
struct oid_text {
	char hex[OID_HEX_MAX + 1];
};

/* Reads exactly 40 or 64 lowercase hex digits; 0, or -1 when it is anything else. */
int oid_parse(struct oid *out, struct span text);

/* Reads the same, but only an id of so many bytes. */
int oid_parse_as(struct oid *out, size_t len, struct span text);

/* The id that these bytes are: OID_SHA1 or OID_SHA256 of them. */
struct oid oid_of(const void *bytes, size_t len);

/* The id in lowercase hex; without a length, as one of SHA-1. */
struct oid_text oid_text(const struct oid *id);

/* The same, and one without a length as one of so many bytes. */
struct oid_text oid_text_as(const struct oid *id, size_t len);

/* What git calls the object format whose ids have so many bytes. */
const char *oid_format(size_t len);

/* Whether two ids are the same. */
static inline bool oid_equal(const struct oid *a, const struct oid *b)
{
	return memcmp(a->hash, b->hash, OID_MAX) == 0;
}

/* Whether all bits are zero: git's word for "no object". */
static inline bool oid_is_zero(const struct oid *id)
{
	static const struct oid zero;

	return oid_equal(id, &zero);
}

/* A list of ids. */
struct oid_list {
	struct oid *ids;
	size_t count, cap;
};

/* Appends an id; 0, or -1 when memory ran out. */
int oid_list_add(struct oid_list *list, const struct oid *id);

/* Whether the id is in the list, which is looked through. */
bool oid_list_has(const struct oid_list *list, const struct oid *id);

/* Frees the list; it can be used again. */
void oid_list_release(struct oid_list *list);

/* A map from ids to a number; zero it to begin with. */
struct oid_map {
	struct oid_slot *slots;
	size_t count, cap;
};

struct oid_slot {
	struct oid id;
	uint32_t used;
	uint64_t value;
};

/* The place of the id's value, valid until the next oid_map_put; NULL when it is not there. */
uint64_t *oid_map_get(const struct oid_map *map, const struct oid *id);

/* The place of the id's value, made with value 0 when new; NULL when memory ran out. */
uint64_t *oid_map_put(struct oid_map *map, const struct oid *id);

/* Frees the map; it can be used again. */
void oid_map_release(struct oid_map *map);

#endif
