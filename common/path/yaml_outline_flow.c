/* Outlines in flow style: `{ a: [b, c] }`. */
#include <limits.h>

#include "common/path/yaml_outline_private.h"

/* ---- flow style ---- */

static void close_bracket(struct outline_scan *s)
{
	if (s->beyond)
		s->beyond--;
	else if (s->depth && outline_top(s)->flow)
		outline_pop(s);
	if (s->brackets && --s->brackets == 0)
		s->mode = MODE_BLOCK;
}

void outline_open_bracket(struct outline_scan *s, char bracket)
{
	outline_push(s, bracket == '[', INT_MAX, true);
	s->brackets++;
	s->mode = MODE_FLOW;
}

/* A scalar, or a key if a colon follows; returns where to go on. */
static size_t flow_scalar(struct outline_scan *s, struct span line, size_t at)
{
	struct outline_frame *f = s->beyond ? NULL : outline_top(s);
	struct outline_scalar key;
	size_t len;

	at += outline_scalar_properties((struct span){ line.data + at, line.len - at });
	if (at >= line.len || outline_scalar_is_any("{}[],", line.data[at]))
		return at;
	/* A quote within a plain scalar is a letter. */
	if (s->unended && (line.data[at] == '"' || line.data[at] == '\''))
		at++;
	s->unended = false;
	if (at >= line.len || outline_scalar_is_any("{}[],", line.data[at]))
		return at;
	len = outline_scalar_read((struct span){ line.data + at, line.len - at }, true, &key);

	if (!key.closed) {
		s->quote = key.quote;
		s->mode = MODE_QUOTED;
		return line.len;
	}
	at += len ? len : 1;
	while (at < line.len && (line.data[at] == ' ' || line.data[at] == '\t'))
		at++;
	if (!f || f->node.list || f->value || at >= line.len || line.data[at] != ':') {
		s->unended = at >= line.len && !key.quote;
		/* A key whose colon stands on the next line may be any. */
		if (f && !f->node.list && !f->value && at >= line.len)
			outline_note_key(s, &key, (struct span){ "", 0 });
		return at;
	}
	f->value = true;
	outline_note_key(s, &key, (struct span){ line.data + at + 1, line.len - at - 1 });
	return at + 1;
}

bool outline_is_question(struct span line, size_t at)
{
	return line.data[at] == '?' &&
	       (at + 1 == line.len || line.data[at + 1] == ' ' || line.data[at + 1] == '\t');
}

/* Reads on in flow style; returns where it ended, or the end of the line. */
size_t outline_flow_line(struct outline_scan *s, struct span line, size_t at)
{
	while (at < line.len && s->mode == MODE_FLOW) {
		char c = line.data[at];

		if (c == ' ' || c == '\t' || outline_is_question(line, at)) {
			at++;
		} else if (c == '#') {
			return line.len;
		} else if (c == '{' || c == '[') {
			s->unended = false;
			outline_open_bracket(s, c);
			at++;
		} else if (c == '}' || c == ']') {
			s->unended = false;
			close_bracket(s);
			at++;
		} else if (c == ',' || c == ':') {
			s->unended = false;
			if (!s->beyond && outline_top(s))
				outline_top(s)->value = c == ':';
			at++;
		} else {
			at = flow_scalar(s, line, at);
		}
	}
	return at;
}
