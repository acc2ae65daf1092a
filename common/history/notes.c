#include "common/history/notes.h"

#include "common/git/object.h"

/* Where a tree stands: the digits that lead to it. */
struct prefix {
	char digits[OID_HEX + 1];
	size_t len;
};

static bool is_hex(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!memchr("0123456789abcdef", text.data[i], 16))
			return false;
	return text.len > 0;
}

static int value_of(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

static int note_add(struct notes *notes, const struct prefix *at, const struct tree_entry *entry,
	struct fault *f)
{
	char digits[OID_HEX + 1];
	struct oid id, blob;
	uint64_t *place;

	memcpy(digits, at->digits, at->len);
	memcpy(digits + at->len, entry->name.data, entry->name.len);
	if (oid_parse(&id, (struct span){ digits, OID_HEX }) < 0)
		return 0;
	memcpy(blob.hash, entry->hash, OID_SIZE);
	place = oid_map_put(&notes->index, &id);
	if (!place || notes->blobs.count >= NOTES_MAX)
		return place ? fault_set(f, FAULT_ADMIN, "there are more than %zu notes", NOTES_MAX)
			     : fault_memory(f);
	if (*place)
		return 0; /* the first one counts; git itself would join the two */
	if (oid_list_add(&notes->blobs, &blob) < 0)
		return fault_memory(f);
	*place = notes->blobs.count;
	return 0;
}

static int tree_read(struct notes *notes, struct repo *repo, const struct oid *tree,
	const struct prefix *at, struct fault *f);

/* A folder of two digits is read when a note in it is asked for; one below it, at once. */
static int folder_add(struct notes *notes, struct repo *repo, const struct prefix *at,
	const struct tree_entry *entry, struct fault *f)
{
	struct prefix below = *at;
	struct oid tree;

	memcpy(tree.hash, entry->hash, OID_SIZE);
	memcpy(below.digits + below.len, entry->name.data, 2);
	below.len += 2;
	if (at->len)
		return tree_read(notes, repo, &tree, &below, f);
	return oid_list_add(&notes->folders[value_of(entry->name.data[0]) * 16 +
					    value_of(entry->name.data[1])],
		       &tree) < 0
		       ? fault_memory(f)
		       : 0;
}

static int entry_add(struct notes *notes, struct repo *repo, const struct prefix *at,
	const struct tree_entry *entry, struct fault *f)
{
	if (!is_hex(entry->name))
		return 0;
	if (entry->mode == MODE_TREE && entry->name.len == 2 && at->len + 2 < OID_HEX)
		return folder_add(notes, repo, at, entry, f);
	if (entry->mode != MODE_TREE && entry->mode != MODE_SUBMODULE &&
		at->len + entry->name.len == OID_HEX)
		return note_add(notes, at, entry, f);
	return 0;
}

static int tree_read(struct notes *notes, struct repo *repo, const struct oid *tree,
	const struct prefix *at, struct fault *f)
{
	struct tree_entry entry, previous = { 0 };
	const char *why = "not a tree";
	struct object object;
	struct span rest;
	int got;

	if (++notes->trees > NOTES_TREES_MAX)
		return fault_set(
			f, FAULT_ADMIN, "there are notes in more than %d folders", NOTES_TREES_MAX);
	if (repo_read(repo, tree, &object, f) < 0)
		return -1;
	rest = object.data;
	got = object.type == OBJECT_TREE ? 1 : -1;
	while (got > 0 && (got = tree_next(&rest, &entry, &previous, &why)) > 0)
		if (entry_add(notes, repo, at, &entry, f) < 0)
			break;
	object_release(&object);
	if (got < 0)
		return fault_set(
			f, FAULT_ADMIN, "notes tree %s is malformed: %s", oid_text(tree).hex, why);
	return got ? -1 : 0;
}

int notes_find(struct notes *notes, struct repo *repo, const struct oid *id, struct object *out,
	bool *found, struct fault *f)
{
	struct oid_list *folders = &notes->folders[id->hash[0]];
	struct oid_text hex = oid_text(id);
	struct prefix at = { .len = 0 };
	const uint64_t *place;

	*found = false;
	if (oid_is_zero(&notes->tree))
		return 0;
	if (!notes->trees && tree_read(notes, repo, &notes->tree, &at, f) < 0)
		return -1;
	memcpy(at.digits, hex.hex, 2);
	at.len = 2;
	for (; folders->count; folders->count--)
		if (tree_read(notes, repo, &folders->ids[folders->count - 1], &at, f) < 0)
			return -1;
	place = oid_map_get(&notes->index, id);
	if (!place)
		return 0;
	*found = true;
	return repo_read(repo, &notes->blobs.ids[*place - 1], out, f);
}

void notes_release(struct notes *notes)
{
	for (size_t i = 0; i < sizeof(notes->folders) / sizeof(notes->folders[0]); i++)
		oid_list_release(&notes->folders[i]);
	oid_map_release(&notes->index);
	oid_list_release(&notes->blobs);
	*notes = (struct notes){ 0 };
}
