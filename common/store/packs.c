#include "common/store/packs.h"

#include <dirent.h>
#include <errno.h>
#include <libdeflate.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/store/delta.h"
#include "common/store/pack.h"

#define PACKS_MAX 2048
#define CHAIN_MAX 4095 /* deltas on deltas, the most that git makes */
#define OBJECT_MAX ((size_t)256 << 20)
#define KEPT_SLOTS 8192 /* a power of two */
#define KEPT_MAX ((size_t)16 << 20)
#define COMMIT_KEPT ((size_t)4 << 10)
#define WINDOWS_MAPPED 2048 /* pieces of 64 KiB */

/* An object that deltas build on. */
struct kept {
	const struct pack *pack; /* NULL: the slot is empty */
	uint64_t offset;
	struct stored *object;
};

/* A delta on the way to an object. */
struct step {
	uint64_t offset;
	size_t size;
	struct span body;
};

/* A pack, and where it lies. */
struct item {
	struct pack *pack;
	char *name;
	size_t folder;
};

struct packs {
	const struct alternates *folders;
	size_t id_len;
	struct item items[PACKS_MAX];
	size_t count, last; /* the one that had the object before */
	bool odd;           /* some could not be opened */
	struct libdeflate_decompressor *inflater;
	struct kept kept[KEPT_SLOTS];
	size_t kept_bytes, hand;
	struct step steps[CHAIN_MAX];
	struct stored *delta; /* room for the one that is applied */
	size_t reads;
	size_t windows; /* of packs, that came into memory since it was given back */
};

static bool is_open(const struct packs *packs, size_t folder, const char *name)
{
	for (size_t i = 0; i < packs->count; i++)
		if (packs->items[i].folder == folder && strcmp(packs->items[i].name, name) == 0)
			return true;
	return false;
}

/* Opens the pack of an index; one without its pack is none. */
static void add_pack(struct packs *packs, size_t folder, const char *name)
{
	struct item item = { .folder = folder };
	char path[PATH_MAX];

	if (packs->count < PACKS_MAX &&
		snprintf(path, sizeof(path), "%s/pack/%s", packs->folders->folders[folder], name) <
			(int)sizeof(path) &&
		pack_open(&item.pack, packs->id_len, path, &packs->windows) == 0 &&
		(item.name = strdup(name))) {
		packs->items[packs->count++] = item;
		return;
	}
	pack_free(item.pack);
	packs->odd = true;
}

/* Opens what is new in the folder. */
static void add_folder(struct packs *packs, size_t folder)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	int error;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "%s/pack", packs->folders->folders[folder]);
	dir = opendir(path);
	if (!dir) {
		packs->odd = packs->odd || errno != ENOENT;
		return;
	}
	while ((entry = file_entry(dir, &error))) {
		struct span name = span_of(entry->d_name);

		if (span_starts(name, "pack-") && span_ends(name, ".idx") &&
			!is_open(packs, folder, entry->d_name))
			add_pack(packs, folder, entry->d_name);
	}
	packs->odd = packs->odd || error;
	(void)closedir(dir);
}

bool packs_refresh(struct packs *packs)
{
	size_t before = packs->count;

	packs->odd = false;
	for (size_t i = 0; i < packs->folders->count; i++)
		add_folder(packs, i);
	return packs->count > before;
}

bool packs_are_whole(const struct packs *packs)
{
	return !packs->odd;
}

struct packs *packs_new(const struct alternates *folders, size_t id_len)
{
	struct packs *packs = calloc(1, sizeof(*packs));

	if (!packs)
		return NULL;
	packs->folders = folders;
	packs->id_len = id_len;
	packs->inflater = libdeflate_alloc_decompressor();
	if (!packs->inflater) {
		packs_free(packs);
		return NULL;
	}
	(void)packs_refresh(packs);
	return packs;
}

void packs_free(struct packs *packs)
{
	if (!packs)
		return;
	for (size_t i = 0; i < packs->count; i++) {
		pack_free(packs->items[i].pack);
		free(packs->items[i].name);
	}
	for (size_t i = 0; packs->reads && i < KEPT_SLOTS; i++)
		stored_drop(packs->kept[i].object);
	libdeflate_free_decompressor(packs->inflater);
	stored_drop(packs->delta);
	free(packs);
}

static struct kept *slot_of(struct packs *packs, const struct pack *pack, uint64_t offset)
{
	uint64_t hash = (offset ^ (uintptr_t)pack >> 4) * 0x9e3779b97f4a7c15u;

	return &packs->kept[hash >> 32 & (KEPT_SLOTS - 1)];
}

static void let_go(struct packs *packs, struct kept *kept)
{
	packs->kept_bytes -= kept->object ? kept->object->size : 0;
	stored_drop(kept->object);
	*kept = (struct kept){ 0 };
}

/* Keeps what another object was built on, and lets go of others where it gets too much. */
static void keep(struct packs *packs, const struct kept *what)
{
	struct kept *slot = slot_of(packs, what->pack, what->offset);

	if (slot->object == what->object || what->object->size > KEPT_MAX / 2)
		return;
	let_go(packs, slot);
	while (packs->kept_bytes + what->object->size > KEPT_MAX)
		let_go(packs, &packs->kept[packs->hand++ % KEPT_SLOTS]);
	*slot = *what;
	slot->object->users++;
	packs->kept_bytes += slot->object->size;
}

static bool inflate(struct packs *packs, struct span body, char *out, size_t size)
{
	return libdeflate_zlib_decompress(packs->inflater, body.data, body.len, out, size, NULL) ==
	       LIBDEFLATE_SUCCESS;
}

/* Room for an object; NULL when it is too large. */
static struct stored *room(enum object_type type, size_t size)
{
	return size <= OBJECT_MAX ? stored_new(type, size) : NULL;
}

/* Reads an object that is written whole; NULL when that fails. */
static struct stored *read_whole(struct packs *packs, const struct packed *head)
{
	struct stored *object = room(head->type, head->size);

	if (object && inflate(packs, head->body, object->data, head->size))
		return object;
	stored_drop(object);
	return NULL;
}

/*
 * Follows deltas down to what they build on: something that is kept, or an object that is written
 * whole.  The steps back up are noted.
 */
static enum stored_end descend(struct packs *packs, struct kept *base, size_t most, size_t *depth)
{
	struct packed head;

	for (*depth = 0;; base->offset = head.base) {
		const struct kept *kept = slot_of(packs, base->pack, base->offset);

		if (kept->pack == base->pack && kept->offset == base->offset) {
			base->object = kept->object;
			base->object->users++;
			return STORED_READ;
		}
		if (pack_head(base->pack, base->offset, &head) < 0)
			return STORED_ODD;
		if (head.type != OBJECT_NONE)
			break;
		if (*depth == CHAIN_MAX)
			return STORED_ODD;
		packs->steps[(*depth)++] = (struct step){ base->offset, head.size, head.body };
	}
	if (*depth == 0 && head.size > most)
		return STORED_OVER;
	base->object = read_whole(packs, &head);
	return base->object ? STORED_READ : STORED_ODD;
}

/* Inflates the delta of a step.  0 or -1. */
static int read_delta(struct packs *packs, const struct step *step, struct delta *out)
{
	if (!packs->delta || step->size > packs->delta->size) {
		stored_drop(packs->delta);
		packs->delta = room(OBJECT_NONE, step->size);
	}
	return packs->delta && inflate(packs, step->body, packs->delta->data, step->size)
		       ? delta_begin(out, (struct span){ packs->delta->data, step->size })
		       : -1;
}

/* Applies one step's delta to the base. */
static enum stored_end ascend(struct packs *packs, const struct step *step, size_t most,
	const struct stored *base, struct stored **out)
{
	struct delta delta;

	if (read_delta(packs, step, &delta) < 0)
		return STORED_ODD;
	if (delta.result_size > most)
		return STORED_OVER;
	*out = room(base->type, delta.result_size);
	if (*out && delta_apply(&delta, (struct span){ base->data, base->size }, (*out)->data) == 0)
		return STORED_READ;
	stored_drop(*out);
	return STORED_ODD;
}

/* Applies the deltas, from the base up; what was built on is kept. */
static enum stored_end build(struct packs *packs, struct kept *base, size_t most, size_t depth)
{
	while (depth-- > 0) {
		struct stored *built = NULL;
		enum stored_end end = ascend(packs, &packs->steps[depth], depth ? OBJECT_MAX : most,
			base->object, &built);

		keep(packs, base);
		stored_drop(base->object);
		base->object = NULL;
		if (end != STORED_READ)
			return end;
		base->offset = packs->steps[depth].offset;
		base->object = built;
	}
	if (base->object->size <= most)
		return STORED_READ;
	stored_drop(base->object);
	return STORED_OVER;
}

/* The pack that has the object; mostly it is the one that had the object before. */
static const struct pack *find(
	struct packs *packs, const struct oid *id, size_t first, uint64_t *offset)
{
	for (size_t i = 0; i < packs->count; i++) {
		size_t at = packs->last + i;

		at -= at >= packs->count ? packs->count : 0;
		if (packs->items[at].folder < first ||
			!pack_find(packs->items[at].pack, id, offset))
			continue;
		packs->last = at;
		return packs->items[at].pack;
	}
	return NULL;
}

bool packs_have(struct packs *packs, const struct oid *id, size_t first)
{
	uint64_t offset;

	return find(packs, id, first, &offset) != NULL;
}

int packs_each(const struct packs *packs, size_t n, packs_each_fn *each, void *context)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < packs->count; i++) {
		size_t count = packs->items[i].folder == n ? pack_count(packs->items[i].pack) : 0;

		for (size_t at = 0; result == 0 && at < count; at++) {
			struct oid id = pack_id(packs->items[i].pack, at);

			result = each(context, &id);
		}
	}
	return result;
}

static void bound_mapped(struct packs *packs)
{
	packs->reads++;
	if (packs->windows < WINDOWS_MAPPED)
		return;
	packs->windows = 0;
	for (size_t i = 0; i < packs->count; i++)
		pack_forget(packs->items[i].pack);
}

/* Commits are read for their place in history first, and then to be judged. */
static void keep_commit(struct packs *packs, const struct kept *what)
{
	if (what->object->type == OBJECT_COMMIT && what->object->size <= COMMIT_KEPT)
		keep(packs, what);
}

enum stored_end packs_read(
	struct packs *packs, const struct oid *id, size_t most, struct stored **out)
{
	struct kept base = { 0 };
	enum stored_end end;
	size_t depth;

	*out = NULL;
	bound_mapped(packs);
	base.pack = find(packs, id, 0, &base.offset);
	if (!base.pack)
		return STORED_NONE;
	end = descend(packs, &base, most, &depth);
	if (end == STORED_READ)
		end = build(packs, &base, most, depth);
	if (end != STORED_READ)
		return end;
	keep_commit(packs, &base);
	*out = base.object;
	return STORED_READ;
}

/* Goes down to what a delta builds on, for its type. */
static enum object_type type_below(const struct pack *pack, const struct packed *top)
{
	struct packed head = *top;

	for (size_t depth = 0; head.type == OBJECT_NONE; depth++)
		if (depth == CHAIN_MAX || pack_head(pack, head.base, &head) < 0)
			return OBJECT_NONE;
	return head.type;
}

enum stored_end packs_head(
	struct packs *packs, const struct oid *id, enum object_type *type, size_t *size)
{
	struct packed head;
	struct delta delta;
	uint64_t offset;
	const struct pack *pack = find(packs, id, 0, &offset);

	if (!pack)
		return STORED_NONE;
	if (pack_head(pack, offset, &head) < 0)
		return STORED_ODD;
	*type = type_below(pack, &head);
	*size = head.size;
	if (head.type == OBJECT_NONE) {
		if (read_delta(packs, &(struct step){ offset, head.size, head.body }, &delta) < 0)
			return STORED_ODD;
		*size = delta.result_size;
	}
	return *type == OBJECT_NONE ? STORED_ODD : STORED_READ;
}
