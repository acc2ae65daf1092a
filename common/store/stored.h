/*
 * An object as it was read from wherever it lies: its type and bytes, shared between whoever reads
 * it and whoever keeps it; and the id that such bytes have.
 */
#ifndef COMMON_STORE_STORED_H
#define COMMON_STORE_STORED_H

#include "common/base/oid.h"

/* As git numbers them. */
enum object_type {
	OBJECT_NONE = 0,
	OBJECT_COMMIT = 1,
	OBJECT_TREE = 2,
	OBJECT_BLOB = 3,
	OBJECT_TAG = 4,
};

/* What git calls the type; it must be one. */
const char *object_type_name(enum object_type type);

/* The type of that name; OBJECT_NONE when there is none. */
enum object_type object_type_of(struct span name);

/* What became of looking for an object in one place. */
enum stored_end {
	STORED_READ,
	STORED_OVER, /* it is there, and larger than `most` */
	STORED_NONE, /* it is not there */
	STORED_ODD,  /* it is there, or may be, and cannot be read: somebody else must be asked */
};

struct stored {
	size_t users, size;
	enum object_type type;
	char data[]; /* a NUL behind it */
};

/* Room for an object, for stored_drop(); NULL when memory ran out. */
struct stored *stored_new(enum object_type type, size_t size);

/* Gives an object back; NULL is fine. */
void stored_drop(struct stored *object);

/* The sum of the bytes alone, of so many bytes, as packs and indexes end with. */
struct oid stored_sum(struct span data, size_t id_len);

/* The id of so many bytes that an object of this type and content has. */
struct oid stored_id(enum object_type type, struct span data, size_t id_len);

#endif
