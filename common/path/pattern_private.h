/*
 * Between the files of pattern sets: pattern.c makes them, pattern_add.c fills them,
 * pattern_match.c asks them.
 */
#ifndef COMMON_PATH_PATTERN_PRIVATE_H
#define COMMON_PATH_PATTERN_PRIVATE_H

#include <stdint.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/path/glob.h"
#include "common/path/pattern.h"
#include "common/path/pattern_index.h"
#include "common/path/reading.h"

#define PATTERN_MAX 4096 /* bytes */

enum component_kind {
	KIND_LITERAL,
	KIND_GLOB,
	KIND_DEEP, /* `**`: any number of components */
};

struct component {
	enum component_kind kind;
	uint32_t start, len; /* in the set's code; of a literal, the bytes themselves */
};

struct pattern {
	uint32_t first, count; /* components */
	int32_t list, index;
	int32_t same_key;  /* filed before under the same key, or -1 */
	int32_t same_list; /* the next one of its list, or -1 */
	int32_t exact;     /* of a `!` one in a generous set: its number in the set's `exact` */
	bool negated, directory, anchored;
	const char *text; /* of one that is not compiled yet, or NULL */
};

struct pattern_list {
	int32_t first, last, count;
	/* scratch of a match, for the path and each of its readings: pattern, or -1 */
	int32_t best[1 + READINGS];
	bool touched;
	bool later; /* some of its patterns are not compiled yet */
};

/* A pattern that joins the set when that is first asked. */
struct pattern_later {
	int list;
	bool copied; /* the text is ours, a policy's; else it is a class's */
	const char *text;
	struct pattern_filed filed; /* of a class's */
};

struct pattern_set {
	enum pattern_mode mode;
	struct glob_compiler compiler;
	struct buf code;
	struct component *components;
	size_t component_count, component_cap;
	struct pattern *patterns;
	size_t pattern_count, pattern_cap;
	struct pattern_list *lists;
	size_t list_count, list_cap;
	struct pattern_later *later;
	size_t later_count, later_cap;
	struct pattern_index index;
	int32_t unfiled;           /* the newest pattern without any literal part, or -1 */
	struct pattern_filed last; /* where the newest pattern is filed */
	bool failed;               /* a pattern could not be taken in or compiled: no answer */
	/* Scratch of a match. */
	struct span *names; /* components of the path */
	size_t name_count, name_cap;
	int *touched; /* lists that have a best, room for all */
	size_t touched_count, touched_cap;
	struct buf other; /* a reading of the path */
	unsigned tried;   /* bits of the readings that were looked for */
	bool shortened;   /* the path may hold short names, which the index does not know */
	bool link;        /* the path is one of a link */
	int reading;      /* which of best[] is being looked for */
	struct pattern_set
		*exact; /* of a generous set: its `!` patterns byte for byte, one list; or NULL */
	struct span bytes; /* the path as it is, for `exact` */
	bool bytes_split;  /* and it lies in the names of `exact` already */
};

/* Makes room for one more item in an array.  0, or -1: memory ran out. */
static inline int pattern_room(void *array, size_t *cap, size_t count, size_t size)
{
	void **items = array;
	size_t wide = *cap ? *cap * 2 : 64;
	void *grown;

	if (count < *cap)
		return 0;
	grown = realloc(*items, wide * size);
	if (!grown)
		return -1;
	*items = grown;
	*cap = wide;
	return 0;
}

/* Takes in what was put off.  0, or -1: memory ran out. */
int pattern_set_ready(struct pattern_set *set);

/* Compiles a class's pattern whose text was only filed; where that fails, the set has failed. */
void pattern_compile(struct pattern_set *set, int32_t number);

/* Takes in and compiles all of a list, for who reads its patterns.  0, or -1: memory ran out. */
int pattern_set_compile(struct pattern_set *set, int list);

/* Forgets what was put off. */
void pattern_set_later_release(struct pattern_set *set);

/* What a component was compiled to. */
static inline struct span component_code(const struct pattern_set *set, const struct component *c)
{
	return (struct span){ set->code.data + c->start, c->len };
}

#endif
