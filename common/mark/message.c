#include "common/mark/message.h"

#include "common/mark/blocks.h"
#include "common/mark/spelling.h"
#include "common/mark/trailer.h"
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
	{ "\r\n", "\n" },
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

/* Where in the message we are. */
struct reader {
	struct message *message;
	struct blocks blocks;
	bool begun; /* the first line has been */
	bool open;  /* message->line holds a line that may go on */
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

/* A key without its value, which the next line has: `Co-authored-by:`, but not `Usage:`. */
static bool is_bare_key(struct span line)
{
	struct trailer trailer;

	return trailer_read(&trailer, line) && !trailer.value.len &&
	       (trailer.kind != TRAILER_OTHER || blocks_is_trailer(line));
}

/*
 * Whether the line continues the pending one: a key without its value, a value whose address is
 * still to come, or a trailer folded as RFC 822 has it.  What is a trailer or an item itself never
 * does.
 */
static bool continues(struct reader *r, const struct blocks_line *next)
{
	struct span line = buf_span(&r->message->line);
	const char *colon = memchr(line.data, ':', line.len < 64 ? line.len : 64);

	if (!r->open || !colon || r->line.first || next->kind == BLOCKS_SHOWN || next->bullet ||
		blocks_is_trailer(next->text))
		return false;
	if (is_bare_key(line))
		return true;
	if (*next->text.data == '<' && memchr(next->text.data, '@', next->text.len))
		return blocks_is_trailer(line);
	return next->indent && !memchr(line.data, ' ', (size_t)(colon - line.data)) &&
	       (next->kind == BLOCKS_SAID || blocks_is_trailer(line));
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

static int reader_line(struct reader *r, const struct blocks_line *line, struct fault *f)
{
	int status;

	if (continues(r, line)) {
		if (buf_addc(&r->message->line, ' ') < 0)
			return fault_memory(f);
		return append(r, line->text, f);
	}
	status = reader_flush(r, f);
	r->line.first = !r->begun;
	r->begun = true;
	if (status || line->kind != BLOCKS_SAID)
		return status;
	r->line.list = line->bullet;
	r->open = true;
	buf_clear(&r->message->line);
	return append(r, line->text, f);
}

int message_read(struct message *message, struct span bytes, message_each *each, void *context,
	struct fault *f)
{
	struct reader r = { .message = message, .each = each, .context = context };
	struct blocks_line line;
	struct span plain;
	int status = 0;

	if (unescape(&message->plain, bytes, &plain) < 0)
		return fault_memory(f);
	blocks_begin(&r.blocks, plain);
	r.line.lone = r.blocks.lines == 1;
	while (!status && blocks_next(&r.blocks, &line))
		status =
			line.kind == BLOCKS_BLANK ? reader_flush(&r, f) : reader_line(&r, &line, f);
	return status ? status : reader_flush(&r, f);
}

void message_release(struct message *message)
{
	buf_release(&message->plain);
	buf_release(&message->line);
}
