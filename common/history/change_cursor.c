/* Going through the same folder of several trees at once. */
#include <string.h>

#include "common/history/change_private.h"

/* How many bytes both begin with. */
static size_t shared_bytes(struct span a, struct span b)
{
	size_t most = a.len < b.len ? a.len : b.len, at = 0;

	while (most - at >= 256 && memcmp(a.data + at, b.data + at, 256) == 0)
		at += 256;
	while (at < most && a.data[at] == b.data[at])
		at++;
	return at;
}

bool change_cursor_alike(const struct tree_cursor *a, const struct tree_cursor *b)
{
	return a->more && b->more && a->entry.mode == b->entry.mode &&
	       span_equal(a->entry.name, b->entry.name) &&
	       memcmp(a->entry.hash, b->entry.hash, a->entry.id_len) == 0;
}

size_t change_cursors_bytes(const struct tree_cursor *cursors, size_t sides, bool *all)
{
	struct span least = cursors[0].rest;

	*all = true;
	for (size_t i = 1; i < sides; i++) {
		*all = *all && cursors[i].rest.len == cursors[0].rest.len;
		least.len = shared_bytes(least, cursors[i].rest);
	}
	*all = *all && least.len == cursors[0].rest.len;
	return least.len;
}

const struct tree_entry *change_cursors_first(const struct tree_cursor *cursors, size_t sides)
{
	const struct tree_entry *first = NULL;

	for (size_t i = 0; i < sides; i++)
		if (cursors[i].more && (!first || tree_compare(&cursors[i].entry, first) < 0))
			first = &cursors[i].entry;
	return first;
}
