/* Where a scan of an outline is: the mappings and lists around it, and the keys met in them. */
#include "common/path/yaml_outline_private.h"

struct outline_frame *outline_top(struct outline_scan *s)
{
	return s->depth ? &s->frames[s->depth - 1] : NULL;
}

void outline_push(struct outline_scan *s, bool list, int indent, bool flow)
{
	struct outline_frame *parent = outline_top(s);

	if (s->depth == OUTLINE_DEPTH) {
		s->beyond += flow;
		return;
	}
	s->frames[s->depth] = (struct outline_frame){
		.node = { .depth = (unsigned)s->depth, .list = list },
		.indent = indent,
		.flow = flow,
	};
	if (parent && !parent->node.list)
		s->frames[s->depth].node.under = parent->last;
	s->depth++;
}

void outline_pop(struct outline_scan *s)
{
	struct outline_frame *f = &s->frames[--s->depth];

	if (f->node.list)
		return;
	if (s->depth == 0) {
		s->document.root |= f->node.seen;
		if (s->merged)
			f->node.seen = s->document.root |= s->document.anywhere;
	}
	s->o->node(s->o->context, &f->node, s->depth ? &s->frames[s->depth - 1].node : NULL);
}

static void note_word(struct outline_scan *s, struct outline_frame *f, size_t word,
	const struct outline_scalar *value)
{
	const struct outline_word *w = &s->o->words[word];

	f->last |= (outline_set)1 << word;
	if (value->known ? w->value && !w->value((struct span){ value->text, value->len })
			 : w->told)
		return;
	f->node.seen |= (outline_set)1 << word;
	s->document.anywhere |= (outline_set)1 << word;
	if (!s->document.lines[word] || f->node.depth == 0)
		s->document.lines[word] = s->line;
}

static bool word_is(const struct outline_word *w, struct span name)
{
	if (w->matches)
		return w->matches(name);
	return name.data[0] == w->name[0] &&
	       (w->prefix ? span_starts(name, w->name) : span_is(name, w->name));
}

/* Whether the value is an alias: it brings what was said elsewhere, as a merged mapping does. */
static bool is_aliased(struct span rest)
{
	size_t at = 0;

	while (at < rest.len && (rest.data[at] == ' ' || rest.data[at] == '\t'))
		at++;
	return at < rest.len && rest.data[at] == '*';
}

/*
 * A key of the mapping on top; what follows it on its line is its value, or the value's beginning.
 */
void outline_note_key(struct outline_scan *s, const struct outline_scalar *key, struct span rest)
{
	struct outline_frame *f = outline_top(s);
	struct outline_scalar value;
	struct span name = { key->text, key->len };
	bool aliased = is_aliased(rest);

	if (!f)
		return;
	f->last = 0;
	if (!key->known || span_is(name, "<<"))
		s->merged = s->merged || f->node.depth == 0;
	if (!key->known)
		return;
	value.known = false;
	for (size_t i = 0; i < s->o->count; i++) {
		const struct outline_word *w = &s->o->words[i];

		if (!name.len || !(word_is(w, name) || (aliased && strcmp(w->name, "<<") == 0)))
			continue;
		if (w->value && !value.known)
			outline_scalar_value(rest, f->flow, &value);
		note_word(s, f, i, &value);
	}
}
