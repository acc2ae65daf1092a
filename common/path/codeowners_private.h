/* What the files of the codeowners module share.  Nobody else includes this. */
#ifndef COMMON_PATH_CODEOWNERS_PRIVATE_H
#define COMMON_PATH_CODEOWNERS_PRIVATE_H

#include <stdint.h>

#include "common/base/arena.h"
#include "common/path/codeowners.h"

enum line_kind {
	LINE_RULE,
	/* takes the path out of its section (GitLab), or matches all others (Gitea) */
	LINE_EXCLUDES,
	LINE_UNKNOWN, /* not understood: may be about any path */
};

struct codeowners_line {
	enum line_kind kind;
	size_t number;       /* from 1 */
	size_t section;      /* index of sections */
	const char *pattern; /* as it matches: compiled (owners_pattern()), or an expression */
	names owners;        /* NULL: none of its own */
};

struct codeowners_section {
	const char *name; /* "" for what stands before the first heading */
	bool optional;
	int approvals; /* 0: it does not say */
	names owners;  /* its own; never NULL */
};

struct codeowners {
	enum codeowners_syntax syntax;
	struct arena arena;
	struct codeowners_line *lines;
	size_t count;
	struct codeowners_section *sections;
	size_t section_count;
	const char *uncertain; /* of the file as a whole, or NULL */
	const char **answer;   /* the last answer's owners */
	size_t answer_count;
	uint64_t steps; /* taken so far; over a limit all is uncertain */
	void *codes;    /* compiled expressions, one a line */
};

/*
 * Compiles a pattern of GitHub or GitLab for codeowners_pattern_has(); NULL: one that is not
 * understood, or (with *memory set) no memory.
 */
const char *codeowners_pattern(struct codeowners *owners, struct span pattern, bool *memory);

/* Whether the pattern has the path, as a set of states: pattern times path. */
bool codeowners_pattern_has(struct codeowners *owners, const char *pattern, struct span path);

/* Whether the expression of a line has the whole path: 1, 0, or -1: it cannot be told. */
int codeowners_expression_has(struct codeowners *owners, size_t line, struct span path);

/* Frees what expressions took. */
void codeowners_expressions_release(struct codeowners *owners);

#endif
