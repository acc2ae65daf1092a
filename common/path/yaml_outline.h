/*
 * What a YAML or JSON text has in its upper levels, for whoever wants to know what kind of file it
 * is.  No parser: it follows indentation, lists, flow style, quotes, block scalars, comments,
 * anchors, document marks and lines of templates ({{ }}, {% %}), and tells which words of a given
 * table stand as keys in which mapping.
 *
 * The pusher writes the text and may not want to be understood.  So whatever a YAML reader would
 * take must be taken here too: keys quoted and with escapes, explicit keys, merged mappings, CR,
 * tabs.  A text that no YAML reader would take (prose, code) ends the reading: a line at the
 * left margin of a mapping that is no key can't be YAML, nor can anything after it be reached.
 * Linear; nesting deeper than OUTLINE_DEPTH is passed over.
 */
#ifndef COMMON_PATH_YAML_OUTLINE_H
#define COMMON_PATH_YAML_OUTLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/deadline.h"
#include "common/base/span.h"

#define OUTLINE_DEPTH 64
#define OUTLINE_WORDS 128

/* A set of words, by their places. */
__extension__ typedef unsigned __int128 outline_set;

/* A key to look for; its place is its bit.  `<<` is also any key whose value is an alias. */
struct outline_word {
	const char *name;
	bool prefix; /* keys that begin with the name */
	/* Which keys it is instead of `name`, which only says what it is called; or NULL. */
	bool (*matches)(struct span key);
	/*
	 * Whether it counts with this value; NULL: with any.  Values that can't be told at once
	 * count always, unless it is only to be told.
	 */
	bool (*value)(struct span value);
	bool told;
};

/* A mapping or a list. */
struct outline_node {
	unsigned depth; /* 0: the document's root */
	bool list;
	outline_set under; /* words of the key whose value it is (of a list's items: none) */
	outline_set seen;  /* words among its own keys, with values that count */
};

struct outline_document {
	outline_set root;            /* words among the keys of the root mapping */
	outline_set anywhere;        /* words anywhere */
	size_t lines[OUTLINE_WORDS]; /* where each was first seen, counting from 1 */
};

struct outline {
	const struct outline_word *words;
	size_t count;
	/* A mapping is complete; `parent` is what it lies in, NULL for the root. */
	void (*node)(
		void *context, const struct outline_node *node, const struct outline_node *parent);
	/* A document is complete. */
	void (*document)(void *context, const struct outline_document *document);
	void *context;
	struct deadline *deadline; /* when it is over the reading ends; NULL: never */
};

/* Reads UTF-8 text and calls back. */
void outline_read(const struct outline *o, struct span text);

#endif
