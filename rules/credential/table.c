/*
 * Tables of values parted by commas, semicolons or tabs, whose first line names the columns:
 * `name,password`.
 */
#include "rules/credential/assign.h"

#define COLUMNS_MAX 64
#define HEAD_MAX 4096 /* how long the first line may be */

struct table {
	char separator;
	struct span column[COLUMNS_MAX]; /* empty: its values are not looked at */
	size_t count;
};

/*
 * Reads one field; the place is at what ends it then: the separator, the end of the line or of the
 * text.
 */
static struct span field(struct cursor *c, char separator)
{
	char open = peek(c) == '"' ? '"' : 0;
	struct span out = { c->bytes.data + c->at + (open != 0), 0 };

	c->at += open != 0;
	while (c->at < c->bytes.len && peek(c) != '\n' &&
		(open ? peek(c) != open : peek(c) != separator))
		c->at++, out.len++;
	if (open && peek(c) == open)
		c->at++;
	if (out.len && out.data[out.len - 1] == '\r')
		out.len--;
	return out;
}

/* Reads the names; returns whether one of them has passwords or secrets. */
static bool read_head(struct cursor *c, struct table *out)
{
	bool exact, some = false;

	while (out->count < COLUMNS_MAX && c->at < HEAD_MAX) {
		struct span name = field(c, out->separator);

		if (name.len > 64 || credential_name_class(name, &exact) == NAME_NONE || !exact)
			name.len = 0;
		some |= name.len > 0;
		out->column[out->count++] = name;
		if (peek(c) != out->separator)
			break;
		c->at++;
	}
	return some && peek(c) == '\n' && out->count > 1;
}

static void read_row(struct credential_scan *scan, struct cursor *c, const struct table *table)
{
	for (size_t i = 0; c->at < c->bytes.len; i++) {
		struct span v = field(c, table->separator);

		if (i < table->count && table->column[i].len && v.len) {
			struct assigned a = { .name = table->column[i],
				.start = (size_t)(v.data - c->bytes.data),
				.quoted = true };

			a.end = a.start + v.len;
			a.class = credential_name_class(a.name, &a.exact);
			credential_weigh(scan, &a);
		}
		if (peek(c) != table->separator)
			break;
		c->at++;
	}
}

void credential_table(struct credential_scan *scan)
{
	static const char separators[] = ",;\t";

	for (size_t i = 0; separators[i]; i++) {
		struct cursor c = { scan->bytes, 0 };
		struct table table = { .separator = separators[i] };

		if (!read_head(&c, &table))
			continue;
		while (c.at < c.bytes.len) {
			/* What stands behind a field in quotes is no more of the table. */
			while (c.at < c.bytes.len && peek(&c) != '\n')
				c.at++;
			c.at += c.at < c.bytes.len;
			read_row(scan, &c, &table);
		}
		return;
	}
}
