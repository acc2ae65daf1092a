/*
 * Objects of the repository, read and written: loose ones and packs by our own readers, and by git
 * itself what those cannot read.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/git/header.h"
#include "common/git/repo.h"
#include "common/git/repo_private.h"
#include "common/store/loose.h"

#define LOOSE_FIRST 256 /* reads before packs are looked into first */
#define KEPT_MAX 65536  /* bytes of an object that is kept until another takes its place */
#define HEAD_WHOLE 4096 /* bytes of one that is read and kept where only its head was asked for */

struct packs *repo_packs(struct repo *repo)
{
	if (!repo->packs)
		repo->packs = packs_new(&repo->objects, repo->id_len);
	return repo->packs;
}

/* What is wanted of an object: all of it up to `most` bytes, or its head alone. */
struct wanted {
	const struct oid *id;
	size_t most;
	bool head_only;
	struct stored *object;
	enum object_type type;
	size_t size;
};

static enum stored_end read_loose(struct repo *repo, struct wanted *w)
{
	enum stored_end end = STORED_NONE;

	for (size_t i = 0; end == STORED_NONE && i < repo->objects.count; i++) {
		const struct loose_sought sought = { repo->objects.folders[i], w->id, w->most };

		end = w->head_only ? loose_head(sought.folder, w->id, &w->type, &w->size)
				   : loose_read(&repo->loose, &sought, &w->object);
	}
	return end;
}

static enum stored_end read_packed(struct repo *repo, struct wanted *w)
{
	if (!repo_packs(repo))
		return STORED_ODD;
	return w->head_only ? packs_head(repo->packs, w->id, &w->type, &w->size)
			    : packs_read(repo->packs, w->id, w->most, &w->object);
}

/*
 * Looks in both; in the beginning of a push first among loose objects, later in packs.  What git
 * has moved meanwhile is looked for again.
 */
static enum stored_end read_ours(struct repo *repo, struct wanted *w)
{
	bool early = repo->reads < LOOSE_FIRST;
	enum stored_end end = early ? read_loose(repo, w) : read_packed(repo, w);

	repo->reads += early;
	if (end == STORED_NONE)
		end = early ? read_packed(repo, w) : read_loose(repo, w);
	if (end == STORED_NONE && packs_refresh(repo->packs))
		end = read_packed(repo, w);
	if (end == STORED_NONE)
		end = read_loose(repo, w);
	return end == STORED_NONE && !packs_are_whole(repo->packs) ? STORED_ODD : end;
}

/* Asks git.  STORED_READ, _OVER, _NONE, or _ODD with a fault. */
static enum stored_end read_by_git(struct repo *repo, struct wanted *w, struct fault *f)
{
	struct cat_file_head head;

	if (cat_file_head(&repo->git, w->id, &head, f) < 0)
		return STORED_ODD;
	w->type = head.type;
	w->size = head.size;
	if (!head.type)
		return STORED_NONE;
	if (w->head_only)
		return STORED_READ;
	if (head.size > w->most)
		return STORED_OVER;
	if (cat_file_read(&repo->git, w->id, &w->object, f) < 0)
		return STORED_ODD;
	return w->object ? STORED_READ : STORED_NONE;
}

/* Reads what is wanted: STORED_READ or _OVER, or -1. */
static int read_any(struct repo *repo, struct wanted *w, struct fault *f)
{
	enum stored_end end = w->id->len == repo->id_len ? read_ours(repo, w) : STORED_NONE;

	if (end == STORED_ODD)
		end = read_by_git(repo, w, f);
	if (end == STORED_NONE)
		return fault_set(f, FAULT_PUSHER, "object %s is missing", oid_text(w->id).hex);
	return end == STORED_ODD ? -1 : (int)end;
}

static struct kept_object *kept_place(struct repo *repo, const struct oid *id)
{
	return &repo->kept[id->hash[0] % KEPT_PLACES];
}

/* What was kept of it, or NULL. */
static struct stored *kept_find(struct repo *repo, const struct oid *id)
{
	struct kept_object *place = kept_place(repo, id);

	return place->object && oid_equal(&place->id, id) ? place->object : NULL;
}

/* Keeps an object, in the place of another. */
static void keep(struct repo *repo, const struct wanted *w)
{
	struct kept_object *place = kept_place(repo, w->id);

	if (w->object->size > KEPT_MAX)
		return;
	stored_drop(place->object);
	*place = (struct kept_object){ *w->id, w->object };
	w->object->users++;
}

/* Reads an object whole: STORED_READ or _OVER, or -1. */
static int read_whole(struct repo *repo, struct wanted *w, struct fault *f)
{
	struct stored *kept = kept_find(repo, w->id);
	int end;

	if (kept && kept->size <= w->most) {
		kept->users++;
		w->object = kept;
		return STORED_READ;
	}
	end = read_any(repo, w, f);
	if (end == STORED_READ)
		keep(repo, w);
	return end;
}

int repo_read_within(struct repo *repo, const struct oid *id, size_t most, struct object *out,
	bool *over, struct fault *f)
{
	struct wanted w = { .id = id, .most = most };
	int end = read_whole(repo, &w, f);

	*out = (struct object){ 0 };
	*over = end == STORED_OVER;
	if (end == STORED_READ)
		*out = (struct object){ w.object->type, { w.object->data, w.object->size },
			w.object };
	return end < 0 ? -1 : 0;
}

int repo_read(struct repo *repo, const struct oid *id, struct object *out, struct fault *f)
{
	bool over;

	return repo_read_within(repo, id, SIZE_MAX, out, &over, f);
}

/*
 * Reads its head.  In a small push it is often asked for all of it next: then what is short is read
 * whole.
 */
static int read_head(struct repo *repo, struct wanted *w, struct fault *f)
{
	struct wanted whole = { .id = w->id, .most = HEAD_WHOLE };
	const struct stored *kept = kept_find(repo, w->id);
	int end = STORED_OVER;

	if (!kept && repo->reads < LOOSE_FIRST) {
		end = read_whole(repo, &whole, f);
		kept = whole.object;
	}
	if (!kept)
		return end == STORED_OVER ? read_any(repo, w, f) : end;
	w->type = kept->type;
	w->size = kept->size;
	stored_drop(whole.object);
	return STORED_READ;
}

int repo_read_header(struct repo *repo, const struct oid *id, enum object_type *type, size_t *size,
	struct fault *f)
{
	struct wanted w = { .id = id, .head_only = true };

	if (read_head(repo, &w, f) < 0)
		return -1;
	*type = w.type;
	*size = w.size;
	return 0;
}

void object_release(struct object *object)
{
	stored_drop(object->stored);
	*object = (struct object){ 0 };
}

/* Whether our readers find it in the folders from the first-th on. */
static bool is_in(struct repo *repo, const struct oid *id, size_t first)
{
	for (size_t i = first; i < repo->objects.count; i++)
		if (loose_has(repo->objects.folders[i], id))
			return true;
	return repo_packs(repo) && packs_have(repo->packs, id, first);
}

bool repo_has(struct repo *repo, const struct oid *id)
{
	struct fault ignored = { 0 };
	struct cat_file_head head;

	if (oid_is_zero(id) || id->len != repo->id_len)
		return false;
	if (is_in(repo, id, 0) || (packs_refresh(repo_packs(repo)) && is_in(repo, id, 0)))
		return true;
	return repo->packs && !packs_are_whole(repo->packs) &&
	       cat_file_head(&repo->git, id, &head, &ignored) == 0 && head.type;
}

bool repo_had(struct repo *repo, const struct oid *id)
{
	if (!repo->quarantine)
		return repo_has(repo, id);
	return !oid_is_zero(id) && id->len == repo->id_len && is_in(repo, id, 1);
}

int repo_write(struct repo *repo, enum object_type type, struct span data, struct oid *out,
	struct fault *f)
{
	const struct loose_new what = { repo->objects.folders[0], type, data, repo->id_len,
		repo->file_mode };

	return loose_write(&what, out, f);
}

int repo_brought(struct repo *repo, int (*each)(void *context, const struct oid *id), void *context,
	struct fault *f)
{
	const char *folder = repo->objects.folders[0];
	int status;

	if (!repo->quarantine)
		return 0;
	if (!repo_packs(repo))
		return fault_memory(f);
	if (!packs_are_whole(repo->packs))
		return fault_set(f, FAULT_ADMIN, "%s: a pack that cannot be read", folder);
	status = loose_each(folder, repo->id_len, each, context, f);
	return status ? status : packs_each(repo->packs, 0, each, context);
}

/* Looks for one name in a tree's bytes.  1, 0, or -1: malformed before it was found. */
static int seek_entry(struct span rest, struct span name, struct tree_entry *entry)
{
	struct tree_entry previous = tree_begin(entry->id_len);
	const char *why;
	int got;

	while ((got = tree_next(&rest, entry, &previous, &why)) > 0)
		if (span_equal(entry->name, name))
			break;
	return got;
}

/*
 * Finds one name in a tree; mode 0 in *found when it is not there.  A tree that is malformed lies
 * there already, and keeps nobody out: of it counts what can be told.
 */
static int find_entry(struct repo *repo, const struct oid *tree, struct span name,
	struct tree_entry *found, struct oid *id, struct fault *f)
{
	struct buf mended = BUF_INIT(SIZE_MAX / 2);
	struct tree_entry entry = tree_begin(tree->len);
	struct object object;
	int got;

	found->mode = 0;
	if (repo_read(repo, tree, &object, f) < 0)
		return -1;
	got = object.type == OBJECT_TREE ? seek_entry(object.data, name, &entry) : 0;
	if (got < 0)
		got = tree_mend(&mended, tree->len, object.data) < 0
			      ? fault_memory(f)
			      : seek_entry(buf_span(&mended), name, &entry);
	if (got > 0) {
		found->mode = entry.mode;
		*id = tree_entry_id(&entry);
	}
	object_release(&object);
	buf_release(&mended);
	return got < 0 ? -1 : 0;
}

int repo_tree_of(struct repo *repo, const struct oid *commit, struct oid *tree, struct fault *f)
{
	struct object object;
	struct span rest;
	int result = 0;

	if (repo_read(repo, commit, &object, f) < 0)
		return -1;
	rest = object.data;
	tree->len = commit->len;
	if (object.type != OBJECT_COMMIT || header_oid(&rest, "tree ", tree) < 0)
		result = fault_set(
			f, FAULT_ADMIN, "%s is not a commit with a tree", oid_text(commit).hex);
	object_release(&object);
	return result;
}

int repo_entry_at(struct repo *repo, const struct oid *tree, const char *path, uint32_t *mode,
	struct oid *id, struct fault *f)
{
	struct tree_entry entry = { .mode = MODE_TREE };

	*id = *tree;
	while (*path && entry.mode == MODE_TREE) {
		struct span name = { path, strcspn(path, "/") };

		if (find_entry(repo, id, name, &entry, id, f) < 0)
			return -1;
		path += name.len + (path[name.len] == '/');
	}
	*mode = *path ? 0 : entry.mode;
	return 0;
}

int repo_file_read(
	struct repo *repo, const struct oid *commit, struct repo_file *file, struct fault *f)
{
	struct oid tree, id;
	uint32_t mode;

	file->object = (struct object){ 0 };
	file->found = file->over = file->other = false;
	if (repo_tree_of(repo, commit, &tree, f) < 0 ||
		repo_entry_at(repo, &tree, file->path, &mode, &id, f) < 0)
		return -1;
	file->other =
		mode && mode != MODE_FILE && mode != MODE_FILE_GROUP && mode != MODE_EXECUTABLE;
	if (!mode || file->other)
		return 0;
	if (repo_read_within(repo, &id, file->most, &file->object, &file->over, f) < 0)
		return -1;
	file->id = id;
	file->found = true;
	return 0;
}

int repo_blob_at(struct repo *repo, const struct oid *commit, const char *path, struct object *out,
	bool *found, struct fault *f)
{
	struct repo_file file = { .path = path, .most = SIZE_MAX };
	int status = repo_file_read(repo, commit, &file, f);

	*out = file.object;
	*found = file.found;
	return status;
}
