#include "rules/recognise/recognise.h"

#include <stdint.h>

#include "common/base/buf.h"
#include "common/path/yaml_outline.h"
#include "rules/recognise/facts.h"
#include "rules/recognise/lines.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct findings {
	struct recognised *out;
	size_t count;
	unsigned facts; /* of the document being read */
};

/* One row for each kind, where it was first seen. */
static void add(struct findings *found, struct recognised what)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->out[i].why == what.why)
			return;
	if (found->count < RECOGNISED_MAX)
		found->out[found->count++] = what;
}

static bool stands(enum fact_where where, outline_set key, const struct outline_node *node,
	const struct outline_node *parent)
{
	switch (where) {
	case ANYWHERE:
		return true;
	case IN_ROOT_LIST:
		return parent && parent->depth == 0 && parent->list;
	case ITEM_OF:
		return parent && parent->list && (parent->under & key);
	case IN_ITEM:
		return node->depth == 2 && !parent->list && (node->under & key);
	case WITHIN:
		return node->depth >= 3 && (parent->under & key);
	case DEEP:
		return node->depth >= 2;
	case BELOW_ROOT:
		return node->depth == 1 && !parent->list && (!key || (node->under & key));
	default:
		return node->depth == 2 && (parent->under & key);
	}
}

static void see_node(
	void *context, const struct outline_node *node, const struct outline_node *parent)
{
	struct findings *found = context;

	for (size_t i = 0; i < recognise_facts_count; i++)
		if ((node->seen & recognise_facts[i].all) == recognise_facts[i].all &&
			(!recognise_facts[i].any || (node->seen & recognise_facts[i].any)) &&
			!((node->seen | node->under) & recognise_facts[i].none) &&
			stands(recognise_facts[i].where, recognise_facts[i].key, node, parent))
			found->facts |= recognise_facts[i].fact;
}

static void see_document(void *context, const struct outline_document *document)
{
	struct findings *found = context;

	for (size_t i = 0; i < recognise_kinds_count; i++) {
		size_t line = document->lines[recognise_kinds[i].tells];

		if ((document->root & recognise_kinds[i].all) != recognise_kinds[i].all ||
			(recognise_kinds[i].any && !(document->root & recognise_kinds[i].any)) ||
			(recognise_kinds[i].fact && !(found->facts & recognise_kinds[i].fact)) ||
			(recognise_kinds[i].with && !(found->facts & recognise_kinds[i].with)))
			continue;
		add(found, (struct recognised){ recognise_kinds[i].part, recognise_kinds[i].why,
				   line ? line : 1 });
	}
	found->facts = 0;
}

/* ---- encodings ---- */

static int add_utf8(struct buf *out, unsigned int c)
{
	char utf8[3] = { (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)),
		(char)(0x80 | (c & 0x3f)) };

	return c < 0x80 ? buf_addc(out, (char)c) : buf_add(out, utf8, sizeof(utf8));
}

/* Only ASCII and line ends matter here, so surrogates need no joining. */
static int from_utf16(struct buf *out, struct span content, bool big)
{
	for (size_t i = 2; i + 1 < content.len; i += 2) {
		unsigned char a = (unsigned char)content.data[i],
			      b = (unsigned char)content.data[i + 1];

		if (add_utf8(out, big ? (unsigned)a << 8 | b : (unsigned)b << 8 | a) < 0)
			return -1;
	}
	return 0;
}

/* YAML 1.1 also ends lines at NEL, LS and PS. */
static int plain_line_ends(struct buf *out, struct span content)
{
	static const char *const ends[] = { "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };

	for (size_t i = 0; i < content.len; i++) {
		struct span rest = { content.data + i, content.len - i };
		size_t end = 0;

		while (end < COUNT(ends) && !span_starts(rest, ends[end]))
			end++;
		if (buf_addc(out, end < COUNT(ends) ? '\n' : content.data[i]) < 0)
			return -1;
		i += end < COUNT(ends) ? strlen(ends[end]) - 1 : 0;
	}
	return 0;
}

/* The first of the bytes `lead` with these bytes behind it. */
static bool has_sequence(struct span content, char lead, const char *const *ends)
{
	const char *at = content.data, *stop = at + content.len;

	for (; (at = memchr(at, (unsigned char)lead, (size_t)(stop - at))); at++)
		for (const char *const *end = ends; *end; end++)
			if (span_starts((struct span){ at, (size_t)(stop - at) }, *end))
				return true;
	return false;
}

static bool has_odd_line_ends(struct span content)
{
	return has_sequence(content, '\xc2', (const char *const[]){ "\xc2\x85", NULL }) ||
	       has_sequence(content, '\xe2',
		       (const char *const[]){ "\xe2\x80\xa8", "\xe2\x80\xa9", NULL });
}

/*
 * A key stands before a colon or behind a question mark, so that most prose and code need not be
 * read as YAML.
 */
static bool may_have_keys(struct span content)
{
	return memchr(content.data, ':', content.len) || memchr(content.data, '?', content.len);
}

static void recognise_utf8(struct findings *found, struct span content, struct deadline *deadline)
{
	const struct outline outline = { words, WORD_COUNT, see_node, see_document, found,
		deadline };
	struct recognised what;

	if (span_starts(content, "\xef\xbb\xbf"))
		content = (struct span){ content.data + 3, content.len - 3 };
	if (may_have_keys(content))
		outline_read(&outline, content);
	for (size_t i = 0; !deadline_is_over(deadline) && recognise_lines(i, content, &what) >= 0;
		i++)
		if (what.part)
			add(found, what);
}

size_t recognise(struct span path, struct span content, struct recognised out[RECOGNISED_MAX])
{
	(void)path;
	return recognise_until(NULL, content, out);
}

size_t recognise_until(
	struct deadline *deadline, struct span content, struct recognised out[RECOGNISED_MAX])
{
	struct findings found = { .out = out };
	struct buf plain = BUF_INIT(content.len * 2 + 16);

	if (!content.len)
		return 0;
	if (span_starts(content, "\xff\xfe") || span_starts(content, "\xfe\xff")) {
		(void)from_utf16(&plain, content, content.data[0] == '\xfe');
		content = buf_span(&plain);
	} else if (has_odd_line_ends(content)) {
		recognise_utf8(&found, content, deadline);
		(void)plain_line_ends(&plain, content);
		content = buf_span(&plain);
	}
	if (content.len)
		recognise_utf8(&found, content, deadline);
	buf_release(&plain);
	return found.count;
}
