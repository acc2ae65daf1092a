/* Tree objects: one entry after the other, in git's order, each of a mode that there is. */
#include <stdlib.h>
#include <string.h>

#include "common/git/object.h"

#define MODE(text, mode)                     \
	{                                    \
		text " ", sizeof(text), mode \
	}

/* The less usual ones. */
static const struct {
	const char *text; /* with the blank */
	size_t len;
	uint32_t mode;
} modes[] = {
	MODE("100755", MODE_EXECUTABLE),
	MODE("120000", MODE_SYMLINK),
	MODE("160000", MODE_SUBMODULE),
	MODE("100664", MODE_FILE_GROUP),
};

#define MODE_DIGITS_MAX 10

/*
 * What git takes for the mode, which old programs wrote with zeros before it or with other rights;
 * 0: none.
 */
static uint32_t mode_named(uint32_t value)
{
	switch (value & 0170000) {
	case 0040000:
		return MODE_TREE;
	case 0100000:
		return value == MODE_FILE_GROUP ? MODE_FILE_GROUP
		       : value & 0100           ? MODE_EXECUTABLE
						: MODE_FILE;
	case 0120000:
		return MODE_SYMLINK;
	case 0160000:
		return MODE_SUBMODULE;
	default:
		return 0;
	}
}

/* Reads a mode as it may stand in old trees: octal digits and a blank.  Its length, or 0. */
static size_t old_mode_of(struct span entry, uint32_t *mode)
{
	uint32_t value = 0;
	size_t n = 0;

	while (n < entry.len && n < MODE_DIGITS_MAX && entry.data[n] >= '0' && entry.data[n] <= '7')
		value = value * 8 + (uint32_t)(entry.data[n++] - '0');
	*mode = value > 0177777 ? 0 : mode_named(value);
	return *mode && n < entry.len && entry.data[n] == ' ' ? n + 1 : 0;
}

static int malformed(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/*
 * The length of the mode that the entry begins with, and the blank; 0: an unknown one.  The usual
 * two first.
 */
static size_t mode_of(struct span entry, uint32_t *mode)
{
	if (entry.len >= 7 && memcmp(entry.data, "100644 ", 7) == 0) {
		*mode = MODE_FILE;
		return 7;
	}
	if (entry.len >= 6 && memcmp(entry.data, "40000 ", 6) == 0) {
		*mode = MODE_TREE;
		return 6;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (entry.len >= modes[i].len &&
			memcmp(entry.data, modes[i].text, modes[i].len) == 0) {
			*mode = modes[i].mode;
			return modes[i].len;
		}
	return old_mode_of(entry, mode);
}

/* Takes one entry off as it stands, with an id of entry->id_len bytes: 0, or -1 with *why. */
static int take(struct span *rest, struct tree_entry *entry, const char **why)
{
	const char *nul;
	size_t used = mode_of(*rest, &entry->mode);

	if (used == 0)
		return malformed(why, "a tree entry with an unknown mode");
	nul = memchr(rest->data + used, '\0', rest->len - used);
	if (!nul || !entry->id_len || (size_t)(rest->data + rest->len - nul) < 1 + entry->id_len)
		return malformed(why, "a tree that ends inside an entry");
	entry->name = (struct span){ rest->data + used, (size_t)(nul - rest->data) - used };
	entry->hash = (const unsigned char *)nul + 1;
	used += entry->name.len + 1 + entry->id_len;
	rest->data += used;
	rest->len -= used;
	return 0;
}

int tree_compare(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t shared = a->name.len < b->name.len ? a->name.len : b->name.len;
	int order = memcmp(a->name.data, b->name.data, shared);
	unsigned char x, y;

	if (order)
		return order;
	x = shared < a->name.len ? (unsigned char)a->name.data[shared]
				 : (a->mode == MODE_TREE ? '/' : 0);
	y = shared < b->name.len ? (unsigned char)b->name.data[shared]
				 : (b->mode == MODE_TREE ? '/' : 0);
	return (x > y) - (x < y);
}

/*
 * Whether a folder of the same name as this file comes later: only names that begin with the file's
 * and go on with a byte below the slash can stand between.  Over a tree this is linear in its
 * bytes, since each name is looked at once for each entry that is a beginning of it.
 */
static bool folder_follows(struct span rest, const struct tree_entry *file)
{
	struct tree_entry next = tree_begin(file->id_len);
	const char *why;

	while (rest.len && take(&rest, &next, &why) == 0) {
		if (next.name.len < file->name.len ||
			memcmp(next.name.data, file->name.data, file->name.len) != 0)
			return false;
		if (next.name.len == file->name.len)
			return true;
		if ((unsigned char)next.name.data[file->name.len] > '/')
			return false;
	}
	return false;
}

size_t tree_skip(struct span rest, size_t bytes, struct tree_entry *last)
{
	struct tree_entry entry = tree_begin(last->id_len);
	const char *begin = rest.data, *end = begin, *why;

	while (take(&rest, &entry, &why) == 0 && (size_t)(rest.data - begin) <= bytes) {
		end = rest.data;
		*last = entry;
	}
	return (size_t)(end - begin);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_fold(struct span name, const char *word)
{
	size_t len = strlen(word);

	if (name.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(name.data[i]) != word[i])
			return false;
	return true;
}

/* What NTFS takes for .git: that or its short name, trailing dots and blanks, a stream's name. */
static bool is_ntfs_git(struct span name)
{
	size_t i;

	if (starts_fold(name, ".git"))
		i = 4;
	else if (starts_fold(name, "git~1"))
		i = 5;
	else
		return false;
	while (i < name.len && (name.data[i] == '.' || name.data[i] == ' '))
		i++;
	return i == name.len || name.data[i] == ':' || name.data[i] == '\\';
}

/*
 * The characters that HFS+ ignores in names: U+200C-200F, U+202A-202E, U+206A-206F, U+FEFF.  All of
 * them are three bytes long in UTF-8.
 */
static bool is_ignored(const unsigned char *c)
{
	if (c[0] == 0xef)
		return c[1] == 0xbb && c[2] == 0xbf;
	if (c[0] != 0xe2)
		return false;
	return (c[1] == 0x80 &&
		       ((c[2] >= 0x8c && c[2] <= 0x8f) || (c[2] >= 0xaa && c[2] <= 0xae))) ||
	       (c[1] == 0x81 && c[2] >= 0xaa && c[2] <= 0xaf);
}

/* Whether HFS+ takes the name for the (lower-case) word. */
static bool is_hfs(struct span name, const char *word)
{
	size_t i = 0, used = 0, len = strlen(word);

	while (i < name.len) {
		if (name.len - i >= 3 && is_ignored((const unsigned char *)name.data + i)) {
			i += 3;
			continue;
		}
		if (used == len || lower(name.data[i++]) != word[used++])
			return false;
	}
	return used == len;
}

/* Whether a file system takes the name, or a part after a backslash, for .git. */
static bool is_dot_git(struct span name)
{
	const char *backslash;

	if (is_hfs(name, ".git"))
		return true;
	while (!is_ntfs_git(name)) {
		backslash = memchr(name.data, '\\', name.len);
		if (!backslash)
			return false;
		name.len -= (size_t)(backslash + 1 - name.data);
		name.data = backslash + 1;
	}
	return true;
}

/*
 * Whether the first byte can begin one of the names that are refused, so that most are not looked
 * at.
 */
static bool is_suspect(struct span name)
{
	return name.data[0] == '.' || lower(name.data[0]) == 'g' || (name.data[0] & 0x80) ||
	       memchr(name.data, '\\', name.len);
}

static const char *name_fault(const struct tree_entry *entry)
{
	struct span name = entry->name;

	if (name.len == 0)
		return "a tree entry with an empty name";
	if (memchr(name.data, '/', name.len))
		return "a slash in the name of a tree entry";
	if (!is_suspect(name))
		return NULL;
	if (span_is(name, ".") || span_is(name, ".."))
		return "a tree entry named . or ..";
	if (is_dot_git(name))
		return "a tree entry that a file system would take for .git";
	if (entry->mode == MODE_SYMLINK && is_hfs(name, ".gitmodules"))
		return "a symbolic link named .gitmodules";
	return NULL;
}

int tree_next(
	struct span *rest, struct tree_entry *entry, struct tree_entry *previous, const char **why)
{
	const char *wrong;

	if (rest->len == 0)
		return 0;
	entry->id_len = previous->id_len;
	if (take(rest, entry, why) < 0)
		return -1;
	wrong = name_fault(entry);
	if (wrong)
		return malformed(why, wrong);
	if (previous->name.data && tree_compare(previous, entry) >= 0)
		return malformed(why, "tree entries that are unsorted or duplicate");
	if (entry->mode != MODE_TREE && folder_follows(*rest, entry))
		return malformed(
			why, "a name that stands twice in a tree, as a file and as a folder");
	*previous = *entry;
	return 1;
}

static int by_name(const void *a, const void *b)
{
	const struct tree_entry *x = a, *y = b;
	size_t shared = x->name.len < y->name.len ? x->name.len : y->name.len;
	int order = memcmp(x->name.data, y->name.data, shared);

	return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static int by_tree_order(const void *a, const void *b)
{
	return tree_compare(a, b);
}

/* The entries of a tree, as far as they can be told apart; a name that stands twice, once. */
static size_t take_all(struct span raw, size_t id_len, struct tree_entry *entries)
{
	size_t count = 0, kept = 0;
	const char *why;

	for (; raw.len; count += !name_fault(&entries[count])) {
		entries[count] = tree_begin(id_len);
		if (take(&raw, &entries[count], &why) < 0)
			break;
	}
	qsort(entries, count, sizeof(*entries), by_name);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_name(&entries[kept - 1], &entries[i]) != 0)
			entries[kept++] = entries[i];
	qsort(entries, kept, sizeof(*entries), by_tree_order);
	return kept;
}

int tree_mend(struct buf *out, size_t id_len, struct span raw)
{
	size_t most = raw.len / (id_len + 4) + 1;
	struct tree_entry *entries = calloc(most, sizeof(*entries));
	size_t count = entries ? take_all(raw, id_len, entries) : 0;

	if (!entries)
		return -1;
	for (size_t i = 0; i < count; i++) {
		(void)buf_addf(out, "%o ", (unsigned)entries[i].mode);
		(void)buf_addspan(out, entries[i].name);
		(void)buf_addc(out, '\0');
		(void)buf_add(out, entries[i].hash, id_len);
	}
	free(entries);
	return out->failed ? -1 : 0;
}
