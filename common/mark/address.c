#include "common/mark/address.h"

/* What stands for the sign between the two parts, and for a full stop in the second. */
static const char *const ats[] = { " at ", " @ ", "{at}", "<at>", "_at_", "-at-", "%40", "=40" };
static const char *const dots[] = { " dot ", " . ", "{dot}", "<dot>", "_dot_", "-dot-", "%2e" };

/* How long what begins the text is, of those; 0: it is none. */
static size_t stands_for(struct span text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (*list[i] == *text.data && span_starts(text, list[i]))
			return strlen(list[i]);
	return 0;
}

#define STANDS_FOR(text, list) stands_for(text, list, sizeof(list) / sizeof((list)[0]))

/* Whether there is an address already: a sign with something on both sides. */
static bool has_address(struct span text)
{
	const char *at = text.len ? memchr(text.data, '@', text.len) : NULL;

	return at && at > text.data && at + 1 < text.data + text.len && at[-1] != ' ' &&
	       at[1] != ' ';
}

static size_t first_at(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (STANDS_FOR(((struct span){ text.data + i, text.len - i }), ats))
			return i;
	return text.len;
}

struct span address_plain(struct buf *room, struct span text)
{
	size_t start, step;

	if (has_address(text) || (start = first_at(text)) == text.len)
		return text;
	buf_clear(room);
	buf_add(room, text.data, start);
	for (size_t i = start; i < text.len; i += step) {
		struct span rest = { text.data + i, text.len - i };

		if ((step = STANDS_FOR(rest, ats)) > 0)
			buf_addc(room, '@');
		else if ((step = STANDS_FOR(rest, dots)) > 0)
			buf_addc(room, '.');
		else {
			step = 1;
			buf_addc(room, *rest.data);
		}
	}
	return room->failed ? (struct span){ text.data, 0 } : buf_span(room);
}
