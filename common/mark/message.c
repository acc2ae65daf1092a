#include "common/mark/message.h"

#include "common/mark/spelling.h"
#include "common/path/fold.h"

/* What tools write in place of a character, and what it was. */
static const struct {
	const char *from, *to;
} escapes[] = {
	{ "\\r\\n", "\n" },
	{ "\\n", "\n" },
	{ "\\r", "\n" },
	{ "\\t", "\t" },
	{ "\\u003c", "<" },
	{ "\\u003e", ">" },
	{ "\\u003C", "<" },
	{ "\\u003E", ">" },
	{ "\\u0040", "@" },
	{ "\\u000a", "\n" },
	{ "&lt;", "<" },
	{ "&gt;", ">" },
	{ "&LT;", "<" },
	{ "&GT;", ">" },
	{ "&#60;", "<" },
	{ "&#62;", ">" },
	{ "&#x3c;", "<" },
	{ "&#x3e;", ">" },
	{ "&#x3C;", "<" },
	{ "&#x3E;", ">" },
	{ "&#64;", "@" },
	{ "&#x40;", "@" },
	{ "&commat;", "@" },
	{ "&colon;", ":" },
	{ "&#58;", ":" },
	{ "&nbsp;", " " },
	{ "&#10;", "\n" },
	{ "&amp;", "&" },
	{ "<br>", "\n" },
	{ "<br/>", "\n" },
	{ "<br />", "\n" },
	{ "<BR>", "\n" },
	{ "<p>", "\n" },
	{ "</p>", "\n" },
	{ "\xe2\x80\xa8", "\n" },
	{ "\xe2\x80\xa9", "\n" },
	{ "\xc2\x85", "\n" },
	{ "\v", "\n" },
	{ "\f", "\n" },
	{ "\r", "\n" },
};

/* The escape that the text begins with, or -1. */
static int escape_at(struct span text)
{
	static const bool special[256] = { ['\\'] = true,
		['&'] = true,
		['<'] = true,
		[0xe2] = true,
		[0xc2] = true,
		['\v'] = true,
		['\f'] = true,
		['\r'] = true };

	if (!special[(unsigned char)*text.data])
		return -1;
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
		if (escapes[i].from[0] == *text.data && span_starts(text, escapes[i].from))
			return (int)i;
	return -1;
}

/*
 * A literal \n within quotes is being talked about: `strip "\nCo-Authored-By: ..."`.  A quote
 * opens where another one of its kind closes it on the same line (5" has none); one that opens the
 * whole message wraps it.
 */
struct quotes {
	char open; /* what kind of quote we are within, or 0 */
	const char *wrapper;
	const char *line_end; /* of the line we are on, once it was looked for */
};

static bool quoted(struct quotes *quotes, struct span rest)
{
	char c = *rest.data;

	if (c == '\n')
		quotes->open = 0;
	else if (c == quotes->open)
		quotes->open = 0;
	else if ((c == '"' || c == '`') && !quotes->open && rest.data != quotes->wrapper) {
		if (!quotes->line_end || quotes->line_end < rest.data)
			quotes->line_end = memchr(rest.data, '\n', rest.len);
		if (!quotes->line_end)
			quotes->line_end = rest.data + rest.len;
		quotes->open = memchr(rest.data + 1, c, (size_t)(quotes->line_end - rest.data - 1))
				       ? c
				       : 0;
	}
	return quotes->open;
}

/* Undoes the escapes; *out is the bytes themselves when there are none. */
static int unescape(struct buf *plain, struct span bytes, struct span *out)
{
	struct quotes quotes = { .wrapper = bytes.data };
	size_t kept = 0;

	buf_clear(plain);
	for (size_t i = 0; i < bytes.len; i++) {
		struct span rest = { bytes.data + i, bytes.len - i };
		bool inside = quoted(&quotes, rest);
		int escape = escape_at(rest);

		if (escape < 0 || (inside && *rest.data == '\\'))
			continue;
		if (buf_add(plain, bytes.data + kept, i - kept) < 0 ||
			buf_adds(plain, escapes[escape].to) < 0)
			return -1;
		i += strlen(escapes[escape].from) - 1;
		kept = i + 1;
	}
	*out = bytes;
	if (kept == 0)
		return 0;
	if (buf_add(plain, bytes.data + kept, bytes.len - kept) < 0)
		return -1;
	*out = buf_span(plain);
	return 0;
}

static struct span line_next(struct span *rest)
{
	const char *end = memchr(rest->data, '\n', rest->len);
	struct span line = { rest->data, end ? (size_t)(end - rest->data) : rest->len };
	size_t step = line.len + (end != NULL);

	rest->data += step;
	rest->len -= step;
	return line;
}

/* How far a line is indented, a tab being eight. */
static size_t indent_of(struct span line, struct span *text)
{
	size_t indent = 0;

	*text = spelling_trim(line);
	for (const char *c = line.data; c < text->data; c++)
		indent += *c == '\t' ? 8 : 1;
	return text->len ? indent : 0;
}

/* The kind of fence that encloses what comes after the line; `fence`: what encloses the line. */
static char fence_after(char fence, struct span text)
{
	size_t n = 0;

	if (!span_starts(text, "```") && !span_starts(text, "~~~"))
		return fence;
	while (n < text.len && text.data[n] == *text.data)
		n++;
	if (fence)
		return fence == *text.data && n == text.len ? 0 : fence;
	return *text.data == '`' && memchr(text.data + n, '`', text.len - n) ? 0 : *text.data;
}

/* What has to be known of the whole before a line can be understood. */
struct message_outline {
	const char
		*last_flush; /* the last line that is not indented: what is above is not the end */
	const char *open_fence; /* a fence that is never closed, so is none */
	size_t lines;           /* that are not blank */
	bool log;               /* git's own list of squashed commits */
};

static bool is_log_head(struct span text)
{
	if (!span_starts(text, "commit ") || text.len < 47)
		return span_starts(text, "Squashed commit of the following");
	for (size_t i = 7; i < 47; i++)
		if (!memchr("0123456789abcdef", text.data[i], 16))
			return false;
	return true;
}

static struct message_outline survey(struct span rest)
{
	struct message_outline s = { 0 };
	char fence = 0;

	while (rest.len) {
		struct span text, line = line_next(&rest);
		size_t indent = indent_of(line, &text);
		char before = fence;

		if (!text.len)
			continue;
		fence = fence_after(before, text);
		if (fence != before)
			s.open_fence = fence ? text.data : NULL;
		s.lines++;
		s.log |= is_log_head(text);
		if (!indent && *text.data != '#')
			s.last_flush = text.data;
	}
	return s;
}

/* Where in the message we are. */
struct reader {
	struct message *message;
	struct message_outline survey;
	char fence;
	bool begun;      /* the first line has been */
	bool introduced; /* the last line that was not indented ends in a colon */
	bool open;       /* message->line holds a line that may go on */
	struct message_line line;
	message_each *each;
	void *context;
};

static int reader_flush(struct reader *r, struct fault *f)
{
	if (!r->open)
		return 0;
	r->open = false;
	r->line.text = spelling_trim(buf_span(&r->message->line));
	return r->line.text.len ? r->each(r->context, &r->line, f) : 0;
}

/* Whether the line is shown rather than said. */
static bool is_shown(struct reader *r, struct span text, size_t indent)
{
	char before = r->fence;

	if (!r->survey.open_fence || text.data < r->survey.open_fence)
		r->fence = fence_after(before, text);
	if (before || r->fence || *text.data == '>' || *text.data == '#')
		return true;
	if (!indent || r->survey.log)
		return false;
	return text.data < r->survey.last_flush || (indent >= 4 && r->introduced);
}

/* Takes a list's bullet off. */
static bool bullet(struct span *text)
{
	size_t width = 0;

	if (text->len > 2 && memchr("-*", *text->data, 2) && text->data[1] == ' ')
		width = 2;
	else if (span_starts(*text, "\xe2\x80\xa2 "))
		width = 4;
	text->data += width;
	text->len -= width;
	*text = spelling_trim(*text);
	return width > 0;
}

/* Whether the pending line is a key without its value, or one whose address is still to come. */
static bool wants_more(struct reader *r, struct span text, size_t indent)
{
	struct span line = buf_span(&r->message->line);
	const char *colon = memchr(line.data, ':', line.len < 64 ? line.len : 64);

	if (!colon || r->line.first)
		return false;
	if (colon == line.data + line.len - 1)
		return true;
	return *text.data == '<' ||
	       (indent && !memchr(line.data, ' ', (size_t)(colon - line.data)));
}

static int append(struct reader *r, struct span text, struct fault *f)
{
	if (fold_text(&r->message->line, text) < 0)
		return r->message->line.failed && r->message->line.len < MESSAGE_MAX / 2
			       ? fault_memory(f)
			       : fault_set(
					 f, FAULT_PUSHER, "a message grows too long when unfolded");
	return 0;
}

static bool is_introduction(struct span text)
{
	struct span between, rest = text;

	if (text.data[text.len - 1] != ':')
		return false;
	for (int words = 0; words < 3; words++)
		if (!spelling_word(&rest, &between).len)
			return false;
	return true;
}

static int reader_line(struct reader *r, struct span text, size_t indent, struct fault *f)
{
	int status;

	if (r->open && wants_more(r, text, indent)) {
		if (buf_addc(&r->message->line, ' ') < 0)
			return fault_memory(f);
		bullet(&text);
		return append(r, text, f);
	}
	status = reader_flush(r, f);
	if (status)
		return status;
	if (is_shown(r, text, indent))
		return 0;
	if (!indent)
		r->introduced = is_introduction(text);
	r->line.first = !r->begun;
	r->line.list = bullet(&text);
	r->begun = r->open = true;
	buf_clear(&r->message->line);
	return append(r, text, f);
}

int message_read(struct message *message, struct span bytes, message_each *each, void *context,
	struct fault *f)
{
	struct reader r = { .message = message, .each = each, .context = context };
	struct span rest;
	int status = 0;

	if (unescape(&message->plain, bytes, &rest) < 0)
		return fault_memory(f);
	r.survey = survey(rest);
	r.line.lone = r.survey.lines == 1;
	while (rest.len && !status) {
		struct span text, line = line_next(&rest);
		size_t indent = indent_of(line, &text);

		status = text.len ? reader_line(&r, text, indent, f) : reader_flush(&r, f);
	}
	return status ? status : reader_flush(&r, f);
}

void message_release(struct message *message)
{
	buf_release(&message->plain);
	buf_release(&message->line);
}
