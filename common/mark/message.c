#include "common/mark/message.h"

#include "common/mark/blocks.h"
#include "common/mark/trailer.h"
#include "common/path/fold.h"
#include "common/text/spelling.h"
#include "common/text/unescape.h"

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

#define BARE_KEY_MAX 128 /* bytes of it and its ornaments: it is looked at for each next line */

/* A key without its value, which the next line has: `Co-authored-by:`, but not `Usage:`. */
static bool is_bare_key(struct span line)
{
	struct trailer trailer;

	return line.len <= BARE_KEY_MAX && trailer_read(&trailer, line) && !trailer.value.len &&
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
	const char *colon = line.len ? memchr(line.data, ':', line.len < 64 ? line.len : 64) : NULL;

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

/* Whether the first letter is one of the large ones; what may be a look-alike counts as one. */
static bool is_capital(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (spelling_is_word(c))
			return !(c >= 'a' && c <= 'z');
	}
	return false;
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
	r->line.capital = is_capital(line->text);
	r->line.raw = line->text;
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
