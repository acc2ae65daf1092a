#include "common/path/yaml_outline.h"

#include "common/path/yaml_outline_private.h"

static void end_document(struct outline_scan *s)
{
	if (s->dead || s->mode == MODE_FLOW || s->mode == MODE_QUOTED)
		s->depth = 0;
	while (s->depth)
		outline_pop(s);
	if (!s->dead && s->mode != MODE_FLOW && s->mode != MODE_QUOTED)
		s->o->document(s->o->context, &s->document);
	s->document = (struct outline_document){ .root = 0 };
	s->beyond = s->brackets = 0;
	s->mode = MODE_BLOCK;
	s->plain = s->asked = -1;
	s->pending = false;
	s->merged = s->text = s->comment_in_text = false;
}

/* Whether a flow mapping or list begins here, and not a template's expression. */
static bool opens_flow(struct span line, size_t at)
{
	struct span rest = { line.data + at, line.len - at };

	return span_starts(rest, "[") ||
	       (span_starts(rest, "{") && !span_starts(rest, "{{") && !span_starts(rest, "{%"));
}

/* What stands where a value may: opens a mode, or is passed over. */
static void read_value(struct outline_scan *s, struct span line, size_t at)
{
	struct outline_frame *f = outline_top(s);
	struct outline_scalar value;

	at += outline_scalar_properties((struct span){ line.data + at, line.len - at });
	if (at >= line.len)
		return;
	if (opens_flow(line, at)) {
		outline_open_bracket(s, line.data[at]);
		(void)outline_flow_line(s, line, at + 1);
		return;
	}
	switch (line.data[at]) {
	case '|':
	case '>':
		s->mode = MODE_SCALAR;
		s->scalar_indent = f ? f->indent : -1;
		return;
	case '"':
	case '\'':
		(void)outline_scalar_read(
			(struct span){ line.data + at, line.len - at }, false, &value);
		if (!value.closed) {
			s->mode = MODE_QUOTED;
			s->quote = value.quote;
		}
		return;
	case '#':
		return;
	default:
		s->plain = f ? f->indent : -1;
		s->pending = false;
		return;
	}
}

/* Leaves what a line at this column does not belong to. */
static void leave(struct outline_scan *s, int column, bool dash)
{
	while (s->depth &&
		(outline_top(s)->indent > column ||
			(!dash && outline_top(s)->indent == column && outline_top(s)->node.list)))
		outline_pop(s);
}

/* Goes into the list whose dash stands at the column. */
static void enter_item(struct outline_scan *s, int column)
{
	leave(s, column, true);
	if (!outline_top(s) || !outline_top(s)->node.list || outline_top(s)->indent != column)
		outline_push(s, true, column, false);
}

static void block_key(struct outline_scan *s, const struct outline_scalar *key, struct span line,
	size_t colon, int column)
{
	size_t value = colon + 1;

	leave(s, column, false);
	if (!outline_top(s) || outline_top(s)->node.list || outline_top(s)->indent != column)
		outline_push(s, false, column, false);
	outline_note_key(s, key, (struct span){ line.data + value, line.len - value });
	while (value < line.len && (line.data[value] == ' ' || line.data[value] == '\t'))
		value++;
	s->pending = true;
	read_value(s, line, value);
}

/*
 * A line that is neither key nor item: a value that stands on a line of its own, further in or
 * (readers allow it once) right below its key; or no YAML.
 */
static void block_other(struct outline_scan *s, struct span line, size_t at, int column)
{
	char c = line.data[at];

	if (!s->depth && (c == '{' || c == '[' || c == '"' || c == '\'' || c == '|' || c == '>')) {
		read_value(s, line, at);
		return;
	}
	if (!s->depth) {
		s->text = !s->pending;
		return;
	}
	if (column > s->frames[0].indent || (s->pending && outline_top(s)->indent == column))
		read_value(s, line, at);
	else if (c == ':')
		s->pending = true;
	else
		s->dead = c != '?' && c != '}' && c != ']';
}

static bool is_dash(struct span line, size_t at)
{
	return line.data[at] == '-' &&
	       (at + 1 == line.len || line.data[at + 1] == ' ' || line.data[at + 1] == '\t');
}

/* The value of a key that a question mark announced. */
static bool is_answer(struct span line, size_t at)
{
	return line.data[at] == ':' &&
	       (at + 1 == line.len || line.data[at + 1] == ' ' || line.data[at + 1] == '\t');
}

/*
 * Passes over dashes (`- - key:`), question marks and their answers; returns where the rest begins.
 */
static size_t block_marks(struct outline_scan *s, struct span line, size_t at)
{
	while (at < line.len &&
		(is_dash(line, at) || outline_is_question(line, at) || is_answer(line, at))) {
		if (is_dash(line, at))
			enter_item(s, (int)at);
		at++;
		while (at < line.len && (line.data[at] == ' ' || line.data[at] == '\t'))
			at++;
	}
	return at;
}

static void block_line(struct outline_scan *s, struct span line, size_t at)
{
	struct outline_scalar key;
	size_t column = at, colon, start;
	bool asked = outline_is_question(line, at);

	if (!s->text)
		at = block_marks(s, line, at);
	s->pending = s->pending || at > column;
	column = asked ? column : at;
	if (s->asked >= 0)
		column = (size_t)s->asked;
	asked = asked || s->asked >= 0;
	s->asked = asked && at >= line.len ? (int)column : -1;
	if (at >= line.len || line.data[at] == '#')
		return;
	start = at + outline_scalar_properties((struct span){ line.data + at, line.len - at });
	if (start >= line.len || line.data[start] == '#')
		return;
	colon = opens_flow(line, start)
			? 0
			: outline_scalar_key(
				  (struct span){ line.data + start, line.len - start }, &key);
	if (asked && !colon) {
		(void)outline_scalar_read(
			(struct span){ line.data + start, line.len - start }, false, &key);
		colon = line.len - start;
		s->mode = key.closed ? s->mode : MODE_QUOTED;
		s->quote = key.quote;
	}
	if (colon && s->text)
		s->dead = true;
	else if (colon)
		block_key(s, &key, line, colon + start < line.len ? colon + start : line.len - 1,
			(int)column);
	else if (!s->text) {
		/* An anchor or a tag of nothing, or of what follows. */
		if (start > at)
			leave(s, (int)column, false);
		s->pending = s->pending || start > at;
		block_other(s, line, start, (int)column);
	} else if (s->comment_in_text)
		s->dead = true;
}

/* ---- lines ---- */

/* Directives, and lines that a template engine takes out before YAML is read. */
static bool passed_over(struct outline_scan *s, struct span rest, size_t indent)
{
	if (rest.data[0] == '#') {
		s->comment_in_text = s->comment_in_text || s->text;
		return true;
	}
	if (rest.data[0] == '%' && indent == 0 && !s->text) {
		end_document(s);
		return true;
	}
	if (span_starts(rest, "{%") || span_starts(rest, "<%"))
		return true;
	if (!span_starts(rest, "{{"))
		return false;
	if (!memmem(rest.data, rest.len, "}}", 2))
		s->mode = MODE_TEMPLATE;
	/* `{{ .Values.name }}: value` is a key. */
	return s->mode == MODE_TEMPLATE || !memmem(rest.data, rest.len, "}}:", 3);
}

static void continue_quoted(struct outline_scan *s, struct span line)
{
	size_t end = outline_scalar_close(line, s->quote);

	if (end == 0)
		return;
	s->mode = s->brackets ? MODE_FLOW : MODE_BLOCK;
	if (s->brackets)
		(void)outline_flow_line(s, line, end);
}

static bool is_mark(struct span line, const char *mark)
{
	return span_starts(line, mark) &&
	       (line.len == 3 || line.data[3] == ' ' || line.data[3] == '\t');
}

static void read_line(struct outline_scan *s, struct span line)
{
	size_t indent = 0;

	while (indent < line.len && (line.data[indent] == ' ' || line.data[indent] == '\t'))
		indent++;
	if (indent == line.len)
		return;
	if (s->mode == MODE_SCALAR && (int)indent <= s->scalar_indent)
		s->mode = MODE_BLOCK;
	switch (s->mode) {
	case MODE_SCALAR:
		return;
	case MODE_QUOTED:
		continue_quoted(s, line);
		return;
	case MODE_FLOW:
		(void)outline_flow_line(s, line, indent);
		return;
	case MODE_TEMPLATE:
		if (memmem(line.data, line.len, "}}", 2))
			s->mode = MODE_BLOCK;
		return;
	default:
		break;
	}
	if (passed_over(s, (struct span){ line.data + indent, line.len - indent }, indent))
		return;
	if (s->plain >= 0 && (int)indent > s->plain)
		return;
	s->plain = -1;
	block_line(s, line, indent);
}

/* A line, or a part of one that a lone CR ends. */
static void take_line(struct outline_scan *s, struct span line)
{
	size_t skip = 3;

	if (span_starts(line, "\xef\xbb\xbf"))
		line = (struct span){ line.data + 3, line.len - 3 };
	if (!is_mark(line, "---") && !is_mark(line, "...")) {
		read_line(s, line);
		return;
	}
	end_document(s);
	while (skip < line.len && (line.data[skip] == ' ' || line.data[skip] == '\t'))
		skip++;
	/* What stands behind the mark counts as standing at the margin. */
	read_line(s, (struct span){ line.data + skip, line.len - skip });
}

/* The next line: up to LF, CR LF or a lone CR, which is left behind. */
static struct span next_line(struct span *text)
{
	struct span line = { text->data, 0 };
	size_t used;

	while (line.len < text->len && text->data[line.len] != '\n' && text->data[line.len] != '\r')
		line.len++;
	used = line.len;
	if (used + 1 < text->len && text->data[used] == '\r' && text->data[used + 1] == '\n')
		used++;
	used += used < text->len;
	*text = (struct span){ text->data + used, text->len - used };
	return line;
}

void outline_read(const struct outline *o, struct span text)
{
	struct outline_scan s = { .o = o, .plain = -1, .asked = -1 };

	while (text.len && !s.dead && !deadline_nears(o->deadline)) {
		s.line++;
		take_line(&s, next_line(&text));
	}
	end_document(&s);
}
