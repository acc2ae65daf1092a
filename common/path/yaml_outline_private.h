/* What the files of the outline module share.  Nobody else includes this. */
#ifndef COMMON_PATH_YAML_OUTLINE_PRIVATE_H
#define COMMON_PATH_YAML_OUTLINE_PRIVATE_H

#include "common/path/yaml_outline.h"
#include "common/path/yaml_outline_scalar.h"

struct outline_frame {
	struct outline_node node;
	int indent; /* column of its keys or dashes; INT_MAX in flow style */
	bool flow;
	bool value;       /* in flow style: a key has been read, its value comes */
	outline_set last; /* words of the latest key, whatever its value */
};

enum outline_mode {
	MODE_BLOCK,
	MODE_SCALAR,   /* in a block scalar, until the indentation ends */
	MODE_QUOTED,   /* in a quoted value that goes on over lines */
	MODE_FLOW,     /* in { } or [ ] */
	MODE_TEMPLATE, /* in {{ that goes on over lines */
};

struct outline_scan {
	const struct outline *o;
	struct outline_document document;
	struct outline_frame frames[OUTLINE_DEPTH];
	size_t depth;    /* frames in use */
	size_t beyond;   /* flow brackets for which there was no frame */
	size_t brackets; /* open ones in all */
	size_t line;
	enum outline_mode mode;
	int scalar_indent;
	/* column of what a plain scalar is the value of: lines further in go on with it; or -1 */
	int plain;
	int asked;    /* column of a `?` whose key comes on the next line, or -1 */
	bool pending; /* the last key or dash has no value yet */
	char quote;
	bool unended; /* in flow style: the last line ended in a plain scalar, which may go on */
	bool merged;  /* the root takes in keys from elsewhere */
	bool text;    /* the document is one plain scalar so far */
	bool comment_in_text;
	bool dead; /* no YAML */
};

/* The mapping or list at hand; NULL: none. */
struct outline_frame *outline_top(struct outline_scan *s);

/* Goes into a mapping or list; in flow style one that is too deep is only counted. */
void outline_push(struct outline_scan *s, bool list, int indent, bool flow);

/* Leaves it, and tells of it. */
void outline_pop(struct outline_scan *s);

/*
 * Notes a key of the mapping at hand; what follows it on its line is its value, or the value's
 * beginning.
 */
void outline_note_key(struct outline_scan *s, const struct outline_scalar *key, struct span rest);

/* Goes into flow style. */
void outline_open_bracket(struct outline_scan *s, char bracket);

/* Reads on in flow style; returns where it ended, or the end of the line. */
size_t outline_flow_line(struct outline_scan *s, struct span line, size_t at);

/* Whether a `?` stands there that announces a key. */
bool outline_is_question(struct span line, size_t at);

#endif
