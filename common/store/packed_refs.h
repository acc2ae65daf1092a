/*
 * The file packed-refs: `id name` lines that git keeps sorted (it says so in the first line), so
 * that one ref among a million is found without reading the others.  Lines `^id` tell what the
 * tag before peels to.
 */
#ifndef COMMON_STORE_PACKED_REFS_H
#define COMMON_STORE_PACKED_REFS_H

#include <stdbool.h>

#include "common/base/fault.h"
#include "common/base/oid.h"

struct packed_refs {
	const char *map; /* NULL: there is no file, or an empty one */
	size_t size;
	size_t first; /* where the first ref's line begins */
	bool sorted;
	size_t digits; /* of each id, as of the first; 0: there is none */
};

struct packed_ref {
	struct span name; /* in the file */
	struct oid id;
	struct oid peeled; /* zero: not a tag, or not known */
};

/*
 * Maps the file of the git directory; for packed_refs_close().  0 (also when there is none) or -1.
 */
int packed_refs_open(struct packed_refs *out, const char *common_dir, struct fault *f);

/* Unmaps the file; harmless on a zeroed one. */
void packed_refs_close(struct packed_refs *refs);

/*
 * Where the first ref lies that does not sort before the name; the first ref in an unsorted file.
 */
size_t packed_refs_seek(const struct packed_refs *refs, struct span name);

/* Reads the ref at *at and moves *at behind it.  1, 0 at the end, -1 and a fault when malformed. */
int packed_refs_next(
	const struct packed_refs *refs, size_t *at, struct packed_ref *out, struct fault *f);

#endif
