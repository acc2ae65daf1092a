#include "hooks/review/lines/diff_rows.h"

#include <stdlib.h>
#include <string.h>

#include "common/git/repo_diff.h"
#include "hooks/review/lines/shown.h"
#include "hooks/review/lines/words.h"

#define PIECE_MAX 2000 /* bytes of a line in one row; the rest goes on in the next ones */
#define CONTEXT 3
#define ROW_BYTES 200 /* for which a row counts once more */

/* Lines that took the place of others, until they are written. */
struct block {
	struct diff_line *items;
	size_t count, olds; /* the first `olds` are the old ones */
};

struct writing {
	const struct diff_rows *rows;
	struct block block;
	size_t old_seen, new_seen, differing;
	bool open; /* the table */
	struct fault *fault;
};

static void open_table(const struct diff_rows *rows)
{
	rows->begin(rows->context);
	page_add(rows->page,
		"<section class=\"lines\" tabindex=\"0\" aria-label=\"Change %zu: %s\">"
		"<table class=\"diff%s\">",
		rows->number + 1, rows->label, rows->view.split ? " split" : "");
	if (rows->view.split)
		page_add(rows->page, "<colgroup><col class=\"ln\"><col><col class=\"ln\"><col>"
				     "</colgroup>");
	page_add(rows->page, "<thead class=\"unseen\"><tr>");
	page_add(rows->page,
		rows->view.split
			? "<th scope=\"col\">Line before</th><th scope=\"col\">Before</th>"
			  "<th scope=\"col\">Line after</th><th scope=\"col\">After</th>"
			: "<th scope=\"col\">Line before</th><th scope=\"col\">Line after</th>"
			  "<th scope=\"col\">Change</th><th scope=\"col\">Text</th>");
	page_add(rows->page, "</tr></thead><tbody>\n");
}

/* Whether a row of that many bytes is written; opens the table for the first one. */
static bool take(struct writing *w, size_t bytes)
{
	if (!pager_take(w->rows->pager, 1 + bytes / ROW_BYTES))
		return false;
	if (!w->open)
		open_table(w->rows);
	w->open = true;
	return true;
}

/* The text of a line, with the marks that fall into this piece of it. */
static void add_marked(struct page *page, struct span text, const struct word_marks *marks)
{
	size_t at = 0;

	for (size_t i = 0; marks && i < marks->count && marks->items[i].from < text.len; i++) {
		size_t from = marks->items[i].from;
		size_t to = marks->items[i].to < text.len ? marks->items[i].to : text.len;

		shown_code(page, (struct span){ text.data + at, from - at });
		page_add(page, "<mark>");
		shown_code(page, (struct span){ text.data + from, to - from });
		page_add(page, "</mark>");
		at = to;
	}
	shown_code(page, (struct span){ text.data + at, text.len - at });
}

/* A carriage return before a line feed is the line's end, and shown where both sides differ. */
static void add_text(
	struct page *page, const struct diff_line *line, const struct word_marks *marks)
{
	add_marked(page, line->text, marks);
	if (line->unended)
		page_add(page, "<span class=\"note\"> (no line feed at the end)</span>");
}

static void add_number(struct writing *w, size_t number, const char *side)
{
	if (!number)
		page_add(w->rows->page, "<td class=\"ln\"></td>");
	else if (*side == 'n')
		page_add(w->rows->page, "<td class=\"ln\" id=\"f%zu-%zu\">%zu</td>",
			w->rows->number, number, number);
	else
		page_add(w->rows->page, "<td class=\"ln\">%zu</td>", number);
}

static void add_code(struct page *page, const char *class, const struct diff_line *line,
	const struct word_marks *m)
{
	page_add(page, "<td class=\"%s\">", class);
	if (line)
		add_text(page, line, m);
	page_add(page, "</td>");
}

static void unified_row(struct writing *w, const struct diff_line *line, const struct word_marks *m)
{
	static const struct {
		const char *class, *sign, *word;
	} sides[] = { [DIFF_BOTH] = { "both", " ", "" },
		[DIFF_OLD] = { "old", "-", "removed" },
		[DIFF_NEW] = { "new", "+", "added" } };
	struct page *page = w->rows->page;

	if (!take(w, line->text.len))
		return;
	page_add(page, "<tr class=\"%s\">", sides[line->side].class);
	add_number(w, line->old_number, "old");
	add_number(w, line->new_number, "new");
	if (*sides[line->side].word)
		page_add(page,
			"<td class=\"sign\"><span aria-hidden=\"true\">%s</span>"
			"<span class=\"unseen\">%s</span></td>",
			sides[line->side].sign, sides[line->side].word);
	else
		page_add(page, "<td class=\"sign\"></td>");
	add_code(page, "code", line, m);
	page_add(page, "</tr>\n");
}

/* One row side by side; NULL: nothing on that side. */
static void split_row(struct writing *w, const struct diff_line *old, const struct diff_line *new,
	const struct word_marks marks[2])
{
	struct page *page = w->rows->page;

	if (!take(w, (old ? old->text.len : 0) + (new ? new->text.len : 0)))
		return;
	page_add(page, "<tr>");
	add_number(w, old ? old->old_number : 0, "old");
	add_code(page,
		!old                    ? "code none"
		: old->side == DIFF_OLD ? "code old"
					: "code",
		old, marks ? &marks[0] : NULL);
	add_number(w, new ? new->new_number : 0, "new");
	add_code(page,
		!new                    ? "code none"
		: new->side == DIFF_NEW ? "code new"
					: "code",
		new, marks ? &marks[1] : NULL);
	page_add(page, "</tr>\n");
}

/* The line that took the i-th old one's place, as far as that can be told; NULL: none. */
static const struct diff_line *partner(const struct block *block, size_t i)
{
	return block->olds + i < block->count ? &block->items[block->olds + i] : NULL;
}

static void write_split(struct writing *w)
{
	const struct block *block = &w->block;
	size_t news = block->count - block->olds;
	size_t most = block->olds > news ? block->olds : news;

	for (size_t i = 0; i < most; i++) {
		const struct diff_line *old = i < block->olds ? &block->items[i] : NULL;
		const struct diff_line *new = partner(block, i);
		struct word_marks marks[2];
		bool marked = old && new &&pager_is_here(w->rows->pager) &&
			      words_mark(old->text, new->text, &marks[0], &marks[1]);

		split_row(w, old, new, marked ? marks : NULL);
	}
}

static void write_unified(struct writing *w)
{
	const struct block *block = &w->block;

	for (size_t i = 0; i < block->count; i++) {
		bool is_old = i < block->olds;
		size_t pair = is_old ? i : i - block->olds;
		const struct diff_line *old = pair < block->olds ? &block->items[pair] : NULL;
		const struct diff_line *new = partner(block, pair);
		struct word_marks marks[2];
		bool marked = old && new &&pager_is_here(w->rows->pager) &&
			      words_mark(old->text, new->text, &marks[0], &marks[1]);

		unified_row(w, &block->items[i], marked ? &marks[!is_old] : NULL);
	}
}

static void write_block(struct writing *w)
{
	w->differing += w->block.count;
	if (w->rows->view.split)
		write_split(w);
	else
		write_unified(w);
	w->block.count = w->block.olds = 0;
}

static int block_add(struct writing *w, const struct diff_line *line)
{
	struct block *block = &w->block;
	struct diff_line *grown = block->items;

	if (block->count < 16 || (block->count & (block->count - 1)) == 0)
		grown = realloc(
			grown, (block->count < 16 ? 16 : block->count * 2) * sizeof(*grown));
	if (!grown)
		return fault_memory(w->fault);
	block->items = grown;
	grown[block->count++] = *line;
	block->olds += line->side == DIFF_OLD;
	return 0;
}

/* One piece of a line, none of which is longer than a row is to be. */
static int add_piece(struct writing *w, const struct diff_line *line)
{
	if (line->side == DIFF_OLD && w->block.count > w->block.olds)
		write_block(w);
	if (line->side != DIFF_BOTH)
		return block_add(w, line);
	if (w->block.count)
		write_block(w);
	if (w->rows->view.split)
		split_row(w, line, line, NULL);
	else
		unified_row(w, line, NULL);
	return 0;
}

/* Where a line is cut: not within a character. */
static size_t piece_length(struct span text)
{
	size_t len = PIECE_MAX;

	if (text.len <= PIECE_MAX)
		return text.len;
	while (len > PIECE_MAX - 4 && ((unsigned char)text.data[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* A line, in pieces. */
static int add_line(struct writing *w, const struct diff_line *line)
{
	struct diff_line piece = *line;
	struct span rest = line->text;

	do {
		piece.text = (struct span){ rest.data, piece_length(rest) };
		rest.data += piece.text.len;
		rest.len -= piece.text.len;
		piece.unended = line->unended && !rest.len;
		if (add_piece(w, &piece) < 0)
			return -1;
		piece.old_number = piece.new_number = 0;
	} while (rest.len);
	return 0;
}

/* Whether the reader wants to see what is unchanged from that new line on. */
static bool is_opened(const struct diff_rows *rows, size_t line)
{
	const char *at = rows->view.opened;
	char name[64];
	size_t len = (size_t)snprintf(name, sizeof(name), "%zu-%zu", rows->number, line);

	while (at && *at) {
		size_t part = strcspn(at, ",");

		if (part == len && memcmp(at, name, len) == 0)
			return true;
		at += part + (at[part] == ',');
	}
	return false;
}

/* The line of that number, of a content that has so many. */
static struct span line_of(struct span content, size_t number)
{
	const char *feed;

	while (--number && content.len) {
		feed = memchr(content.data, '\n', content.len);
		content.len -= feed ? (size_t)(feed + 1 - content.data) : content.len;
		content.data = feed ? feed + 1 : content.data;
	}
	return content;
}

/* Unchanged lines, from the next new one on. */
static int write_opened(struct writing *w, size_t lines)
{
	struct span rest = line_of(w->rows->new, w->new_seen + 1);

	for (size_t i = 1; i <= lines && rest.len; i++) {
		const char *feed = memchr(rest.data, '\n', rest.len);
		struct diff_line line = { .side = DIFF_BOTH,
			.old_number = w->old_seen + i,
			.new_number = w->new_seen + i,
			.text = { rest.data, feed ? (size_t)(feed - rest.data) : rest.len },
			.unended = !feed };

		rest.len -= line.text.len + (feed != NULL);
		rest.data += line.text.len + (feed != NULL);
		if (add_line(w, &line) < 0)
			return -1;
	}
	return 0;
}

static int write_fold(struct writing *w, size_t lines)
{
	struct page *page = w->rows->page;
	size_t number = w->rows->number, from = w->new_seen + 1;

	if (w->block.count)
		write_block(w);
	if (lines && is_opened(w->rows, from))
		return write_opened(w, lines);
	if (!lines || !take(w, 0))
		return 0;
	page_add(page, "<tr class=\"fold-row\"><td colspan=\"4\">%s unchanged line%s",
		page_count((int64_t)lines).text, lines == 1 ? "" : "s");
	if (w->rows->view.fold)
		page_add(page, " <a href=\"%s%zu-%zu#f%zu-%zu\">show %s</a>", w->rows->view.fold,
			number, from, number, from, lines == 1 ? "it" : "them");
	page_add(page, "</td></tr>\n");
	return 0;
}

static int on_line(void *context, const struct diff_line *line)
{
	struct writing *w = context;
	size_t hidden = 0;

	if (line->side != DIFF_OLD && line->new_number > w->new_seen + 1)
		hidden = line->new_number - w->new_seen - 1;
	else if (line->side == DIFF_OLD && line->old_number > w->old_seen + 1)
		hidden = line->old_number - w->old_seen - 1;
	if (hidden && write_fold(w, hidden) < 0)
		return -1;
	if (line->side == DIFF_OLD)
		w->new_seen += hidden;
	if (line->old_number)
		w->old_seen = line->old_number;
	if (line->new_number)
		w->new_seen = line->new_number;
	return add_line(w, line);
}

static size_t count_lines(struct span text)
{
	size_t count = 0;

	for (const char *at = text.data, *end = text.data + text.len; text.len && at < end;
		count++) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));

		at = feed ? feed + 1 : end;
	}
	return count;
}

int diff_rows_write(const struct diff_rows *rows, size_t *count, struct fault *f)
{
	struct writing w = { .rows = rows, .fault = f };
	const struct repo_diff diff = { .old = rows->old,
		.new = rows->new,
		.context = rows->view.whole ? SIZE_MAX : CONTEXT,
		.ignore_space = rows->view.ignore_space,
		.each = on_line,
		.listener = &w };
	size_t lines = count_lines(rows->new);
	int status = repo_diff(&diff, f);

	if (status == 0 && w.block.count)
		write_block(&w);
	if (status == 0 && w.differing && lines > w.new_seen)
		status = write_fold(&w, lines - w.new_seen);
	if (w.open)
		page_add(rows->page, "</tbody></table></section>\n");
	free(w.block.items);
	*count = w.differing;
	return status;
}
