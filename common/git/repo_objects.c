/* Objects of the repository, read and written: from packs fast, by libgit2 in every other way. */
#include <stdio.h>
#include <stdlib.h>

#include "common/git/header.h"
#include "common/git/repo.h"
#include "common/git/repo_private.h"

#define READS_SLOW 256 /* by libgit2, before packs are mapped */

_Static_assert(
	(int)OBJECT_COMMIT == (int)GIT_OBJECT_COMMIT && (int)OBJECT_TREE == (int)GIT_OBJECT_TREE &&
		(int)OBJECT_BLOB == (int)GIT_OBJECT_BLOB && (int)OBJECT_TAG == (int)GIT_OBJECT_TAG,
	"types of objects are numbered as git numbers them");
_Static_assert(OID_SHA1 == sizeof(git_oid), "ids are the same bytes");

static git_oid to_git(const struct oid *id)
{
	git_oid out;

	memcpy(&out, id->hash, sizeof(out));
	return out;
}

/* Adds one folder's packs and loose objects. */
static int add_folder(git_odb *odb, const struct repo *repo, size_t n, struct fault *f)
{
	const int loose_priority = 1, packed_priority = 2;
	int (*add)(git_odb *, git_odb_backend *, int) =
		n ? git_odb_add_alternate : git_odb_add_backend;
	const char *folder = repo->objects.folders[n];
	git_odb_backend *backend = NULL;
	unsigned file = repo->file_mode ? 0400 | repo->file_mode : 0;
	unsigned folders = file ? 0300 | file | (file & 0440 ? 0030 : 0) : 0;

	if (git_odb_backend_loose(&backend, folder, -1, 1, folders, file) < 0 ||
		add(odb, backend, loose_priority) < 0)
		return repo_fault(f, folder);
	if (git_odb_backend_pack(&backend, folder) < 0 || add(odb, backend, packed_priority) < 0)
		return repo_fault(f, folder);
	return 0;
}

int repo_open_objects(git_odb **out, const struct repo *repo, size_t first, struct fault *f)
{
	if (git_odb_new(out) < 0)
		return repo_fault(f, "object store");
	for (size_t i = first; i < repo->objects.count; i++)
		if (add_folder(*out, repo, i, f) < 0) {
			git_odb_free(*out);
			*out = NULL;
			return -1;
		}
	return 0;
}

/* The fault for an object that could not be read. */
static int read_fault(struct fault *f, const struct oid *id, int result)
{
	const git_error *error = git_error_last();

	if (result == GIT_ENOTFOUND)
		return fault_set(f, FAULT_PUSHER, "object %s is missing", oid_text(id).hex);
	return fault_set(f, FAULT_ADMIN, "object %s cannot be read: %s", oid_text(id).hex,
		error ? error->message : "libgit2 failed");
}

/* Reads with libgit2, which also says what is wrong. */
static int read_slowly(struct repo *repo, const struct oid *id, struct object *out, struct fault *f)
{
	git_oid wanted = to_git(id);
	git_odb_object *object = NULL;
	int result = git_odb_read(&object, repo->odb, &wanted);

	if (result < 0)
		return read_fault(f, id, result);
	out->type = (enum object_type)git_odb_object_type(object);
	out->data = (struct span){ git_odb_object_data(object), git_odb_object_size(object) };
	out->handle = object;
	return 0;
}

/* Reads from packs, once there is so much to read that mapping them is worth its while. */
static enum packs_end read_fast(
	struct repo *repo, const struct oid *id, size_t most, struct object *out)
{
	struct packs_object *object;
	enum packs_end end;

	if (repo->reads < READS_SLOW) {
		repo->reads++;
		return PACKS_NOT;
	}
	if (!repo->packs)
		repo->packs = packs_new(&repo->objects, repo->id_len);
	end = repo->packs ? packs_read(repo->packs, id, most, &object) : PACKS_NOT;
	if (end == PACKS_READ) {
		out->type = object->type;
		out->data = (struct span){ object->data, object->size };
		out->packed = object;
	}
	return end;
}

int repo_read(struct repo *repo, const struct oid *id, struct object *out, struct fault *f)
{
	*out = (struct object){ 0 };
	return read_fast(repo, id, SIZE_MAX, out) == PACKS_READ ? 0 : read_slowly(repo, id, out, f);
}

int repo_read_within(struct repo *repo, const struct oid *id, size_t most, struct object *out,
	bool *over, struct fault *f)
{
	enum packs_end end;
	enum object_type type;
	size_t size;

	*out = (struct object){ 0 };
	end = read_fast(repo, id, most, out);
	*over = end == PACKS_OVER;
	if (end != PACKS_NOT)
		return 0;
	if (repo_read_header(repo, id, &type, &size, f) < 0)
		return -1;
	*over = size > most;
	return *over ? 0 : read_slowly(repo, id, out, f);
}

int repo_read_header(struct repo *repo, const struct oid *id, enum object_type *type, size_t *size,
	struct fault *f)
{
	git_oid wanted = to_git(id);
	git_object_t git_type;
	int result = git_odb_read_header(size, &git_type, repo->odb, &wanted);

	if (result < 0)
		return read_fault(f, id, result);
	*type = (enum object_type)git_type;
	return 0;
}

void object_release(struct object *object)
{
	git_odb_object_free(object->handle);
	packs_drop(object->packed);
	*object = (struct object){ 0 };
}

bool repo_has(struct repo *repo, const struct oid *id)
{
	git_oid wanted = to_git(id);

	return !oid_is_zero(id) && git_odb_exists(repo->odb, &wanted);
}

bool repo_had(struct repo *repo, const struct oid *id)
{
	git_oid wanted = to_git(id);
	struct fault ignored = { 0 };

	if (oid_is_zero(id))
		return false;
	if (!repo->quarantine)
		return git_odb_exists(repo->odb, &wanted);
	if (!repo->before && repo_open_objects(&repo->before, repo, 1, &ignored) < 0)
		return false;
	return git_odb_exists_ext(repo->before, &wanted, GIT_ODB_LOOKUP_NO_REFRESH);
}

int repo_write(struct repo *repo, enum object_type type, struct span data, struct oid *out,
	struct fault *f)
{
	git_oid id;

	if (git_odb_write(
		    &id, repo->odb, data.data ? data.data : "", data.len, (git_object_t)type) < 0)
		return repo_fault(f, "an object cannot be written");
	*out = oid_of(&id, sizeof(id));
	return 0;
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
	file->found = file->over = false;
	if (repo_tree_of(repo, commit, &tree, f) < 0 ||
		repo_entry_at(repo, &tree, file->path, &mode, &id, f) < 0)
		return -1;
	if (mode != MODE_FILE && mode != MODE_FILE_GROUP && mode != MODE_EXECUTABLE)
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
