#include <openssl/sha.h>
#include <stdlib.h>

#include "common/base/buf.h"
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
		object_release(&tree->object);
		free(tree);
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
	if ((cache->bytes > BYTES_MAX && drop(cache) < 0) ||
		read_tree(changes, cache, tree, &over, f) < 0 || over ||
		tree->object.type != OBJECT_TREE) {
		int result = over ? CHANGE_TREE_OVER : tree->object.type == OBJECT_NONE ? -1 : 1;

		object_release(&tree->object);
		free(tree);
		return result < 0 && !f->class ? fault_memory(f) : result;
	}
	if (keep(cache, tree) < 0) {
		object_release(&tree->object);
		free(tree);
		return fault_memory(f);
	}
	*out = tree;
	return 0;
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
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct oid key;
	uint64_t *place = NULL;

	if (cache->counts.count > COUNTS_MAX)
		oid_map_release(&cache->counts);
	buf_add(&text, shape, sizeof(shape));
	buf_add(&text, trees, comparison->sides * sizeof(*trees));
	if (!text.failed && SHA256((unsigned char *)text.data, text.len, digest)) {
		memcpy(key.hash, digest, sizeof(key.hash));
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
		object_release(&cache->trees[i]->object);
		free(cache->trees[i]);
	}
	free(cache->trees);
	oid_map_release(&cache->map);
	oid_map_release(&cache->counts);
	free(cache);
}
