#include "common/history/notes.h"

#include <string.h>

#include "common/git/object.h"

/* Where a tree stands: the digits that lead to it, as bytes. */
struct prefix {
	struct oid bytes;
	size_t len;
};

static int value_of(char digit)
{
	return digit >= '0' && digit <= '9'   ? digit - '0'
	       : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
					      : -1;
}

/* Appends the name's digits, two a byte; false when it is anything else, or too long. */
static bool prefix_add(struct prefix *at, struct span name)
{
	if (name.len == 0 || name.len % 2 != 0 || at->len + name.len / 2 > at->bytes.len)
		return false;
	for (size_t i = 0; i < name.len; i += 2) {
		int high = value_of(name.data[i]), low = value_of(name.data[i + 1]);

		if (high < 0 || low < 0)
			return false;
		at->bytes.hash[at->len++] = (unsigned char)(high * 16 + low);
	}
	return true;
}

/* A folder's place in the map: its bytes, and behind them how many. */
static struct oid key_of(const struct oid *id, size_t len)
{
	struct oid key = { 0 };

	memcpy(key.hash, id->hash, len);
	key.hash[OID_MAX - 1] = (unsigned char)len;
	return key;
}

/* Puts an id into a map of places in a list, unless it is there: the first one counts. */
static int place(struct oid_map *map, const struct oid *key, struct oid_list *list,
	const struct tree_entry *entry, struct fault *f)
{
	uint64_t *slot = oid_map_put(map, key);
	struct oid id = tree_entry_id(entry);

	if (!slot)
		return fault_memory(f);
	if (*slot)
		return 0;
	if (oid_list_add(list, &id) < 0)
		return fault_memory(f);
	*slot = list->count;
	return 0;
}

static int entry_add(struct notes *notes, const struct prefix *at, const struct tree_entry *entry,
	struct fault *f)
{
	struct prefix below = *at;
	struct oid key;

	if (!prefix_add(&below, entry->name))
		return 0;
	if (entry->mode == MODE_TREE && entry->name.len == 2 && below.len < entry->id_len) {
		key = key_of(&below.bytes, below.len);
		if (place(&notes->folders, &key, &notes->trees, entry, f) < 0)
			return -1;
		if (notes->keys.count < notes->trees.count && oid_list_add(&notes->keys, &key) < 0)
			return fault_memory(f);
		return 0;
	}
	if (entry->mode == MODE_TREE || entry->mode == MODE_SUBMODULE || below.len != entry->id_len)
		return 0;
	return place(&notes->index, &below.bytes, &notes->blobs, entry, f);
}

static int give_up(struct notes *notes, const char *why)
{
	notes->why = notes->why ? notes->why : why;
	return 0;
}

static int entries_add(
	struct notes *notes, const struct prefix *at, struct span rest, struct fault *f)
{
	struct tree_entry entry, previous = tree_begin(notes->tree.len);
	const char *why;
	int got;

	while ((got = tree_next(&rest, &entry, &previous, &why)) > 0) {
		if (notes->blobs.count + notes->trees.count >= NOTES_MAX)
			return give_up(notes, "there are more notes than are looked through");
		if (deadline_nears(notes->deadline))
			return deadline_fault(f, "reading notes");
		if (entry_add(notes, at, &entry, f) < 0)
			return -1;
	}
	return got < 0 ? give_up(notes, why) : 0;
}

static int tree_read(struct notes *notes, struct repo *repo, const struct oid *tree,
	const struct prefix *at, struct fault *f)
{
	struct object object = { 0 };
	bool over = false;
	int status;

	if (++notes->read > NOTES_TREES_MAX)
		return give_up(notes, "the notes are in too many folders");
	if (repo_read_within(repo, tree, NOTES_TREE_SIZE_MAX, &object, &over, f) < 0)
		return -1;
	if (over)
		return give_up(notes, "a folder of notes is larger than is read");
	status = object.type == OBJECT_TREE
			 ? entries_add(notes, at, object.data, f)
			 : give_up(notes, "a folder of notes is another kind of object");
	object_release(&object);
	return status;
}

/* Reads the folders that the id's digits lead through, unless that was done. */
static int follow(struct notes *notes, struct repo *repo, const struct oid *id, struct fault *f)
{
	struct prefix at = { .bytes.len = notes->tree.len };

	if (!notes->read && tree_read(notes, repo, &notes->tree, &at, f) < 0)
		return -1;
	for (at.len = 1; at.len < notes->tree.len && !oid_map_get(&notes->index, id); at.len++) {
		struct oid key = key_of(id, at.len), tree;
		uint64_t *slot = oid_map_get(&notes->folders, &key);

		if (!slot)
			return 0;
		tree = notes->trees.ids[*slot - 1];
		notes->trees.ids[*slot - 1] = (struct oid){ 0 };
		memcpy(at.bytes.hash, id->hash, at.len);
		if (!oid_is_zero(&tree) && tree_read(notes, repo, &tree, &at, f) < 0)
			return -1;
	}
	return 0;
}

int notes_look_through(struct notes *notes, struct repo *repo, struct fault *f)
{
	struct prefix at = { .bytes.len = notes->tree.len };
	int status = 0;

	if (!oid_is_zero(&notes->tree) && !notes->read)
		status = tree_read(notes, repo, &notes->tree, &at, f);
	for (size_t i = 0; status == 0 && !notes->why && i < notes->trees.count; i++) {
		const struct oid tree = notes->trees.ids[i], key = notes->keys.ids[i];

		notes->trees.ids[i] = (struct oid){ 0 };
		at.len = key.hash[OID_MAX - 1];
		memcpy(at.bytes.hash, key.hash, at.len);
		if (!oid_is_zero(&tree))
			status = tree_read(notes, repo, &tree, &at, f);
	}
	return status;
}

int notes_find(struct notes *notes, struct repo *repo, const struct oid *id, struct object *out,
	bool *found, struct fault *f)
{
	const uint64_t *slot;
	bool over = false;

	*found = false;
	if (oid_is_zero(&notes->tree))
		return 0;
	if (follow(notes, repo, id, f) < 0)
		return -1;
	slot = oid_map_get(&notes->index, id);
	if (!slot)
		return 0;
	if (repo_read_within(repo, &notes->blobs.ids[*slot - 1], NOTE_SIZE_MAX, out, &over, f) < 0)
		return -1;
	*found = !over && out->type == OBJECT_BLOB;
	if (!*found)
		object_release(out);
	return *found ? 0 : give_up(notes, "a note is larger than is read");
}

void notes_release(struct notes *notes)
{
	oid_map_release(&notes->folders);
	oid_list_release(&notes->trees);
	oid_list_release(&notes->keys);
	oid_map_release(&notes->index);
	oid_list_release(&notes->blobs);
	*notes = (struct notes){ .deadline = notes->deadline };
}
