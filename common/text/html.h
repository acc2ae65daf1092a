/*
 * Tags of HTML in a message: forges and bots write `<sub>Generated with <a href="...">Claude
 * Code</a></sub>`, and a reader sees none of it.
 *
 * What sets letters counts for nothing, what begins a new line is one, what shows code is quoted as
 * `...` or fenced, and a link is `[text](link)` as Markdown has it.  Other words in angle brackets
 * stay.
 */
#ifndef COMMON_TEXT_HTML_H
#define COMMON_TEXT_HTML_H

#include "common/base/span.h"

enum html_kind {
	HTML_NONE, /* no tag that is known */
	HTML_LETTERS,
	HTML_BREAK,
	HTML_CODE,
	HTML_FENCE, /* what it encloses has lines of its own */
	HTML_FENCE_END,
	HTML_LINK,
	HTML_LINK_END,
};

struct html_tag {
	enum html_kind kind;
	size_t len;       /* of the whole tag */
	struct span href; /* of a link */
};

/* What tag the text begins with, which begins with `<`. */
struct html_tag html_tag(struct span text);

#endif
