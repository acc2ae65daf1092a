#include "hooks/admin/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#include "common/base/text.h"

#define GAP 2
#define WIDTH_LEAST 40
#define WIDTH_USUAL 80
#define CELL_MAX ((size_t)1 << 16)
#define TABLE_MAX ((size_t)256 << 20)

static const char *const codes[] = {
	[TONE_PLAIN] = NULL,
	[TONE_GOOD] = "\x1b[32m",
	[TONE_WARN] = "\x1b[33m",
	[TONE_BAD] = "\x1b[31m",
	[TONE_SOFT] = "\x1b[2m",
};

static size_t width_of_terminal(const struct env *env)
{
	const char *said = env_get(env, "COLUMNS");
	size_t width = said ? strtoul(said, NULL, 10) : 0;
	struct winsize size;

	if (!width && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	return !width ? WIDTH_USUAL : width < WIDTH_LEAST ? WIDTH_LEAST : width;
}

static bool speaks_utf8(const struct env *env)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = env_get(env, names[i]);

		if (value && *value)
			return strstr(value, "UTF-8") || strstr(value, "utf8");
	}
	return false;
}

int terminal_read(struct terminal *terminal, const struct env *env, const char *command)
{
	const char *asked = terminal->colour_asked ? terminal->colour_asked : "auto";
	const char *none = env_get(env, "NO_COLOR");

	terminal->is = isatty(STDOUT_FILENO);
	terminal->width = width_of_terminal(env);
	terminal->utf8 = speaks_utf8(env);
	terminal->colour = terminal->is && !(none && *none);
	if (strcmp(asked, "always") == 0)
		terminal->colour = true;
	else if (strcmp(asked, "never") == 0)
		terminal->colour = false;
	else if (strcmp(asked, "auto") != 0) {
		(void)fprintf(stderr,
			"countersign %s: --color is auto, always or never, not '%s'\n", command,
			asked);
		return -1;
	}
	return 0;
}

struct shown_time terminal_time(const struct terminal *terminal, const char *time_text)
{
	struct shown_time shown = { "" };
	time_t then, now = time(NULL);
	struct tm at = { 0 }, today;

	(void)snprintf(shown.text, sizeof(shown.text), "%s", time_text);
	if (terminal->iso || !strptime(time_text, "%Y-%m-%dT%H:%M:%S", &at))
		return shown;
	then = timegm(&at);
	if (!localtime_r(&then, &at) || !localtime_r(&now, &today))
		return shown;
	(void)strftime(shown.text, sizeof(shown.text),
		at.tm_year != today.tm_year                                  ? "%Y-%m-%d"
		: at.tm_yday != today.tm_yday || at.tm_year != today.tm_year ? "%b %e %H:%M"
									     : "%H:%M",
		&at);
	return shown;
}

/* Columns that the text takes, and *bytes of its beginning that take no more than `most`. */
static size_t columns_of(const char *text, size_t most, size_t *bytes)
{
	size_t len = strlen(text), at = 0, columns = 0;

	*bytes = 0;
	while (at < len) {
		utf8proc_int32_t point;
		utf8proc_ssize_t size = utf8proc_iterate(
			(const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &point);
		int wide = size > 0 ? utf8proc_charwidth(point) : 1;

		columns += wide > 0 ? (size_t)wide : 0;
		at += size > 0 ? (size_t)size : 1;
		if (columns <= most)
			*bytes = at;
	}
	return columns;
}

static size_t width_of(const char *text)
{
	size_t bytes;

	return columns_of(text, 0, &bytes);
}

void terminal_print(const struct terminal *terminal, const char *text, size_t indent)
{
	size_t column = strspn(text, " ");

	(void)printf("%.*s", (int)column, text);
	text += column;
	while (*text) {
		size_t blanks = strspn(text, " "), bytes = strcspn(text + blanks, " "), ignored;
		char word[1024];

		(void)snprintf(word, sizeof(word), "%.*s", (int)bytes, text + blanks);
		if (blanks && bytes && terminal->is &&
			column + blanks + columns_of(word, 0, &ignored) > terminal->width) {
			(void)printf("\n%*s", (int)indent, "");
			column = indent;
		} else {
			(void)printf("%.*s", (int)blanks, text);
			column += blanks;
		}
		(void)printf("%.*s", (int)bytes, text + blanks);
		column += columns_of(word, 0, &ignored);
		text += blanks + bytes;
	}
	(void)putchar('\n');
}

int terminal_text_begin(struct terminal_text *text, const struct env *env)
{
	*text = (struct terminal_text){ .text = NULL };
	(void)terminal_read(&text->terminal, env, "");
	text->out = open_memstream(&text->text, &text->len);
	return text->out ? 0 : -1;
}

void terminal_text_end(struct terminal_text *text)
{
	char *rest, *line;

	if (!text->out)
		return;
	(void)fclose(text->out);
	rest = text->text;
	while (rest && *rest && (line = strsep(&rest, "\n")))
		terminal_print(&text->terminal, line, strspn(line, " ") + 4);
	free(text->text);
	text->out = NULL;
}

void table_begin(struct table *table, const struct table_column *columns, size_t count,
	const struct terminal *terminal)
{
	*table = (struct table){ .columns = columns,
		.count = count,
		.terminal = terminal,
		.arena = ARENA_INIT(TABLE_MAX) };
}

void table_cell(struct table *table, const char *text, unsigned look)
{
	struct buf shown = BUF_INIT(CELL_MAX);
	struct table_shown *cells =
		arena_grow(&table->arena, table->cells, table->filled, sizeof(*cells));

	(void)buf_adds(&shown, "");
	(void)text_escape_again(&shown, span_of(text));
	if (cells) {
		table->cells = cells;
		cells[table->filled].text =
			arena_strdup(&table->arena, shown.data ? shown.data : "");
		cells[table->filled].look = look;
		table->failed = table->failed || !cells[table->filled].text;
		table->filled++;
	} else {
		table->failed = true;
	}
	buf_release(&shown);
}

/* Whether column `a` gives room before `b`: an id, of which a part will do, else the wider one. */
static bool gives_before(const struct table *table, const size_t *widths, size_t a, size_t b)
{
	bool id = table->columns[a].id;

	if (b == table->count)
		return true;
	return id != table->columns[b].id ? id : widths[a] > widths[b];
}

/* Takes room from columns that give some, until all of them fit; whether they do. */
static bool widths_shrink(const struct table *table, size_t *widths)
{
	for (;;) {
		size_t total = 0, widest = table->count;

		for (size_t i = 0; i < table->count; i++) {
			total += widths[i] ? widths[i] + GAP : 0;
			if (table->columns[i].least && widths[i] > table->columns[i].least &&
				gives_before(table, widths, i, widest))
				widest = i;
		}
		if (total <= table->terminal->width + GAP)
			return true;
		if (widest == table->count)
			return false;
		widths[widest]--;
	}
}

/* Leaves columns out until the rest fits. */
static void widths_fit(const struct table *table, size_t *widths)
{
	size_t whole[TABLE_COLUMNS_MAX];

	memcpy(whole, widths, table->count * sizeof(*whole));
	while (!widths_shrink(table, widths)) {
		size_t out = table->count;

		for (size_t i = 0; i < table->count; i++)
			if (whole[i] && table->columns[i].spare &&
				(out == table->count ||
					table->columns[i].spare > table->columns[out].spare))
				out = i;
		if (out == table->count)
			return;
		whole[out] = 0;
		memcpy(widths, whole, table->count * sizeof(*whole));
	}
}

/* A column in which nothing is has no room, and no heading. */
static void widths_find(const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->count; i++)
		widths[i] = 0;
	for (size_t i = 0; i < table->filled; i++) {
		size_t width = width_of(table->cells[i].text);

		if (width > widths[i % table->count])
			widths[i % table->count] = width;
	}
	for (size_t i = 0; i < table->count; i++)
		if (widths[i] && widths[i] < strlen(table->columns[i].heading))
			widths[i] = strlen(table->columns[i].heading);
	widths_fit(table, widths);
}

/* Prints the text in that many columns, cut if it must be; no blanks behind it if it is last. */
static void print_cell(const struct table *table, const struct table_shown *cell,
	const size_t *widths, size_t column)
{
	const char *text = cell->text;
	size_t width = widths[column], next = column + 1;
	const char *mark = table->terminal->utf8 ? "\xe2\x80\xa6" : ">";
	size_t bytes, columns = columns_of(text, width, &bytes);

	if (columns <= width) {
		(void)fputs(text, stdout);
	} else if (table->columns[column].id) {
		(void)printf("%.*s", (int)bytes, text);
		columns = width;
	} else if (table->columns[column].tail && !(cell->look & CELL_WORDS)) {
		(void)fputs(mark, stdout);
		while (columns > width - 1) {
			text++;
			while ((*text & 0xc0) == 0x80)
				text++;
			columns = width_of(text);
		}
		(void)fputs(text, stdout);
		columns++;
	} else {
		(void)columns_of(text, width - 1, &bytes);
		(void)printf("%.*s%s", (int)bytes, text, mark);
		columns = width;
	}
	while (next < table->count && !widths[next])
		next++;
	for (; columns < width + GAP && next < table->count; columns++)
		(void)putchar(' ');
}

static void print_row(
	const struct table *table, const struct table_shown *cells, const size_t *widths)
{
	for (size_t i = 0; i < table->count; i++) {
		const char *code =
			table->terminal->colour ? codes[cells[i].look & ~CELL_WORDS] : NULL;

		if (!widths[i])
			continue;
		(void)fputs(code ? code : "", stdout);
		print_cell(table, &cells[i], widths, i);
		(void)fputs(code ? "\x1b[0m" : "", stdout);
	}
	(void)putchar('\n');
}

int table_end(struct table *table)
{
	struct table_shown headings[TABLE_COLUMNS_MAX];
	size_t widths[TABLE_COLUMNS_MAX];
	bool failed = table->failed;

	for (size_t i = 0; i < table->count; i++)
		headings[i] = (struct table_shown){ table->columns[i].heading, TONE_SOFT };
	if (!failed && table->filled) {
		widths_find(table, widths);
		print_row(table, headings, widths);
		for (size_t i = 0; i + table->count <= table->filled; i += table->count)
			print_row(table, table->cells + i, widths);
	} else if (!failed && table->empty && table->terminal->is) {
		(void)puts(table->empty);
	}
	arena_release(&table->arena);
	return failed ? -1 : 0;
}
