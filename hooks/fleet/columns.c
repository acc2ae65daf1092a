#include "hooks/fleet/columns.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/text.h"

#define LIST_MAX ((size_t)64 << 20)
#define PREVIOUS 9 /* which of a row's texts */

void columns_begin(struct columns *columns)
{
	*columns = (struct columns){ 0 };
	for (size_t i = 0; i < COLUMNS; i++)
		columns->lists[i] = (struct buf)BUF_INIT(LIST_MAX);
}

/* An element of an array: between quotes. */
static void add_quoted(struct buf *list, struct span text)
{
	buf_addc(list, '"');
	while (text.len) {
		size_t plain = 0;

		while (plain < text.len && text.data[plain] != '"' && text.data[plain] != '\\')
			plain++;
		buf_add(list, text.data, plain);
		if (plain < text.len) {
			buf_addc(list, '\\');
			buf_addc(list, text.data[plain++]);
		}
		text.data += plain;
		text.len -= plain;
	}
	buf_addc(list, '"');
}

/* A text that may be none: escaped then. */
static void add_text(struct buf *list, struct span text)
{
	struct buf shown = BUF_INIT(LIST_MAX);

	if (text_is_utf8(text)) {
		add_quoted(list, text);
		return;
	}
	if (text_escape(&shown, text) < 0)
		list->failed = true;
	else
		add_quoted(list, buf_span(&shown));
	buf_release(&shown);
}

static void add_hex(struct buf *list, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		buf_addc(list, digits[bytes[i] >> 4]);
		buf_addc(list, digits[bytes[i] & 15]);
	}
}

/* A text as the hash has it. */
static void add_framed(struct buf *list, struct span text)
{
	unsigned char length[8];

	for (size_t i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)text.len >> (56 - 8 * i));
	add_hex(list, length, sizeof(length));
	add_hex(list, (const unsigned char *)text.data, text.len);
}

/* All that the hash of a row is of (common/state/log.c), as an element of an array of bytea. */
static void add_raw(struct buf *list, const struct rows_row *row)
{
	char seq[24];

	(void)snprintf(seq, sizeof(seq), "%" PRId64, row->seq);
	buf_adds(list, "\"\\\\x");
	add_framed(list, span_of("countersign-log-1"));
	add_framed(list, row->texts[PREVIOUS]);
	add_framed(list, span_of(seq));
	for (size_t i = 0; i < PREVIOUS; i++)
		add_framed(list, row->texts[i]);
	buf_addc(list, '"');
}

static void note_time(struct columns *columns, struct span time)
{
	char *const times[] = { columns->first_time, columns->last_time };

	for (size_t i = columns->count ? 1 : 0; i < 2; i++)
		(void)snprintf(times[i], sizeof(columns->last_time), "%.*s",
			(int)(time.len < 31 ? time.len : 31), time.data);
}

int columns_add(struct columns *columns, const struct rows_row *row)
{
	const char *between = columns->count ? "," : "{";
	bool odd = false;

	note_time(columns, row->texts[0]);
	for (size_t i = 0; i < COLUMNS; i++)
		buf_adds(&columns->lists[i], between);
	buf_addf(&columns->lists[0], "%" PRId64, row->seq);
	for (size_t i = 0; i < ROWS_TEXTS; i++) {
		add_text(&columns->lists[i + 1], row->texts[i]);
		odd = odd || !text_is_utf8(row->texts[i]);
	}
	if (odd)
		add_raw(&columns->lists[COLUMNS - 1], row);
	else
		buf_adds(&columns->lists[COLUMNS - 1], "NULL");
	columns->count++;
	columns->last = row->seq;
	return columns->lists[0].failed ? -1 : 0;
}

int columns_end(struct columns *columns)
{
	int status = 0;

	for (size_t i = 0; i < COLUMNS; i++) {
		buf_adds(&columns->lists[i], columns->count ? "}" : "{}");
		if (columns->lists[i].failed)
			status = -1;
	}
	return status;
}

void columns_release(struct columns *columns)
{
	for (size_t i = 0; i < COLUMNS; i++)
		buf_release(&columns->lists[i]);
}
