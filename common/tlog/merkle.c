/*
 * The tree of RFC 6962.  A range of leaves is hashed from its largest complete subtrees, which are
 * kept; no proof reads more of them than twice the tree's depth.
 */
#include "common/tlog/merkle.h"
#include "common/base/digest.h"

void merkle_leaf(struct span entry, struct merkle_hash *out)
{
	struct digest digest;

	digest_begin(&digest, DIGEST_SIZE);
	digest_add(&digest, (struct span){ "", 1 });
	digest_add(&digest, entry);
	digest_end(&digest, out->bytes);
}

/* SHA-256(0x01 || left || right); `out` may be one of them. */
static void node(
	const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *out)
{
	unsigned char bytes[1 + 2 * MERKLE_SIZE] = { 1 };

	memcpy(bytes + 1, left->bytes, MERKLE_SIZE);
	memcpy(bytes + 1 + MERKLE_SIZE, right->bytes, MERKLE_SIZE);
	digest_sha256(out->bytes, (struct span){ (const char *)bytes, sizeof(bytes) });
}

bool merkle_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->bytes, b->bytes, MERKLE_SIZE) == 0;
}

/* Behind a leaf come the subtrees that it completes, so before leaf n are n + n/2 + n/4 + ... */
uint64_t merkle_place(unsigned level, uint64_t index)
{
	uint64_t place = level;

	for (unsigned i = 0; i < level; i++)
		index = 2 * index + 1;
	for (; index > 0; index >>= 1)
		place += index;
	return place;
}

uint64_t merkle_kept(uint64_t leaves)
{
	return merkle_place(0, leaves);
}

int merkle_add(const struct merkle_store *store, uint64_t leaves, const struct merkle_hash *leaf,
	struct merkle_proof *kept)
{
	struct merkle_hash left;

	kept->hashes[0] = *leaf;
	kept->count = 1;
	for (uint64_t rest = leaves; rest & 1; rest >>= 1) {
		unsigned level = kept->count - 1;

		if (kept->count == MERKLE_DEPTH ||
			store->read(store->context, merkle_place(level, rest - 1), &left) < 0)
			return -1;
		node(&left, &kept->hashes[level], &kept->hashes[level + 1]);
		kept->count++;
	}
	return 0;
}

/* The largest power of two below the number, which is 2 or more, as its exponent. */
static unsigned split(uint64_t count)
{
	return 63 - (unsigned)__builtin_clzll(count - 1);
}

/*
 * The hash of a range that begins where a complete subtree of its size would: MTH of RFC 6962, read
 * from the right, where the subtrees are smallest.
 */
static int range_hash(
	const struct merkle_store *store, struct merkle_range range, struct merkle_hash *out)
{
	uint64_t count = range.end - range.start, end = range.end;
	struct merkle_hash left;
	bool begun = false;

	while (count > 0) {
		unsigned level = (unsigned)__builtin_ctzll(count);
		uint64_t size = (uint64_t)1 << level;

		if (store->read(store->context, merkle_place(level, (end - size) >> level),
			    begun ? &left : out) < 0)
			return -1;
		if (begun)
			node(&left, out, out);
		begun = true;
		end -= size;
		count -= size;
	}
	return 0;
}

int merkle_root(const struct merkle_store *store, uint64_t leaves, struct merkle_hash *out)
{
	if (leaves > 0)
		return range_hash(store, (struct merkle_range){ 0, leaves }, out);
	digest_sha256(out->bytes, (struct span){ "", 0 });
	return 0;
}

void merkle_frontier_add(struct merkle_frontier *frontier, const struct merkle_hash *leaf)
{
	frontier->roots[frontier->count++] = *leaf;
	for (uint64_t rest = frontier->size++; rest & 1; rest >>= 1) {
		struct merkle_hash *left = &frontier->roots[frontier->count - 2];

		node(left, left + 1, left);
		frontier->count--;
	}
}

unsigned merkle_frontier_places(uint64_t size, uint64_t places[MERKLE_DEPTH + 1])
{
	unsigned count = 0;
	uint64_t before = 0;

	for (unsigned level = MERKLE_DEPTH; level-- > 0;) {
		if (!(size >> level & 1))
			continue;
		places[count++] = merkle_place(level, before >> level);
		before += (uint64_t)1 << level;
	}
	return count;
}

void merkle_frontier_root(const struct merkle_frontier *frontier, struct merkle_hash *out)
{
	unsigned i = frontier->count;

	if (i == 0) {
		digest_sha256(out->bytes, (struct span){ "", 0 });
		return;
	}
	*out = frontier->roots[--i];
	while (i > 0)
		node(&frontier->roots[--i], out, out);
}

/* Turns around what was gathered from the root down. */
static void reverse(struct merkle_proof *proof)
{
	for (unsigned i = 0; i < proof->count / 2; i++) {
		struct merkle_hash other = proof->hashes[i];

		proof->hashes[i] = proof->hashes[proof->count - 1 - i];
		proof->hashes[proof->count - 1 - i] = other;
	}
}

static int gather(
	const struct merkle_store *store, struct merkle_range range, struct merkle_proof *proof)
{
	if (proof->count == MERKLE_DEPTH ||
		range_hash(store, range, &proof->hashes[proof->count]) < 0)
		return -1;
	proof->count++;
	return 0;
}

int merkle_inclusion(
	const struct merkle_store *store, uint64_t index, uint64_t leaves, struct merkle_proof *out)
{
	struct merkle_range range = { 0, leaves };

	out->count = 0;
	if (index >= leaves)
		return -1;
	while (range.end - range.start > 1) {
		uint64_t middle = range.start + ((uint64_t)1 << split(range.end - range.start));
		struct merkle_range left = { range.start, middle }, right = { middle, range.end };
		bool goes_left = index < middle;

		if (gather(store, goes_left ? right : left, out) < 0)
			return -1;
		range = goes_left ? left : right;
	}
	reverse(out);
	return 0;
}

int merkle_consistency(const struct merkle_store *store, uint64_t earlier, uint64_t leaves,
	struct merkle_proof *out)
{
	struct merkle_range range = { 0, leaves };
	bool whole = true; /* what is left of the earlier tree is all of it */

	out->count = 0;
	if (earlier > leaves)
		return -1;
	if (earlier == 0 || earlier == leaves)
		return 0;
	while (range.end != earlier) {
		uint64_t middle = range.start + ((uint64_t)1 << split(range.end - range.start));
		struct merkle_range left = { range.start, middle }, right = { middle, range.end };
		bool goes_left = earlier <= middle;

		if (gather(store, goes_left ? right : left, out) < 0)
			return -1;
		whole = whole && goes_left;
		range = goes_left ? left : right;
	}
	if (!whole && gather(store, range, out) < 0)
		return -1;
	reverse(out);
	return 0;
}

/* Walks up from a node and the last one of its level. */
struct climb {
	uint64_t at, last;
};

/* Whether what stands beside it comes before it: behind the last one of a level nothing does. */
static bool is_right(const struct climb *climb)
{
	return (climb->at & 1) || climb->at == climb->last;
}

/* A level up, and past those at which the node, being the last, has nobody beside it. */
static void climb_up(struct climb *climb)
{
	while (climb->at == climb->last && climb->at != 0 && !(climb->at & 1)) {
		climb->at >>= 1;
		climb->last >>= 1;
	}
	climb->at >>= 1;
	climb->last >>= 1;
}

bool merkle_includes(const struct merkle_head *tree, uint64_t index, const struct merkle_hash *leaf,
	const struct merkle_proof *proof)
{
	struct climb climb = { index, tree->size - 1 };
	struct merkle_hash hash = *leaf;

	if (index >= tree->size)
		return false;
	for (unsigned i = 0; i < proof->count; i++) {
		if (climb.last == 0)
			return false;
		if (is_right(&climb))
			node(&proof->hashes[i], &hash, &hash);
		else
			node(&hash, &proof->hashes[i], &hash);
		climb_up(&climb);
	}
	return climb.last == 0 && merkle_equal(&hash, &tree->root);
}

/* The two roots that the proof leads to, from the largest subtree that both trees have. */
static bool climb_both(struct climb climb, const struct merkle_proof *proof, unsigned from,
	struct merkle_hash roots[2])
{
	for (unsigned i = from; i < proof->count; i++) {
		const struct merkle_hash *beside = &proof->hashes[i];

		if (climb.last == 0)
			return false;
		if (is_right(&climb)) {
			node(beside, &roots[0], &roots[0]);
			node(beside, &roots[1], &roots[1]);
		} else {
			node(&roots[1], beside, &roots[1]);
		}
		climb_up(&climb);
	}
	return climb.last == 0;
}

bool merkle_extends(const struct merkle_head *tree, const struct merkle_head *earlier,
	const struct merkle_proof *proof)
{
	bool power = (earlier->size & (earlier->size - 1)) == 0;
	struct climb climb = { earlier->size - 1, tree->size - 1 };
	struct merkle_hash roots[2];

	if (earlier->size == 0)
		return proof->count == 0;
	if (earlier->size == tree->size)
		return proof->count == 0 && merkle_equal(&earlier->root, &tree->root);
	if (earlier->size > tree->size || (!power && proof->count == 0))
		return false;
	for (; climb.at & 1; climb.at >>= 1)
		climb.last >>= 1;
	roots[0] = roots[1] = power ? earlier->root : proof->hashes[0];
	return climb_both(climb, proof, power ? 0 : 1, roots) &&
	       merkle_equal(&roots[0], &earlier->root) && merkle_equal(&roots[1], &tree->root);
}
