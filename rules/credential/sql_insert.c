/*
 * Passwords that SQL puts into tables: `INSERT INTO users (name, password) VALUES ('a', 'x')`.
 */
#include "rules/credential/assign.h"

#define COLUMNS_MAX 64
#define NAME_MAX 80
#define REACH 65536 /* how far the rows may go that one statement has */

/* What the columns are called that values are looked at of; empty: of the others. */
struct insert_columns {
	struct span name[COLUMNS_MAX];
	size_t count;
};

/* The name without the quotes and brackets around it. */
static struct span bare(struct span name)
{
	while (name.len && strchr(" \t\r\n`\"[", name.data[0]))
		name.data++, name.len--;
	while (name.len && strchr(" \t\r\n`\"]", name.data[name.len - 1]))
		name.len--;
	return name;
}

/* Reads `a, b, c)`; returns whether one of them has passwords. */
static bool read_columns(struct cursor *c, struct insert_columns *out)
{
	bool exact, some = false;

	do {
		struct span name = { c->bytes.data + c->at, 0 };

		while (name.len < NAME_MAX && peek(c) && !strchr("(),;=", peek(c)))
			c->at++, name.len++;
		name = bare(name);
		if (credential_name_class(name, &exact) == NAME_NONE)
			name.len = 0;
		some |= name.len > 0;
		out->name[out->count++] = name;
	} while (out->count < COLUMNS_MAX && cursor_take(c, ","));
	return some && cursor_take(c, ")");
}

/* One row of values. */
static void read_row(struct credential_scan *scan, struct cursor *c,
	const struct insert_columns *columns, size_t stop)
{
	bool more = true;

	for (size_t i = 0; more; i++) {
		cursor_space(c);
		if (i < columns->count && columns->name[i].len) {
			struct assigned a = { .name = columns->name[i], .row = true };
			struct cursor value = *c;

			a.class = credential_name_class(a.name, &a.exact);
			if (cursor_quoted(&value, &a) && a.end > a.start)
				credential_weigh(scan, &a);
		}
		more = cursor_skip_argument(c, stop);
	}
}

void credential_sql_insert(struct credential_scan *scan, size_t end)
{
	struct cursor c = { scan->bytes, end };
	struct insert_columns columns = { .count = 0 };
	size_t stop = end + REACH < scan->bytes.len ? end + REACH : scan->bytes.len;

	if (end < scan->insert_to)
		return;
	scan->insert_to = end + 8;
	if (!cursor_go_behind(&c, "(", ";'=") || !read_columns(&c, &columns))
		return;
	cursor_space(&c);
	if (!cursor_take(&c, "values"))
		return;
	cursor_space(&c);
	while (c.at < stop && peek(&c) == '(') {
		c.at++;
		read_row(scan, &c, &columns, stop);
		if (peek(&c) != ')')
			break;
		c.at++;
		cursor_space(&c);
		if (peek(&c) != ',')
			break;
		c.at++;
		cursor_space(&c);
	}
	credential_works(scan, (c.at - end) / 4);
	scan->insert_to = c.at;
}
