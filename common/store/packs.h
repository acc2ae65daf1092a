/*
 * The packs of a repository, read fast: most of the work on a large push is inflating trees and
 * putting deltas together.  Each delta's base is kept for a while, as history is read in its order.
 *
 * What they do not understand, or has no memory, is STORED_ODD, and git is asked for it; so is
 * what they do not have while some pack could not be opened (packs_are_whole()).
 *
 * Memory: deltas' bases up to 16 MiB, the object, its base and its delta (each up to 256 MiB), and
 * of the mapped packs no more than about 64 MiB at a time.  Not to be used by two threads at once.
 */
#ifndef COMMON_STORE_PACKS_H
#define COMMON_STORE_PACKS_H

#include "common/store/alternates.h"
#include "common/store/stored.h"

struct packs;

/*
 * Maps the packs of the folders as they are now, of objects whose ids have so many bytes; NULL when
 * memory ran out.  The folders must outlive them.
 */
struct packs *packs_new(const struct alternates *folders, size_t id_len);

/* Unmaps them; NULL is fine. */
void packs_free(struct packs *packs);

/* Maps what has come since; whether there was anything. */
bool packs_refresh(struct packs *packs);

/* Whether every pack that was there could be opened. */
bool packs_are_whole(const struct packs *packs);

/* Reads an object, for stored_drop(), unless it is larger than `most` bytes. */
enum stored_end packs_read(
	struct packs *packs, const struct oid *id, size_t most, struct stored **out);

/* Its type and size alone. */
enum stored_end packs_head(
	struct packs *packs, const struct oid *id, enum object_type *type, size_t *size);

/* Whether a pack of the folders from the first-th on has it. */
bool packs_have(struct packs *packs, const struct oid *id, size_t first);

/* Is told of an object; not 0 ends the list. */
typedef int packs_each_fn(void *context, const struct oid *id);

/* Calls `each` for every object in packs of the n-th folder.  0, or what `each` returned. */
int packs_each(const struct packs *packs, size_t n, packs_each_fn *each, void *context);

#endif
