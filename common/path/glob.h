/*
 * One component of a gitignore(5) pattern (what lies between two slashes), taken apart once and
 * then held against names.  An index of literal parts is built on what glob_literals() tells.
 *
 * Matching takes the leftmost place for each piece between two stars, which is right for globs:
 * at worst pieces times name, never exponential.
 */
#ifndef COMMON_PATH_GLOB_H
#define COMMON_PATH_GLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/span.h"

/* The bytes that a `[...]` or a `?` takes. */
struct glob_set {
	uint32_t bits[8];
};

/*
 * Compiled globs lie in a byte string: GLOB_LITERAL length(2) bytes..., GLOB_ANY, GLOB_SET set,
 * GLOB_STAR.
 */
enum glob_op {
	GLOB_LITERAL,
	GLOB_ANY,
	GLOB_SET,
	GLOB_STAR,
};

/* How components are compiled; one serves for many. */
struct glob_compiler {
	struct buf *code;
	bool generous;  /* fold, and let `?` and sets take whole characters */
	struct buf run; /* scratch, to be released by the owner */
	size_t start;   /* of the component in the code */
};

/*
 * Reads one component of the pattern from *at up to a slash outside of brackets, or the end,
 * appends its code and moves *at there.  NULL, or a constant sentence: why it can match nothing,
 * or that memory ran out.
 */
const char *glob_compile(struct glob_compiler *how, struct span pattern, size_t *at);

/* Whether the code is a single literal; if so, *literal is it, and lies in the code. */
bool glob_is_literal(struct span code, struct span *literal);

/*
 * What a name must begin with, end with, and hold somewhere (the longest such); each may be empty.
 */
struct glob_literals {
	struct span first, last, inside;
};

/* The literals of the code, in which they lie. */
struct glob_literals glob_literals(struct span code);

/* One step of the code, for whoever reads it otherwise than by matching. */
struct glob_step {
	enum glob_op op;
	struct span literal; /* of GLOB_LITERAL */
	struct glob_set set; /* of GLOB_SET */
};

/* The step at a place of the code, and moves *at behind it; false at the end. */
bool glob_step(struct span code, size_t *at, struct glob_step *out);

/* Whether the whole name matches; `generous` as it was compiled. */
bool glob_match(struct span code, bool generous, struct span name);

#endif
