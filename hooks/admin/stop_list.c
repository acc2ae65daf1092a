/* Who is stopped, for people: a table on a terminal, else a line each. */
#include "hooks/admin/cli.h"
#include "hooks/admin/stop.h"
#include "hooks/admin/table.h"

static const struct table_column columns[] = {
	{ .heading = "STOPPED" },
	{ .heading = "NAME", .least = 12 },
	{ .heading = "WHERE" },
	{ .heading = "SINCE" },
	{ .heading = "BY", .least = 6, .spare = 1 },
	{ .heading = "REASON", .least = 16 },
};

static void add_row(struct table *table, const struct stopped *who)
{
	table_cell(table, who->kind, TONE_PLAIN);
	table_cell(table, who->name, TONE_BAD);
	table_cell(table, who->everywhere ? "this host" : "here", TONE_PLAIN);
	table_cell(table, terminal_time(table->terminal, who->since).text, TONE_SOFT);
	table_cell(table, who->by, TONE_PLAIN);
	table_cell(table, who->reason, TONE_PLAIN);
}

static void print_line(const struct stopped *who)
{
	(void)printf("%s ", who->kind);
	cli_print(who->name);
	(void)printf("  %s  since ", who->everywhere ? "on this host" : "here");
	cli_print(who->since);
	(void)printf(" by ");
	cli_print(who->by);
	(void)printf(": ");
	cli_print(who->reason);
	(void)putchar('\n');
}

int stop_list_print(const struct stops *stops, const struct terminal *terminal)
{
	struct table table;

	if (!stops->count)
		(void)printf("nobody is stopped\n");
	if (terminal->is)
		table_begin(&table, columns, sizeof(columns) / sizeof(columns[0]), terminal);
	for (size_t i = 0; i < stops->count; i++) {
		if (terminal->is)
			add_row(&table, &stops->items[i]);
		else
			print_line(&stops->items[i]);
	}
	if (terminal->is && table_end(&table) < 0)
		return -1;
	return ferror(stdout) ? -1 : 0;
}
