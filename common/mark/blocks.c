#include "common/mark/blocks.h"

#include <stdint.h>

#include "common/text/lead_in.h"
#include "common/text/spelling.h"

#define TAB 8
#define CODE_INDENT 4 /* beyond the text around it, as CommonMark has it */

static struct span line_next(struct span *rest)
{
	const char *end = memchr(rest->data, '\n', rest->len);
	struct span line = { rest->data, end ? (size_t)(end - rest->data) : rest->len };
	size_t step = line.len + (end != NULL);

	rest->data += step;
	rest->len -= step;
	return line;
}

static size_t indent_of(struct span line, struct span *text)
{
	size_t indent = 0;

	*text = spelling_trim(line);
	for (const char *c = line.data; c < text->data; c++)
		indent += *c == '\t' ? TAB : 1;
	return text->len ? indent : 0;
}

/* How wide the bullet is that the text begins with, its blank included; 0: none. */
static size_t bullet_width(struct span text)
{
	size_t digits = 0;

	if (text.len > 2 && memchr("-*+", *text.data, 3) && text.data[1] == ' ')
		return 2;
	if (span_starts(text, "\xe2\x80\xa2 ") || span_starts(text, "\xe2\x80\xa3 ") ||
		span_starts(text, "\xe2\x97\xa6 "))
		return 4;
	while (digits < text.len && text.data[digits] >= '0' && text.data[digits] <= '9')
		digits++;
	return digits && digits < 4 && digits + 2 < text.len &&
			       memchr(".)", text.data[digits], 2) && text.data[digits + 1] == ' '
		       ? digits + 2
		       : 0;
}

static struct span behind(struct span text, size_t width)
{
	return spelling_trim((struct span){ text.data + width, text.len - width });
}

static struct blocks_fence fence_of(struct span text)
{
	struct blocks_fence fence = { text.len ? *text.data : '\0', 0 };

	if (fence.mark != '`' && fence.mark != '~')
		return (struct blocks_fence){ 0 };
	while (fence.length < text.len && text.data[fence.length] == fence.mark)
		fence.length++;
	if (fence.length < 3)
		return (struct blocks_fence){ 0 };
	return fence;
}

/*
 * What encloses the lines below this one, which `within` encloses.  What opens may stand behind
 * bullets.
 */
static struct blocks_fence fence_below(struct blocks_fence within, struct span text)
{
	static const struct blocks_fence none;
	struct blocks_fence fence;
	size_t width;

	if (within.length) {
		fence = fence_of(text);
		return fence.mark == within.mark && fence.length >= within.length &&
				       fence.length == text.len
			       ? none
			       : within;
	}
	while ((width = bullet_width(text)) > 0)
		text = behind(text, width);
	fence = fence_of(text);
	if (fence.mark == '`' && memchr(text.data + fence.length, '`', text.len - fence.length))
		return (struct blocks_fence){ 0 };
	return fence;
}

/* `- > said by somebody`: a quotation in an item. */
static bool is_quoted_item(struct span text)
{
	size_t width;

	while ((width = bullet_width(text)) > 0)
		text = behind(text, width);
	return text.len && *text.data == '>';
}

static bool is_log_head(struct span text)
{
	if (*text.data == 'S')
		return span_starts(text, "Squashed commit of the following");
	if (*text.data != 'c' || text.len < 47 || !span_starts(text, "commit "))
		return false;
	for (size_t i = 7; i < 47; i++)
		if (!memchr("0123456789abcdef", text.data[i], 16))
			return false;
	return true;
}

bool blocks_is_trailer(struct span text)
{
	size_t n = 0;
	bool hyphen = false;

	for (; n < text.len &&
		(spelling_is_word((unsigned char)text.data[n]) || text.data[n] == '-');
		n++)
		hyphen |= n && text.data[n] == '-';
	while (n < text.len && (text.data[n] == ' ' || text.data[n] == '\t'))
		n++;
	return hyphen && n < text.len && text.data[n] == ':';
}

/* What tools put at the end of a message, whatever margin its author gave it. */
static bool is_tail(struct span text)
{
	static const char *const tails[] = { "(cherry picked from",
		"Fixes:", "Closes:", "Cc:", "Link:", "Bug:", "---" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		if (*tails[i] == *text.data && span_starts(text, tails[i]))
			return true;
	return blocks_is_trailer(text);
}

/* What has to be known of the whole before a line can be understood. */
struct block_survey {
	struct blocks_fence fence;
	size_t least;           /* indent of any line behind the first, but for the tail */
	const char *last_least; /* the last line that is indented so */
	const char *last_flush; /* the last that is not indented at all */
};

static void survey_line(struct blocks *b, struct block_survey *s, struct span text, size_t indent)
{
	struct blocks_fence before = s->fence;
	bool first = !b->lines++;

	if (*text.data != '>')
		s->fence = fence_below(before, text);
	if (s->fence.length != before.length)
		b->open_fence = s->fence.length ? text.data : NULL;
	b->log |= is_log_head(text);
	if (*text.data == '#')
		return;
	if (!indent)
		s->last_flush = text.data;
	if (first || indent > s->least || (!indent && is_tail(text)))
		return;
	s->least = indent;
	s->last_least = text.data;
}

void blocks_begin(struct blocks *blocks, struct span message)
{
	struct block_survey s = { .least = SIZE_MAX };
	struct span rest = message;

	*blocks = (struct blocks){ .rest = message };
	while (rest.len) {
		struct span text, line = line_next(&rest);
		size_t indent = indent_of(line, &text);

		if (text.len)
			survey_line(blocks, &s, text, indent);
	}
	blocks->margin = s.least == SIZE_MAX ? 0 : s.least;
	blocks->last_flush = blocks->margin ? s.last_least : s.last_flush;
}

#define INTRODUCTION_MAX 512 /* bytes of a line that introduces a block */

/* Whether the line speaks of a message, and not of what the change does. */
static bool is_of_message(struct span text)
{
	static const char *const words[] = { "emits", "footer", "log", "message", "messages",
		"prints", "quote", "quoted", "reads", "said", "says", "trailer", "trailers",
		"writes", "wrote" };
	struct span between, word;

	while (text.len <= INTRODUCTION_MAX && (word = spelling_word(&text, &between)).len)
		if (SPELLING_LISTED(words, word))
			return true;
	return false;
}

/* How many words the line has, up to three. */
static int words_of(struct span text)
{
	struct span between;
	int words = 0;

	while (words < 3 && spelling_word(&text, &between).len)
		words++;
	return words;
}

/* Takes note of a line at the margin that may introduce the block below. */
static void note_introduction(struct blocks *b, struct span text)
{
	static const char *const ends[] = { "emits", "following", "prints", "reads", "removed",
		"said", "say", "says", "writes", "wrote" };
	bool colon = text.data[text.len - 1] == ':';
	int words = words_of(text);

	b->introduced = (colon && words == 3) ||
			(words > 1 && spelling_is_word((unsigned char)text.data[text.len - 1]) &&
				SPELLING_LISTED(ends, lead_in_last_word(text)));
	b->hinted = colon && words < 3;
	b->message = b->introduced && is_of_message(text);
	b->spent = false;
}

/* Whether the fence encloses the line, or the line is a fence. */
static bool in_fence(struct blocks *b, struct span text)
{
	struct blocks_fence before = b->fence;

	if (*text.data != '>' && (!b->open_fence || text.data < b->open_fence))
		b->fence = fence_below(before, text);
	return before.length || b->fence.length;
}

/*
 * A paragraph that is indented as the text of a list's item is belongs to the item.  Where forges
 * list squashed commits with a star each, paragraphs of one commit stand at the margin, too.
 */
static bool in_item(const struct blocks *b, const struct blocks_line *line)
{
	bool nested = bullet_width(line->text) && !b->introduced;

	if ((!b->above_blank && !b->above_said && !nested) || (b->apart && b->introduced))
		return false;
	for (size_t i = 0; i < b->items; i++)
		if (line->indent >= b->item[i] &&
			line->indent < (b->apart ? CODE_INDENT : b->item[i] + CODE_INDENT))
			return true;
	return false;
}

static enum blocks_kind indented_kind(struct blocks *b, const struct blocks_line *line)
{
	if (b->log || in_item(b, line))
		return BLOCKS_SAID;
	if (line->indent >= CODE_INDENT && b->hinted && b->above_blank)
		b->introduced |= blocks_is_trailer(line->text);
	b->hinted = false;
	if (line->indent >= CODE_INDENT && b->introduced) {
		b->message &= !bullet_width(line->text);
		b->spent |= !blocks_is_trailer(line->text);
		return BLOCKS_INDENTED;
	}
	return line->text.data < b->last_flush ? BLOCKS_INDENTED : BLOCKS_SAID;
}

/* Takes note of a line that stands at the margin, or is an item. */
static void note_said(struct blocks *b, const struct blocks_line *line, size_t width)
{
	bool star = width && !line->indent && *line->text.data == '*' && b->above_blank;
	size_t least = !line->indent && b->star && !star;

	while (b->items > least && b->item[b->items - 1] > line->indent)
		b->items--;
	if (width && !b->items) {
		b->star = star;
		b->apart = false;
	}
	if (width && b->items < BLOCKS_ITEMS)
		b->item[b->items++] = line->indent + width;
	if (line->indent)
		return;
	b->apart |= !width;
	note_introduction(b, line->text);
}

static void line_judge(struct blocks *b, struct blocks_line *line)
{
	size_t width = bullet_width(line->text);
	bool first = !b->begun;

	b->begun = true;
	if (in_fence(b, line->text) || (!first && memchr(">#", *line->text.data, 2))) {
		line->kind = BLOCKS_SHOWN;
		return;
	}
	if (!first && is_quoted_item(line->text)) {
		line->kind = BLOCKS_SHOWN;
		return;
	}
	line->kind = first || !line->indent ? BLOCKS_SAID : indented_kind(b, line);
	if (line->kind == BLOCKS_SAID)
		note_said(b, line, width);
	line->bullet = width > 0;
	line->text = behind(line->text, width);
}

bool blocks_next(struct blocks *b, struct blocks_line *line)
{
	struct span raw;

	if (!b->rest.len)
		return false;
	raw = line_next(&b->rest);
	*line = (struct blocks_line){ .kind = BLOCKS_BLANK };
	line->indent = indent_of(raw, &line->text);
	line->indent -= line->indent < b->margin ? line->indent : b->margin;
	if (!line->text.len) {
		b->introduced &= !b->spent || b->message;
		b->above_blank = true;
		b->above_said = false;
		return true;
	}
	line_judge(b, line);
	b->above_said =
		line->kind == BLOCKS_SAID && line->indent && (b->above_blank || b->above_said);
	b->above_blank = false;
	return true;
}
