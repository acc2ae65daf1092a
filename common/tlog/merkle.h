/*
 * The tree of RFC 6962, section 2.1: hashes of leaves and nodes with SHA-256, proofs that a leaf is
 * in it and that it only grew, and both verified as RFC 9162, 2.1.3.2 and 2.1.4.2, have it.
 *
 * Whoever keeps a tree keeps the hashes of its complete subtrees in a row, each in the moment when
 * its last leaf came: a file that only grows.  merkle_place() says where in it one is.
 */
#ifndef COMMON_TLOG_MERKLE_H
#define COMMON_TLOG_MERKLE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/span.h"

#define MERKLE_SIZE 32  /* bytes of a hash */
#define MERKLE_DEPTH 63 /* a proof has no more hashes */

struct merkle_hash {
	unsigned char bytes[MERKLE_SIZE];
};

/* Hashes in order, as a proof has them. */
struct merkle_proof {
	struct merkle_hash hashes[MERKLE_DEPTH];
	unsigned count;
};

/* Where the hashes of complete subtrees are kept. */
struct merkle_store {
	int (*read)(void *context, uint64_t place, struct merkle_hash *out); /* 0 or -1 */
	void *context;
};

/*
 * A tree that only grows, of which nothing is kept but the roots of its complete subtrees: for
 * whoever reads all leaves once.  Zeroed it is the tree without leaves.
 */
struct merkle_frontier {
	uint64_t size;
	struct merkle_hash roots[MERKLE_DEPTH + 1]; /* from the largest subtree to the smallest */
	unsigned count;
};

/* Adds a leaf. */
void merkle_frontier_add(struct merkle_frontier *frontier, const struct merkle_hash *leaf);

/* The place of each of its roots, and how many there are: as many as the size has bits set. */
unsigned merkle_frontier_places(uint64_t size, uint64_t places[MERKLE_DEPTH + 1]);

/* The root over its leaves. */
void merkle_frontier_root(const struct merkle_frontier *frontier, struct merkle_hash *out);

/* Leaves from `start` on, behind the last of which is `end`. */
struct merkle_range {
	uint64_t start, end;
};

/* SHA-256(0x00 || entry). */
void merkle_leaf(struct span entry, struct merkle_hash *out);

/* The place of the subtree of 2^level leaves that has `index` such before it, from 0. */
uint64_t merkle_place(unsigned level, uint64_t index);

/* How many hashes are kept for so many leaves. */
uint64_t merkle_kept(uint64_t leaves);

/*
 * What is to be kept when this leaf is added to so many: it, and the subtrees that it completes.
 * 0 or -1.
 */
int merkle_add(const struct merkle_store *store, uint64_t leaves, const struct merkle_hash *leaf,
	struct merkle_proof *kept);

/* The root over the first leaves; over none it is SHA-256 of nothing.  0 or -1. */
int merkle_root(const struct merkle_store *store, uint64_t leaves, struct merkle_hash *out);

/* That the leaf of this index is in the tree of so many; index < leaves.  0 or -1. */
int merkle_inclusion(const struct merkle_store *store, uint64_t index, uint64_t leaves,
	struct merkle_proof *out);

/* That the tree of `leaves` began with those of the `earlier`; earlier <= leaves.  0 or -1. */
int merkle_consistency(const struct merkle_store *store, uint64_t earlier, uint64_t leaves,
	struct merkle_proof *out);

/* A tree as somebody says that it is. */
struct merkle_head {
	uint64_t size;
	struct merkle_hash root;
};

/* Whether the proof shows that the leaf is the one of this index in the tree. */
bool merkle_includes(const struct merkle_head *tree, uint64_t index, const struct merkle_hash *leaf,
	const struct merkle_proof *proof);

/*
 * Whether the proof shows that the tree began as the earlier one.  Of an earlier one without leaves
 * nothing has to be shown.
 */
bool merkle_extends(const struct merkle_head *tree, const struct merkle_head *earlier,
	const struct merkle_proof *proof);

/* Whether two hashes are the same. */
bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b);

#endif
