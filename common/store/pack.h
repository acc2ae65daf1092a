/*
 * One pack with its index, mapped (gitformat-pack; packs of version 2, indexes of 1 and 2).
 *
 * What is pushed comes as a pack that git has checked and indexed, so what is here can be relied on
 * as far as git's check goes, and no further: nothing is read beyond the files, sizes are bounded
 * by what the bytes can hold, and whatever is not as it must be is not read here: git is asked
 * then, and says what is the matter (common/git/repo_objects.c).
 */
#ifndef COMMON_STORE_PACK_H
#define COMMON_STORE_PACK_H

#include <stdint.h>

#include "common/store/stored.h"

struct pack;

/*
 * Maps pack-X.idx and pack-X.pack of objects whose ids have so many bytes.  0, or -1 when either is
 * missing or not such a file.  *windows, which must outlive it, is raised by one for each piece of
 * some 64 KiB that comes into memory.
 */
int pack_open(struct pack **out, size_t id_len, const char *index_path, size_t *windows);

/* Unmaps it; NULL is fine. */
void pack_free(struct pack *pack);

/* Where the object begins in the pack; whether it is there. */
bool pack_find(const struct pack *pack, const struct oid *id, uint64_t *offset);

/* How many objects it has. */
size_t pack_count(const struct pack *pack);

/* The id of the n-th of its objects, counting from 0. */
struct oid pack_id(const struct pack *pack, size_t n);

/* How an object is written. */
struct packed {
	enum object_type type; /* OBJECT_NONE: as a delta */
	uint64_t base;         /* of a delta: where its base begins */
	size_t size;           /* of what `body` inflates to */
	struct span
		body; /* compressed; goes on to the end of the pack, since its length is not told */
};

/* Reads how the object at the offset is written.  0 or -1. */
int pack_head(const struct pack *pack, uint64_t offset, struct packed *out);

/* Lets the system take back the memory of the pages that were read. */
void pack_forget(const struct pack *pack);

#endif
