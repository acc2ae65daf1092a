/*
 * Objects that lie by themselves (gitrepository-layout(5), objects/[0-9a-f][0-9a-f]): a compressed
 * stream of `type size NUL` and the bytes.
 *
 * git has hashed them when they came; here they are read whole and exactly, or not at all, and
 * never further than `most` bytes.
 */
#ifndef COMMON_STORE_LOOSE_H
#define COMMON_STORE_LOOSE_H

#include "common/base/fault.h"
#include "common/store/stored.h"

struct libdeflate_decompressor;

/* What many objects are read with, one after another; zeroed before the first. */
struct loose_reader {
	struct libdeflate_decompressor *inflater;
};

/* Which object of which folder, and how large it may be. */
struct loose_sought {
	const char *folder;
	const struct oid *id;
	size_t most;
};

/* Reads an object, for stored_drop(), unless it is larger than it may be. */
enum stored_end loose_read(
	struct loose_reader *reader, const struct loose_sought *sought, struct stored **out);

/* Frees what objects were read with; harmless on a zeroed one. */
void loose_reader_release(struct loose_reader *reader);

/* Its type and size alone. */
enum stored_end loose_head(
	const char *folder, const struct oid *id, enum object_type *type, size_t *size);

/* Whether there is a file for it. */
bool loose_has(const char *folder, const struct oid *id);

/* Is told of an object; not 0 ends the list. */
typedef int loose_each_fn(void *context, const struct oid *id);

/* Calls `each` for every object of the folder with such ids.  0, -1, or what `each` returned. */
int loose_each(
	const char *folder, size_t id_len, loose_each_fn *each, void *context, struct fault *f);

/* An object that is to be written. */
struct loose_new {
	const char *folder;
	enum object_type type;
	struct span data;
	size_t id_len;
	unsigned mode; /* of files, by core.sharedRepository; 0: as the umask says */
};

/* Writes it durably, unless it is there.  0 or -1. */
int loose_write(const struct loose_new *what, struct oid *out, struct fault *f);

#endif
