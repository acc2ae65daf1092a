/*
 * Path classes as the questions see them.  A class such as infrastructure has hundreds of patterns
 * of files in any folder, and no automaton of a size to work with.  So it is taken for one fact
 * about a path, true or false, and only where it matters which of the two can be, it is worked out
 * within the paths in question.
 *
 * Parts of classes that the same rules name are one cell.
 */
#ifndef HOOKS_REASON_CELLS_H
#define HOOKS_REASON_CELLS_H

#include "common/automaton/automaton.h"
#include "common/policy/policy.h"

#define CELLS_MAX 10
#define CELL_PARTS 128

struct cell_part {
	const struct policy *policy; /* whose list it is; NULL: of `own` */
	int list;
	size_t part;       /* of class_parts() */
	uint64_t users[2]; /* hashes over all that names it */
};

struct cell {
	char name[64]; /* `class:infrastructure` */
	struct cell_part parts[CELL_PARTS];
	size_t count;
};

struct cells {
	struct cell items[CELLS_MAX];
	size_t count;
	struct pattern_set *own; /* classes that no rule names, but whoever asks */
};

/*
 * Which cells the rules of these policies need, and the classes named beside them (or NULL); for
 * cells_release(), also after -1.
 */
int cells_find(struct cells *cells, const struct policy *const *policies, size_t count,
	names beside, struct fault *f);

/* Frees what it holds; harmless on a zeroed one. */
void cells_release(struct cells *cells);

/* The cells of a rule that names the classes, as bits; `adds`: the path is new. */
unsigned cells_named(
	const struct cells *cells, const struct policy *policy, names classes, bool adds);

/* The cells that have the path, by the matcher, as bits.  -1: no memory. */
int64_t cells_of_path(const struct cells *cells, struct span path);

/*
 * Of the paths of the context (label 1) those that have just these of the cells in `mask`.  0 or
 * -1, also when that is too much work (FAULT_LIMIT).
 */
int cells_within(const struct cells *cells, unsigned mask, unsigned bits,
	const struct automaton *context, struct automaton **out, struct fault *f);

/*
 * Appends a path of the context that has just these of the cells in `mask`, tried with many that
 * are likely.  1, 0: none was found, which proves nothing, or -1.
 */
int cells_example(const struct cells *cells, unsigned mask, unsigned bits,
	const struct automaton *context, struct buf *path, struct fault *f);

#endif
