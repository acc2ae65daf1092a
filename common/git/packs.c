#include "common/git/packs.h"

#include <dirent.h>
#include <libdeflate.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/git/delta.h"
#include "common/git/pack.h"

#define PACKS_MAX 256
#define CHAIN_MAX 4095 /* deltas on deltas, the most that git makes */
#define OBJECT_MAX ((size_t)256 << 20)
#define KEPT_SLOTS 8192 /* a power of two */
#define KEPT_MAX ((size_t)16 << 20)
#define COMMIT_KEPT ((size_t)4 << 10)
#define READS_MAPPED 1024 /* each touches some 64 KiB of a mapping */

/* An object that deltas build on. */
struct kept {
	const struct pack *pack; /* NULL: the slot is empty */
	uint64_t offset;
	struct packs_object *object;
};

/* A delta on the way to an object. */
struct step {
	uint64_t offset;
	size_t size;
	struct span body;
};

struct packs {
	struct pack *items[PACKS_MAX];
	size_t count, last; /* the one that had the object before */
	struct libdeflate_decompressor *inflater;
	struct kept kept[KEPT_SLOTS];
	size_t kept_bytes, hand;
	struct step steps[CHAIN_MAX];
	struct packs_object *delta; /* room for the one that is applied */
	size_t reads;
};

static void add_folder(struct packs *packs, size_t id_len, const char *folder)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s/pack", folder) >= (int)sizeof(path) ||
		!(dir = opendir(path)))
		return;
	while (packs->count < PACKS_MAX && (entry = readdir(dir))) {
		struct span name = span_of(entry->d_name);

		if (span_starts(name, "pack-") && span_ends(name, ".idx") &&
			snprintf(path, sizeof(path), "%s/pack/%s", folder, entry->d_name) <
				(int)sizeof(path) &&
			pack_open(&packs->items[packs->count], id_len, path) == 0)
			packs->count++;
	}
	(void)closedir(dir);
}

struct packs *packs_new(const struct alternates *folders, size_t id_len)
{
	struct packs *packs = calloc(1, sizeof(*packs));

	if (!packs)
		return NULL;
	packs->inflater = libdeflate_alloc_decompressor();
	if (!packs->inflater) {
		packs_free(packs);
		return NULL;
	}
	for (size_t i = 0; i < folders->count; i++)
		add_folder(packs, id_len, folders->folders[i]);
	return packs;
}

void packs_free(struct packs *packs)
{
	if (!packs)
		return;
	for (size_t i = 0; i < packs->count; i++)
		pack_free(packs->items[i]);
	for (size_t i = 0; i < KEPT_SLOTS; i++)
		packs_drop(packs->kept[i].object);
	libdeflate_free_decompressor(packs->inflater);
	packs_drop(packs->delta);
	free(packs);
}

static struct kept *slot_of(struct packs *packs, const struct pack *pack, uint64_t offset)
{
	uint64_t hash = (offset ^ (uintptr_t)pack >> 4) * 0x9e3779b97f4a7c15u;

	return &packs->kept[hash >> 32 & (KEPT_SLOTS - 1)];
}

void packs_drop(struct packs_object *object)
{
	if (object && --object->users == 0)
		free(object);
}

static void let_go(struct packs *packs, struct kept *kept)
{
	packs->kept_bytes -= kept->object ? kept->object->size : 0;
	packs_drop(kept->object);
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
static struct packs_object *room(enum object_type type, size_t size)
{
	struct packs_object *object =
		size <= OBJECT_MAX ? malloc(sizeof(*object) + size + 1) : NULL;

	if (!object)
		return NULL;
	*object = (struct packs_object){ .users = 1, .size = size, .type = type };
	object->data[size] = '\0';
	return object;
}

/* Reads an object that is written whole; NULL when that fails. */
static struct packs_object *read_whole(struct packs *packs, const struct packed *head)
{
	struct packs_object *object = room(head->type, head->size);

	if (object && inflate(packs, head->body, object->data, head->size))
		return object;
	packs_drop(object);
	return NULL;
}

/*
 * Follows deltas down to what they build on: something that is kept, or an object that is written
 * whole.  The steps back up are noted.
 */
static enum packs_end descend(struct packs *packs, struct kept *base, size_t most, size_t *depth)
{
	struct packed head;

	for (*depth = 0;; base->offset = head.base) {
		const struct kept *kept = slot_of(packs, base->pack, base->offset);

		if (kept->pack == base->pack && kept->offset == base->offset) {
			base->object = kept->object;
			base->object->users++;
			return PACKS_READ;
		}
		if (pack_head(base->pack, base->offset, &head) < 0)
			return PACKS_NOT;
		if (head.type != OBJECT_NONE)
			break;
		if (*depth == CHAIN_MAX)
			return PACKS_NOT;
		packs->steps[(*depth)++] = (struct step){ base->offset, head.size, head.body };
	}
	if (*depth == 0 && head.size > most)
		return PACKS_OVER;
	base->object = read_whole(packs, &head);
	return base->object ? PACKS_READ : PACKS_NOT;
}

/* Inflates the delta of a step.  0 or -1. */
static int read_delta(struct packs *packs, const struct step *step, struct delta *out)
{
	if (!packs->delta || step->size > packs->delta->size) {
		packs_drop(packs->delta);
		packs->delta = room(OBJECT_NONE, step->size);
	}
	return packs->delta && inflate(packs, step->body, packs->delta->data, step->size)
		       ? delta_begin(out, (struct span){ packs->delta->data, step->size })
		       : -1;
}

/* Applies one step's delta to the base. */
static enum packs_end ascend(struct packs *packs, const struct step *step, size_t most,
	const struct packs_object *base, struct packs_object **out)
{
	struct delta delta;

	if (read_delta(packs, step, &delta) < 0)
		return PACKS_NOT;
	if (delta.result_size > most)
		return PACKS_OVER;
	*out = room(base->type, delta.result_size);
	if (*out && delta_apply(&delta, (struct span){ base->data, base->size }, (*out)->data) == 0)
		return PACKS_READ;
	packs_drop(*out);
	return PACKS_NOT;
}

/* Applies the deltas, from the base up; what was built on is kept. */
static enum packs_end build(struct packs *packs, struct kept *base, size_t most, size_t depth)
{
	while (depth-- > 0) {
		struct packs_object *built = NULL;
		enum packs_end end = ascend(packs, &packs->steps[depth], depth ? OBJECT_MAX : most,
			base->object, &built);

		keep(packs, base);
		packs_drop(base->object);
		base->object = NULL;
		if (end != PACKS_READ)
			return end;
		base->offset = packs->steps[depth].offset;
		base->object = built;
	}
	if (base->object->size <= most)
		return PACKS_READ;
	packs_drop(base->object);
	return PACKS_OVER;
}

/* The pack that has the object; mostly it is the one that had the object before. */
static const struct pack *find(struct packs *packs, const struct oid *id, uint64_t *offset)
{
	for (size_t i = 0; i < packs->count; i++) {
		size_t at = (packs->last + i) % packs->count;

		if (!pack_find(packs->items[at], id, offset))
			continue;
		packs->last = at;
		return packs->items[at];
	}
	return NULL;
}

static void bound_mapped(struct packs *packs)
{
	if (++packs->reads % READS_MAPPED != 0)
		return;
	for (size_t i = 0; i < packs->count; i++)
		pack_forget(packs->items[i]);
}

/* Commits are read for their place in history first, and then to be judged. */
static void keep_commit(struct packs *packs, const struct kept *what)
{
	if (what->object->type == OBJECT_COMMIT && what->object->size <= COMMIT_KEPT)
		keep(packs, what);
}

enum packs_end packs_read(
	struct packs *packs, const struct oid *id, size_t most, struct packs_object **out)
{
	struct kept base = { 0 };
	enum packs_end end;
	size_t depth;

	*out = NULL;
	bound_mapped(packs);
	base.pack = find(packs, id, &base.offset);
	if (!base.pack)
		return PACKS_NOT;
	end = descend(packs, &base, most, &depth);
	if (end == PACKS_READ)
		end = build(packs, &base, most, depth);
	if (end != PACKS_READ)
		return end;
	keep_commit(packs, &base);
	*out = base.object;
	return PACKS_READ;
}
