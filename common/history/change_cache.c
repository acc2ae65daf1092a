/* Trees that were read for a comparison, kept while a push is compared. */
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/digest.h"
#include "common/history/change_private.h"

#define BYTES_MAX ((size_t)4 << 20)
#define PINNED_MAX ((size_t)48 << 20) /* of trees in use */
#define COUNTS_MAX 200000

struct change_cache *change_cache(struct changes *changes)
{
	if (!changes->cache)
		changes->cache = calloc(1, sizeof(struct change_cache));
	return changes->cache;
}

static void cached_free(struct cached *tree)
{
	object_release(&tree->object);
	buf_release(&tree->mended);
	free(tree);
}

/* Lets go of every tree that is not in use. */
static int drop(struct change_cache *cache)
{
	size_t kept = 0;

	oid_map_release(&cache->map);
	for (size_t i = 0; i < cache->count; i++) {
		struct cached *tree = cache->trees[i];

		if (tree->pins) {
			uint64_t *slot = oid_map_put(&cache->map, &tree->id);

			if (!slot)
				return -1;
			*slot = kept;
			cache->trees[kept++] = tree;
			continue;
		}
		cache->bytes -= tree->object.data.len;
		cached_free(tree);
	}
	cache->count = kept;
	return 0;
}

static int keep(struct change_cache *cache, struct cached *tree)
{
	uint64_t *slot;

	if (cache->count == cache->cap) {
		size_t cap = cache->cap ? cache->cap * 2 : 256;
		void *trees = reallocarray(cache->trees, cap, sizeof(*cache->trees));

		if (!trees)
			return -1;
		cache->trees = trees;
		cache->cap = cap;
	}
	slot = oid_map_put(&cache->map, &tree->id);
	if (!slot)
		return -1;
	*slot = cache->count;
	cache->trees[cache->count++] = tree;
	cache->bytes += tree->object.data.len;
	return 0;
}

static int read_tree(struct changes *changes, const struct change_cache *cache, struct cached *tree,
	bool *over, struct fault *f)
{
	size_t most = cache->bytes < PINNED_MAX ? PINNED_MAX - cache->bytes : 0;

	return repo_read_within(changes->repo, &tree->id, most, &tree->object, over, f);
}

static int mend(struct cached *tree)
{
	if (buf_adds(&tree->mended, "") < 0 ||
		tree_mend(&tree->mended, tree->id.len, tree->object.data) < 0)
		return -1;
	tree->data = buf_span(&tree->mended);
	return 0;
}

int change_cache_tree(
	struct changes *changes, const struct oid *id, struct cached **out, struct fault *f)
{
	struct change_cache *cache = change_cache(changes);
	uint64_t *slot = cache ? oid_map_get(&cache->map, id) : NULL;
	struct cached *tree;
	bool over = false;

	*out = NULL;
	if (oid_is_zero(id))
		return 0;
	if (slot) {
		*out = cache->trees[*slot];
		(*out)->pins++;
		return 0;
	}
	tree = cache ? calloc(1, sizeof(*tree)) : NULL;
	if (!tree)
		return fault_memory(f);
	*tree = (struct cached){ .id = *id, .pins = 1 };
	tree->mended = (struct buf)BUF_INIT(SIZE_MAX / 2);
	if ((cache->bytes > BYTES_MAX && drop(cache) < 0) ||
		read_tree(changes, cache, tree, &over, f) < 0 || over ||
		tree->object.type != OBJECT_TREE) {
		int result = over ? CHANGE_TREE_OVER : tree->object.type == OBJECT_NONE ? -1 : 1;

		cached_free(tree);
		return result < 0 && !f->class ? fault_memory(f) : result;
	}
	tree->data = tree->object.data;
	if ((oid_map_get(&cache->mended, id) && mend(tree) < 0) || keep(cache, tree) < 0) {
		cached_free(tree);
		return fault_memory(f);
	}
	*out = tree;
	return 0;
}

int change_cache_mend(struct changes *changes, const struct oid *id, struct fault *f)
{
	struct change_cache *cache = changes->cache;
	uint64_t *slot = oid_map_get(&cache->map, id);

	if (oid_map_get(&cache->mended, id))
		return 0;
	oid_map_release(&cache->counts);
	if (!oid_map_put(&cache->mended, id) || (slot && mend(cache->trees[*slot]) < 0))
		return fault_memory(f);
	return 1;
}

bool change_cache_is_mended(const struct cached *tree)
{
	return tree->mended.data != NULL;
}

void change_cache_unpin(struct cached *tree)
{
	if (tree)
		tree->pins--;
}

uint64_t *change_cache_count(
	struct change_cache *cache, const struct comparison *comparison, const struct oid *trees)
{
	const uint64_t shape[] = { comparison->parents, comparison->bases, comparison->virtual,
		comparison->pairs };
	struct buf text = BUF_INIT(SIZE_MAX / 2);
	unsigned char digest[DIGEST_SIZE];
	uint64_t *place = NULL;

	if (cache->counts.count > COUNTS_MAX)
		oid_map_release(&cache->counts);
	buf_add(&text, shape, sizeof(shape));
	buf_add(&text, trees, comparison->sides * sizeof(*trees));
	if (!text.failed) {
		struct oid key;

		digest_sha256(digest, buf_span(&text));
		key = oid_of(digest, sizeof(digest));
		place = oid_map_put(&cache->counts, &key);
	}
	buf_release(&text);
	return place;
}

void change_cache_free(struct change_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < cache->count; i++) {
		cached_free(cache->trees[i]);
	}
	free(cache->trees);
	oid_map_release(&cache->mended);
	oid_map_release(&cache->map);
	oid_map_release(&cache->counts);
	free(cache);
}
