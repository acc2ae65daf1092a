#include "common/text/known.h"

#include <assert.h>
#include <stdlib.h>

/*
 * One place of the table; the answer stands behind it.  Those that were ever taken are a chain, so
 * that the others are never looked at: most tables stay nearly empty, and their memory untouched.
 */
struct row {
	char *text; /* NULL: nobody's yet */
	uint16_t len, room;
	uint32_t before; /* the place that was taken before this one, plus one; 0: none */
};
static_assert(KNOWN_LONGEST <= UINT16_MAX, "a row's lengths fit");

static size_t row_size(const struct known *known)
{
	size_t unit = sizeof(struct row);

	return unit + (known->answer + unit - 1) / unit * unit;
}

/* Where a text belongs: eight bytes at a time, since this is done for all that is read. */
static size_t place_of(struct span text)
{
	const uint64_t odd = 0x9e3779b97f4a7c15;
	uint64_t mixed = text.len, word;

	for (; text.len >= sizeof(word); text.data += sizeof(word), text.len -= sizeof(word)) {
		memcpy(&word, text.data, sizeof(word));
		mixed = (mixed ^ word) * odd;
		mixed ^= mixed >> 32;
	}
	word = 0;
	if (text.len)
		memcpy(&word, text.data, text.len);
	mixed = (mixed ^ word) * odd;
	return (size_t)(mixed >> 40) % KNOWN_SLOTS;
}

static struct row *row_at(const struct known *known, size_t place)
{
	return (struct row *)(void *)(known->rows + place * row_size(known));
}

static bool fits(struct span text)
{
	return text.len && text.len <= KNOWN_LONGEST;
}

const void *known_find(const struct known *known, struct span text)
{
	struct row *row;

	if (!known->rows || !fits(text))
		return NULL;
	row = row_at(known, place_of(text));
	return row->text && span_equal((struct span){ row->text, row->len }, text) ? row + 1 : NULL;
}

void known_put(struct known *known, struct span text, const void *answer)
{
	size_t place = place_of(text);
	struct row *row;
	char *room;

	if (!fits(text))
		return;
	if (!known->rows)
		known->rows = calloc(KNOWN_SLOTS, row_size(known));
	if (!known->rows)
		return;
	row = row_at(known, place);
	if (text.len > row->room) {
		room = realloc(row->text, text.len);
		if (!room)
			return;
		if (!row->text) {
			row->before = known->taken;
			known->taken = (uint32_t)place + 1;
		}
		row->text = room;
		row->room = (uint16_t)text.len;
	}
	memcpy(row->text, text.data, text.len);
	row->len = (uint16_t)text.len;
	memcpy(row + 1, answer, known->answer);
}

void known_release(struct known *known)
{
	while (known->rows && known->taken) {
		struct row *row = row_at(known, known->taken - 1);

		known->taken = row->before;
		free(row->text);
	}
	free(known->rows);
	known->rows = NULL;
}
