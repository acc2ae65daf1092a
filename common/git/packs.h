/*
 * The packs of a repository, read fast: for pushes of many commits, where most of the work is
 * inflating trees and putting deltas together.  Each delta's base is kept for a while, as history
 * is read in its order.
 *
 * They are a short cut and decide nothing: what they do not read, for whatever reason (a loose
 * object, a pack that came later, one they do not understand, memory), is read by libgit2.
 *
 * Memory: deltas' bases up to 16 MiB, the object, its base and its delta (each up to 256 MiB), and
 * of the mapped packs no more than about 64 MiB at a time.  Not to be used by two threads at once.
 */
#ifndef COMMON_GIT_PACKS_H
#define COMMON_GIT_PACKS_H

#include "common/git/alternates.h"
#include "common/git/object.h"

struct packs;

/*
 * Maps the packs of the folders as they are now, of objects whose ids have so many bytes; NULL when
 * memory ran out.
 */
struct packs *packs_new(const struct alternates *folders, size_t id_len);

/* Unmaps them; NULL is fine. */
void packs_free(struct packs *packs);

enum packs_end {
	PACKS_READ,
	PACKS_OVER, /* larger than `most` */
	PACKS_NOT,  /* somebody else must be asked */
};

/* An object, shared between whoever reads it and the store of what deltas build on. */
struct packs_object {
	size_t users, size;
	enum object_type type;
	char data[]; /* a NUL behind it */
};

/* Reads an object, for packs_drop(), unless it is larger than `most` bytes. */
enum packs_end packs_read(
	struct packs *packs, const struct oid *id, size_t most, struct packs_object **out);

/* Gives an object back, which may outlive the packs; NULL is fine. */
void packs_drop(struct packs_object *object);

#endif
